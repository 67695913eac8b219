import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp, readFile, realpath, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Account, canEnter, serverAccount } from './account';
import { EmbeddedPostgresError } from './errors';

/**
 * Where one server lives. `directory` holds `cluster` (PostgreSQL's data), `lock` and `server.log`. It is the
 * data directory itself, or, when this process is root and the server's user cannot enter that, a folder
 * below /var/lib/tabsy-postgres named after a hash of it. `isNew` tells that whatever lies there is left
 * over from a data directory that was deleted since.
 */
export type Home = { directory: string; account: Account | null; isElsewhere: boolean; isNew: boolean };

/** Name of the file in the data directory that says where the data really is. */
export const locationFileName = 'location';
/** Its counterpart: the file in the home that names the data directory it belongs to. */
export const backReferenceFileName = 'data-directory';

export async function openHome(dataDir: string): Promise<Home> {
  await mkdir(dataDir, { recursive: true, mode: 0o755 });
  const directory = await realpath(dataDir);
  const elsewhere = await recordedLocation(directory);
  const account = serverAccount(await ownerOf(path.join(elsewhere ?? directory, 'cluster')));
  if (elsewhere) return { directory: elsewhere, account, isElsewhere: true, isNew: false };
  if (!account || canEnter(directory, account)) {
    return { directory, account, isElsewhere: false, isNew: false };
  }
  const key = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  const home = path.join(await reachableBase(), key);
  await mkdir(home, { recursive: true });
  await chmod(home, 0o755);
  return { directory: home, account, isElsewhere: true, isNew: true };
}

/** A home for one run, in the system's folder for temporary files, or where the account can reach it. */
export async function openTemporaryHome(): Promise<Home> {
  const account = serverAccount(null);
  const base = !account || canEnter(os.tmpdir(), account) ? os.tmpdir() : await reachableBase();
  const directory = await mkdtemp(path.join(await realpath(base), 'tabsy-postgres-'));
  await chmod(directory, 0o755);
  // Its owner may delete it: the watchdog, running as the server's user, does so when this process is killed.
  if (account) await chown(directory, account.uid, account.gid);
  return { directory, account, isElsewhere: false, isNew: true };
}

/**
 * A folder that root alone may write and everybody may enter. /var/tmp is second choice: some systems
 * delete old files there one by one, which would ruin a database.
 */
export async function reachableBase(): Promise<string> {
  for (const parent of ['/var/lib', '/var/tmp']) {
    const base = path.join(parent, 'tabsy-postgres');
    try {
      await mkdir(base, { recursive: true });
      const found = await lstat(base);
      if (!found.isDirectory() || found.uid !== 0) continue;
      await chmod(base, 0o755);
      return base;
    } catch {
      // Read-only system folder: try the next.
    }
  }
  throw new EmbeddedPostgresError(
    'WRONG_PERMISSIONS',
    'No folder for the embedded database that its user may enter: run as an ordinary user, move the project out of a closed folder, or set DATABASE_URL.',
  );
}

/** The recorded place, unless the data directory was copied or moved and the place belongs to another. */
async function recordedLocation(directory: string): Promise<string | null> {
  const read = (file: string) => readFile(file, 'utf8').then((text) => text.trim());
  try {
    const home = await read(path.join(directory, locationFileName));
    return (await read(path.join(home, backReferenceFileName))) === directory ? home : null;
  } catch {
    return null;
  }
}

async function ownerOf(file: string): Promise<{ uid: number; gid: number } | null> {
  return stat(file).then(
    ({ uid, gid }) => ({ uid, gid }),
    () => null,
  );
}
