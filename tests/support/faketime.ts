import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process's own view of the machine's clock (libfaketime; on Debian `apt-get install libfaketime`). */
export interface FakeTime {
  /** What a process is started with to see it. */
  env: Record<string, string>;
  /** Every clock of such processes but the monotonic one is wrong by so much, within a second. */
  set(byMs: number): Promise<void>;
  remove(): Promise<void>;
}

const LIBRARIES = '/usr/lib';

/** Null: this machine has no libfaketime. */
export async function createFakeTime(): Promise<FakeTime | null> {
  const library = await findLibrary();
  if (library === null) return null;
  const folder = await mkdtemp(join(tmpdir(), 'tabsy-clock-'));
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
    remove: () => rm(folder, { recursive: true, force: true }),
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
