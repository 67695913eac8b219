import { mkdir, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { say } from './terminal';
import { waitFor } from './wait-for';

/** Two builds at once would ruin each other; tests/support/next-build.ts takes the same lock. */
const LOCK = '.data/cache/next-build.lock';
/** Older than a build can last: left behind by a process that was killed. */
const STALE_MS = 180_000;

/** Runs `work` while no other process of this project builds. */
export async function whileNobodyElseBuilds<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(LOCK), { recursive: true });
  let isTold = false;
  await waitFor(
    `another build to end (if there is none, delete ${LOCK})`,
    async () => {
      signal.throwIfAborted();
      if (await take()) return true;
      if (!isTold) say('  another build of this project is running, waiting for it');
      isTold = true;
      return null;
    },
    STALE_MS + 10_000,
  );
  try {
    return await work();
  } finally {
    await rmdir(LOCK).catch(() => undefined);
  }
}

async function take(): Promise<boolean> {
  const held = await stat(LOCK).catch(() => null);
  if (held && Date.now() - held.mtimeMs > STALE_MS) await rmdir(LOCK).catch(() => undefined);
  return mkdir(LOCK).then(
    () => true,
    () => false,
  );
}
