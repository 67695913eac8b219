import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '@/db/embedded/server-process';
import type { BenchOptions } from './bench';
import { type Figure, loadText, median, note, rounded } from './report';

const READY_TARGET_SEC = 4;
const MEMORY_TARGET_MIB = 300;
const IDLE_MS = 10_000;
const GIVE_UP_MS = 60_000;
const POLL_MS = 20;
const REPEATS = 3;

/** `npm start` after `npm run build`: from nothing, on existing data, and the memory of the idle process. */
export async function benchStart(_options: BenchOptions): Promise<Figure[]> {
  await promisify(execFile)('npm', ['run', 'build'], {
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  });
  const firstSec: number[] = [];
  const againSec: number[] = [];
  const memoryMib: number[] = [];
  for (let repeat = 1; repeat <= REPEATS; repeat++) {
    const dataDir = await mkdtemp(join(tmpdir(), 'tabsy-bench-'));
    // Open to the database's own user, or its data would be kept elsewhere and survive the benchmark.
    await chmod(dataDir, 0o755);
    try {
      const first = await start(dataDir);
      await first.stop();
      const again = await start(dataDir);
      if (repeat === REPEATS) {
        await delay(IDLE_MS);
        memoryMib.push(await residentMib(again.url));
      }
      await again.stop();
      firstSec.push(first.readySec);
      againSec.push(again.readySec);
      note(
        `repeat ${repeat}: first time ${first.readySec.toFixed(2)} s, existing data ${again.readySec.toFixed(2)} s, load ${loadText()}`,
      );
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  }
  return [
    figure('start-first-time', median(firstSec), 's', READY_TARGET_SEC),
    figure('start-existing-data', median(againSec), 's', READY_TARGET_SEC),
    figure('idle-memory', median(memoryMib), 'MiB', MEMORY_TARGET_MIB),
  ];
}

function figure(name: string, value: number, unit: string, target: number): Figure {
  const goal = `< ${target} ${unit}`;
  return { name, value: rounded(value), unit, floor: null, ratio: null, target: goal, ok: value < target };
}

/** From the spawn of npm to the first 200 of /ready. */
async function start(dataDir: string): Promise<{ url: string; readySec: number; stop(): Promise<void> }> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const startedMs = performance.now();
  // A group of its own: the signal has to reach npm, its shell and the server.
  const child = spawn('npm', ['start'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      APP_ENV: 'development',
      LOG_LEVEL: 'error',
      PORT: String(port),
      DATA_DIR: dataDir,
    },
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    await exited;
    if (child.pid !== undefined) await untilGone(child.pid);
  };
  while (!(await isReady(url))) {
    if (performance.now() - startedMs > GIVE_UP_MS || child.exitCode !== null) {
      await stop();
      throw new Error('npm start did not become ready');
    }
    await delay(POLL_MS);
  }
  return { url, readySec: (performance.now() - startedMs) / 1000, stop };
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/ready`).then(
    (response) => response.ok,
    () => false,
  );
}

/** npm leaves before the server has stopped its database and written its files: the whole group has to be gone. */
async function untilGone(group: number): Promise<void> {
  const isThere = () => {
    try {
      return process.kill(-group, 0);
    } catch {
      return false;
    }
  };
  while (isThere()) await delay(POLL_MS);
}

/** The process tells its own resident set, PostgreSQL not included. */
async function residentMib(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const bytes = /^process_resident_memory_bytes (\d+)/m.exec(text)?.[1];
  if (bytes === undefined) throw new Error('/metrics lacks process_resident_memory_bytes');
  return Number(bytes) / 2 ** 20;
}
