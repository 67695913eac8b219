import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const BUILD_ID = '.next/BUILD_ID';
const BUILD_LIMIT_MS = 180_000;
/** What a build is made of, as far as route files go: the rest runs in this process, not in the build. */
const SOURCES = ['src/app', 'src/server', 'next.config.js'];

/** Builds Next.js once, unless a build newer than its sources is there. */
export async function ensureNextBuild(): Promise<void> {
  const builtMs = await modifiedMs(BUILD_ID).catch(() => 0);
  const newestMs = Math.max(...(await Promise.all(SOURCES.map(newestIn))));
  if (builtMs > newestMs) return;
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
