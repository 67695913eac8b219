import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchOptions } from './bench';
import { type Figure, loadText, note, rounded } from './report';

const TARGET_SEC = 60;
const run = promisify(execFile);

/** `npm ci` in a copy of the checkout, twice: the first fills npm's cache, the second is measured. */
export async function benchInstall(_options: BenchOptions): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tabsy-bench-install-'));
  try {
    await copyCheckout(folder);
    const coldSec = await install(folder);
    const warmSec = await install(folder);
    note(`first ${coldSec.toFixed(1)} s, warm ${warmSec.toFixed(1)} s, load ${loadText()}`);
    return [
      {
        name: 'install',
        value: rounded(warmSec),
        unit: 's',
        floor: null,
        ratio: null,
        target: `< ${TARGET_SEC} s`,
        ok: warmSec < TARGET_SEC,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function install(folder: string): Promise<number> {
  const startedMs = performance.now();
  // What `npm run` sets for its children would point this npm at the wrong project.
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (/^(npm_|INIT_CWD$|NODE_ENV$)/.test(name)) delete env[name];
  await run('npm', ['ci'], { cwd: folder, env, maxBuffer: 64 * 2 ** 20 });
  return (performance.now() - startedMs) / 1000;
}

/** What a clone would hold, with the changes that are not committed yet. */
async function copyCheckout(folder: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const file of stdout.split('\0').filter(Boolean)) {
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await cp(file, join(folder, file), { force: true }).catch((error: NodeJS.ErrnoException) => {
      // Deleted here, but not committed.
      if (error.code !== 'ENOENT') throw error;
    });
  }
}
