import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { build } from 'esbuild';
import { DEVELOPMENT } from '@/env.variables';

export interface LiveServer {
  url: string;
  /** Resident memory after a garbage collection. */
  memoryBytes(): Promise<number>;
  stop(): Promise<void>;
}

export interface Broadcaster {
  url: string;
  /** Sends every text to every connection. */
  broadcast(texts: readonly string[]): void;
  stop(): Promise<void>;
}

const OUT = '.data/bench';

export async function buildLivePrograms(): Promise<void> {
  await build({
    entryPoints: ['tests/load/child-live.ts', 'tests/load/child-broadcast.ts'],
    outdir: OUT,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
  });
}

export async function startLiveServer(options: {
  databaseUrl: string;
  simulatorUrl: string;
}): Promise<LiveServer> {
  const child = fork(`${OUT}/child-live.js`, {
    execArgv: ['--enable-source-maps', '--expose-gc'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      APP_ENV: 'test',
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      DATABASE_URL: options.databaseUrl,
      STRIPE_SECRET_KEY: 'sk_test_bench_only_0000',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_bench_only_0000',
      STRIPE_WEBHOOK_SECRET: DEVELOPMENT.webhookSecret,
      STRIPE_API_BASE: options.simulatorUrl,
    },
  });
  const { url } = await answerOf<{ url: string }>(child);
  return {
    url,
    memoryBytes: async () => {
      const answer = answerOf<{ memoryBytes: number }>(child);
      child.send('memory');
      return (await answer).memoryBytes;
    },
    stop: async () => {
      const exited = once(child, 'exit');
      child.send('stop');
      await exited;
    },
  };
}

export async function startBroadcaster(): Promise<Broadcaster> {
  const child = fork(`${OUT}/child-broadcast.js`, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production' },
  });
  const { url } = await answerOf<{ url: string }>(child);
  return {
    url,
    broadcast: (texts) => void child.send([...texts]),
    stop: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const died = once(child, 'exit').then(([code]): never => {
    throw new Error(`a process of the benchmark ended early with code ${code}`);
  });
  const [message] = await Promise.race([once(child, 'message'), died]);
  died.catch(() => undefined);
  return message as T;
}
