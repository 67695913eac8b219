import { execFile } from 'node:child_process';
import { mkdir, readdir, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from './wait-for';

const BUILD_ID = '.next/BUILD_ID';
const BUILD_LIMIT_MS = 180_000;
/** Held by the test file that builds: the others, which vitest runs at the same time, wait for its result. */
const LOCK = '.data/cache/next-build.lock';
/** What a build is made of: pages bundle the services they call. */
const SOURCES = ['src/app', 'src/ui', 'src/server', 'src/services', 'src/domain', 'next.config.js'];

/** Builds Next.js once, unless a build newer than its sources is there. */
export async function ensureNextBuild(): Promise<void> {
  await mkdir(dirname(LOCK), { recursive: true });
  await waitFor('another test file to finish the build', takeLock, BUILD_LIMIT_MS + 10_000);
  try {
    if (!(await isFresh())) await build();
  } finally {
    await rmdir(LOCK);
  }
}

/** A lock older than a build can last was left behind by a process that was killed. */
async function takeLock(): Promise<boolean> {
  const heldSinceMs = await modifiedMs(LOCK).catch(() => null);
  if (heldSinceMs !== null && Date.now() - heldSinceMs > BUILD_LIMIT_MS)
    await rmdir(LOCK).catch(() => undefined);
  return mkdir(LOCK).then(
    () => true,
    () => false,
  );
}

async function isFresh(): Promise<boolean> {
  const builtMs = await modifiedMs(BUILD_ID).catch(() => 0);
  const newestMs = Math.max(...(await Promise.all(SOURCES.map(newestIn))));
  return builtMs > newestMs;
}

async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    timeout: BUILD_LIMIT_MS,
  });
}

async function newestIn(path: string): Promise<number> {
  const info = await stat(path);
  if (!info.isDirectory()) return info.mtimeMs;
  const names = await readdir(path, { recursive: true });
  return Math.max(0, ...(await Promise.all(names.map((name) => modifiedMs(join(path, name))))));
}

async function modifiedMs(path: string): Promise<number> {
  return (await stat(path)).mtimeMs;
}
