import { mkdir, mkdtemp, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The machine's clock as one process sees it (libfaketime; on Debian `apt-get install libfaketime`). */
export interface FakeTime {
  /** The environment that a process needs to see it. */
  env: Record<string, string>;
  /** Within two seconds, every clock of such processes but the monotonic one is wrong by `byMs`. */
  set(byMs: number): Promise<void>;
  /** Removes what the library leaves behind for a process that was killed. */
  forget(pid: number | undefined): Promise<void>;
  remove(): Promise<void>;
}

const LIBRARIES = '/usr/lib';
const SHARED_MEMORY = '/dev/shm';

/** Null where libfaketime is not installed. */
export async function createFakeTime(): Promise<FakeTime | null> {
  const library = await findLibrary();
  if (library === null) return null;
  // Beside the programs of the run (processes.ts), so that a killed run leaves nothing outside the project.
  const parent = resolve('.data/crash', String(process.pid));
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'clock-'));
  const file = join(folder, 'offset');
  const set = (byMs: number) => writeFile(file, `${byMs < 0 ? '-' : '+'}${Math.abs(byMs) / 1000}s`);
  await set(0);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
    forget: async (pid) => {
      for (const name of [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`])
        await rm(join(SHARED_MEMORY, name), { force: true });
    },
    remove: async () => {
      await rm(folder, { recursive: true, force: true });
      // Fails while the programs of the run are still there, whose removal takes the folder along.
      await rmdir(parent).catch(() => undefined);
    },
  };
}

async function findLibrary(): Promise<string | null> {
  const folders = await readdir(LIBRARIES).catch(() => []);
  for (const folder of folders) {
    const at = join(LIBRARIES, folder, 'faketime');
    const [library] = (await readdir(at).catch(() => [])).filter((name) => name === 'libfaketime.so.1');
    if (library !== undefined) return join(at, library);
  }
  return null;
}
