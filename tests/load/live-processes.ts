import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { build } from 'esbuild';
import { DEVELOPMENT } from '@/env.variables';

export interface LiveServer {
  url: string;
  /** Resident memory after a garbage collection. */
  memoryBytes(): Promise<number>;
  /** CPU time that the process has used so far. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

export interface Broadcaster {
  url: string;
  /** Sends every text to every connection. */
  broadcast(texts: readonly string[]): void;
  cpuMs(): Promise<number>;
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
  profileDir: string | null;
}): Promise<LiveServer> {
  const profiling = options.profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profileDir}`];
  const child = fork(`${OUT}/child-live.js`, {
    execArgv: ['--enable-source-maps', '--expose-gc', ...profiling],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      APP_ENV: 'test',
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      // All subscribers come from one address.
      LIVE_CONNECTIONS_PER_IP: '20000',
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
    memoryBytes: async () => (await ask<{ memoryBytes: number }>(child, 'memory')).memoryBytes,
    cpuMs: async () => (await ask<{ cpuMs: number }>(child, 'cpu')).cpuMs,
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
    cpuMs: async () => (await ask<{ cpuMs: number }>(child, 'cpu')).cpuMs,
    stop: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

function ask<T>(child: ChildProcess, question: string): Promise<T> {
  const answer = answerOf<T>(child);
  child.send(question);
  return answer;
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const listening = new AbortController();
  const { signal } = listening;
  const died = once(child, 'exit', { signal }).then(([code]): never => {
    throw new Error(`a process of the benchmark ended early with code ${code}`);
  });
  died.catch(() => undefined);
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), died]);
    return message as T;
  } finally {
    listening.abort();
  }
}
