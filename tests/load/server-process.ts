import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { build } from 'esbuild';
import { ensureNextBuild } from '../support/next-build';

export type ServerCommand = 'cpu' | 'calls' | 'memory' | 'stop';
export type ServerReport =
  | { kind: 'ready'; url: string }
  | { kind: 'cpu'; cpuMs: number }
  | { kind: 'memory'; rssBytes: number; heapBytes: number }
  | { kind: 'calls'; createCallMs: [orderId: string, ms: number][] };

export interface BenchServer {
  url: string;
  /** CPU time that the process has used so far. */
  cpuMs(): Promise<number>;
  /** Resident set, and the heap after a collection of garbage. */
  memory(): Promise<{ rssBytes: number; heapBytes: number }>;
  /** How long each creation at the processor took since the last call, by order. */
  createCallMs(): Promise<Map<string, number>>;
  stop(): Promise<void>;
}

export interface ServerOptions {
  databaseUrl: string;
  simulatorUrl: string;
  mount: 'direct' | 'next';
  profileDir: string | null;
}

const BUNDLE = '.data/bench/server.js';

/** Bundles the server the way `npm run build` does, and builds the pages unless they are fresh. */
export async function buildServer(): Promise<void> {
  await ensureNextBuild();
  await build({
    entryPoints: ['tests/load/child-server.ts'],
    outfile: BUNDLE,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
  });
}

export async function startBenchServer(options: ServerOptions): Promise<BenchServer> {
  const profiling = options.profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profileDir}`];
  const child = fork(BUNDLE, [options.mount], {
    execArgv: ['--enable-source-maps', '--expose-gc', ...profiling],
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
      STRIPE_WEBHOOK_SECRET: 'whsec_development_only_never_in_production',
      STRIPE_API_BASE: options.simulatorUrl,
      STRIPE_REQUESTS_PER_SECOND: '10000',
    },
  });
  const talk = talkTo(child);
  const ready = await talk.report('ready');
  return {
    url: ready.url,
    cpuMs: async () => (await talk.ask('cpu', 'cpu')).cpuMs,
    memory: () => talk.ask('memory', 'memory'),
    createCallMs: async () => new Map((await talk.ask('calls', 'calls')).createCallMs),
    stop: async () => {
      const exited = once(child, 'exit');
      child.send('stop');
      await exited;
    },
  };
}

/** Starts the simulator without latency, in a process of its own. */
export async function startBenchSimulator(): Promise<{ url: string; stop(): Promise<void> }> {
  const child = fork('tests/load/child-simulator.ts', {
    execArgv: ['--import', 'tsx'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test' },
  });
  const [{ url }] = (await Promise.race([once(child, 'message'), diedEarly(child)])) as [{ url: string }];
  return {
    url,
    stop: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}

type ReportOf<Kind extends ServerReport['kind']> = Extract<ServerReport, { kind: Kind }>;

/** Questions to the child and its answers, over IPC; all fail once it has ended. */
function talkTo(child: ChildProcess) {
  const died = diedEarly(child);
  died.catch(() => undefined);
  async function report<Kind extends ServerReport['kind']>(kind: Kind): Promise<ReportOf<Kind>> {
    for (;;) {
      const [message] = (await Promise.race([once(child, 'message'), died])) as [ServerReport];
      if (message.kind === kind) return message as ReportOf<Kind>;
    }
  }
  function ask<Kind extends ServerReport['kind']>(command: ServerCommand, kind: Kind) {
    const answer = report(kind);
    child.send(command);
    return answer;
  }
  return { report, ask };
}

async function diedEarly(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`a process of the benchmark ended early with code ${code}`);
}
