import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { freePort } from '@/db/embedded/server-process';
import { DEVELOPMENT } from '@/env.variables';
import type { Checkpoint } from '@/services/checkpoints';
import type { SimulatorControl } from '@/stripe/simulator/control/types';
import type { FakeTime } from './faketime';
import { createOutputScan } from './output-scan';

export type NodeCommand =
  | { kind: 'arm'; checkpoint: Checkpoint; pass: number }
  | { kind: 'disarm' }
  | { kind: 'jump'; byMs: number }
  | { kind: 'stop' };
export type NodeReport = { kind: 'ready'; url: string };

/** The programs of a chaos run as bundles: they start in half the time that the sources take. */
export interface Programs {
  node: string;
  simulator: string;
  remove(): Promise<void>;
}

/** Inside the project, as the bundles import its packages. */
export async function bundlePrograms(): Promise<Programs> {
  const outdir = `.data/crash/${process.pid}`;
  await build({
    entryPoints: { node: 'tests/crash/node.ts', simulator: 'tests/crash/simulator.ts' },
    outdir,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
  });
  return {
    node: `${outdir}/node.js`,
    simulator: `${outdir}/simulator.js`,
    remove: () => rm(outdir, { recursive: true, force: true }),
  };
}

export interface SimulatorProcess {
  url: string;
  /** A method of SimulatorControl, over HTTP. */
  control<Name extends keyof SimulatorControl>(
    name: Name,
    ...argument: Parameters<SimulatorControl[Name]>
  ): Promise<Awaited<ReturnType<SimulatorControl[Name]>>>;
  stop(): Promise<void>;
}

export async function startSimulatorProcess(programs: Programs): Promise<SimulatorProcess> {
  const child = fork(programs.simulator, { env: baseEnv(), silent: true });
  const scan = createOutputScan();
  scan.read(child);
  const [{ url }] = (await Promise.race([once(child, 'message'), diedEarly(child)])) as [{ url: string }];
  return {
    url,
    control: async (name, ...given) => {
      const [argument] = given;
      const response = await fetch(`${url}/_simulator/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: argument === undefined ? '' : JSON.stringify(argument),
      });
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`simulator ${name}: ${JSON.stringify(body)}`);
      return body as never;
    },
    stop: async () => {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
      await scan.assertClean();
    },
  };
}

export interface CrashNode {
  /** The same after every restart. */
  url: string;
  isUp(): boolean;
  start(): Promise<void>;
  /** Lets the process die at its n-th pass of a checkpoint. */
  arm(checkpoint: Checkpoint, pass: number): void;
  disarm(): void;
  /** The clock that its rules read goes wrong by so much, until the process ends. */
  jump(byMs: number): void;
  /** The machine's clock does, as the process sees it; false where it was started without a fake time. */
  jumpMachine(byMs: number): Promise<boolean>;
  /** SIGKILL, now. */
  kill(): Promise<void>;
  /** How often it ended after it was ready, though nobody killed or stopped it. */
  crashes(): number;
  /** Resolves when the process has ended, however. */
  ended(): Promise<void>;
  /** In good order. Fails when any of its lives has written what must stand in no log. */
  stop(): Promise<void>;
}

export async function createNode(
  programs: Programs,
  settings: {
    databaseUrl: string;
    simulatorUrl: string;
    env?: Record<string, string>;
    fakeTime?: FakeTime | null;
  },
): Promise<CrashNode> {
  const port = await freePort();
  let child: ChildProcess | null = null;
  let exited: Promise<void> = Promise.resolve();
  let crashes = 0;
  const scan = createOutputScan();
  const tell = (command: NodeCommand) => {
    if (child?.connected) child.send(command, () => undefined);
  };
  return {
    url: `http://127.0.0.1:${port}`,
    isUp: () => child !== null,
    start: async () => {
      await settings.fakeTime?.set(0);
      const started = fork(programs.node, {
        execArgv: ['--enable-source-maps'],
        silent: true,
        env: {
          ...baseEnv(),
          ...nodeEnv(settings),
          PORT: String(port),
          ...settings.fakeTime?.env,
          ...settings.env,
        },
      });
      child = started;
      scan.read(started);
      let isReady = false;
      exited = once(started, 'exit').then(async ([code]) => {
        if (child === started) child = null;
        await settings.fakeTime?.forget(started.pid);
        // SIGKILL leaves no code, and a stop in good order 0.
        if (isReady && typeof code === 'number' && code !== 0) crashes += 1;
      });
      await Promise.race([once(started, 'message'), diedEarly(started)]);
      isReady = true;
    },
    arm: (checkpoint, pass) => tell({ kind: 'arm', checkpoint, pass }),
    disarm: () => tell({ kind: 'disarm' }),
    jump: (byMs) => tell({ kind: 'jump', byMs }),
    jumpMachine: async (byMs) => {
      await settings.fakeTime?.set(byMs);
      return Boolean(settings.fakeTime);
    },
    kill: async () => {
      child?.kill('SIGKILL');
      await exited;
    },
    crashes: () => crashes,
    ended: () => exited,
    stop: async () => {
      tell({ kind: 'stop' });
      await exited;
      await settings.fakeTime?.remove();
      await scan.assertClean();
    },
  };
}

/** Short intervals, so that the recovery comes round in the time of a test. */
function nodeEnv(settings: { databaseUrl: string; simulatorUrl: string }): Record<string, string> {
  return {
    HOST: '127.0.0.1',
    // For the scan: what a node logs is read, not shown.
    LOG_LEVEL: 'debug',
    DATABASE_URL: settings.databaseUrl,
    STRIPE_SECRET_KEY: 'sk_test_chaos_only_0000',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_chaos_only_0000',
    STRIPE_WEBHOOK_SECRET: DEVELOPMENT.webhookSecret,
    STRIPE_API_BASE: settings.simulatorUrl,
    STRIPE_REQUESTS_PER_SECOND: '10000',
    STRIPE_TIMEOUT_MS: '1000',
    WORKER_POLL_MS: '200',
    JANITOR_AFTER_SECONDS: '15',
    EVENT_SWEEP_INTERVAL_SECONDS: '1',
    WEBHOOK_RETRY_DELAY_MS: '200',
    WEBHOOK_RETRY_ATTEMPTS: '20',
    SHUTDOWN_GRACE_MS: '2000',
    // One caller plays a whole town.
    PAYMENT_RATE_LIMIT_PER_15_MINUTES: '1000000',
    PAYMENT_RATE_LIMIT_PER_HOUR: '1000000',
    PAYMENT_RATE_LIMIT_PER_IP_PER_HOUR: '10000000',
    READ_RATE_LIMIT_PER_MINUTE: '10000000',
    IP_RATE_LIMIT_PER_MINUTE: '10000000',
  };
}

function baseEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test' };
}

async function diedEarly(child: ChildProcess): Promise<never> {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`a process of the chaos run ended early with ${code ?? signal}`);
}
