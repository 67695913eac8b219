import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAlive, processStartMark } from './process-info';

export type DirectoryLock = { release(): Promise<void> };
export type LockAttempt = { ok: true; lock: DirectoryLock } | { ok: false; ownerPid: number };

type Owner = { pid: number; startMark: string | null; token: string };

/**
 * Takes the lock of a directory, or says which live process holds it. A holder that died (kill -9, reboot)
 * never blocks. The lock is a row of files `owner-<n>`: the highest n holds it. A new holder creates n+1
 * exclusively after it saw n dead or released, and the highest file is never deleted, so that two late
 * comers that both saw the same dead holder cannot both win.
 */
export async function takeDirectoryLock(directory: string): Promise<LockAttempt> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  for (;;) {
    const top = await highest(directory);
    if (top > 0) {
      const owner = await readOwner(directory, top);
      if (owner && !(await isReleased(directory, top)) && isRunning(owner)) {
        return { ok: false, ownerPid: owner.pid };
      }
    }
    const mine = top + 1;
    if (!(await create(directory, mine))) continue;
    // A slower starter may have created a number that was already passed and cleaned away.
    if ((await highest(directory)) !== mine) {
      await rm(ownerFile(directory, mine), { force: true });
      continue;
    }
    await removeBelow(directory, mine);
    return { ok: true, lock: { release: () => writeFile(`${ownerFile(directory, mine)}.released`, '') } };
  }
}

/** The live process that holds the directory's lock, or null. */
export async function lockOwnerPid(directory: string): Promise<number | null> {
  const top = await highest(directory).catch(() => 0);
  if (top === 0) return null;
  const owner = await readOwner(directory, top);
  return owner && !(await isReleased(directory, top)) && isRunning(owner) ? owner.pid : null;
}

function isRunning(owner: Owner): boolean {
  if (!isAlive(owner.pid)) return false;
  const mark = processStartMark(owner.pid);
  return owner.startMark === null || mark === null || mark === owner.startMark;
}

const ownerFile = (directory: string, n: number) => path.join(directory, `owner-${n}`);

async function highest(directory: string): Promise<number> {
  const numbers = (await readdir(directory)).map((name) => Number(/^owner-(\d+)$/.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

async function readOwner(directory: string, n: number): Promise<Owner | null> {
  const text = await readFile(ownerFile(directory, n), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Owner);
}

async function isReleased(directory: string, n: number): Promise<boolean> {
  return (await readdir(directory)).includes(`owner-${n}.released`);
}

/** Links a complete file into place: the name appears with its content or not at all. */
async function create(directory: string, n: number): Promise<boolean> {
  const owner: Owner = { pid: process.pid, startMark: processStartMark(process.pid), token: randomUUID() };
  const draft = path.join(directory, `draft-${owner.token}`);
  await writeFile(draft, JSON.stringify(owner), { mode: 0o644 });
  try {
    await link(draft, ownerFile(directory, n));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function removeBelow(directory: string, n: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const number = Number(/^owner-(\d+)(?:\.released)?$/.exec(name)?.[1] ?? n);
    if (number < n) await rm(path.join(directory, name), { force: true });
  }
}
