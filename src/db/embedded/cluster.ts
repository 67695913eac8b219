import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bareEnvironment } from './account';
import { type Binaries, program } from './binaries';
import { EmbeddedPostgresError } from './errors';
import type { Home } from './home';

/** Superuser of the embedded server and the database that the application uses. */
export const embeddedUser = 'tabsy';

const passwordFileName = 'tabsy-password';

export const clusterPath = (home: Home) => path.join(home.directory, 'cluster');

/** The password of a cluster: 0600, inside it, so that both exist or neither. */
export function readPassword(cluster: string): Promise<string> {
  return readFile(path.join(cluster, passwordFileName), 'utf8');
}

/**
 * Makes the cluster unless there is one; what there is must be of this major version and closed to others.
 * It is built beside its final place and renamed, so an interrupted start leaves nothing half made.
 */
export async function ensureCluster(home: Home, binaries: Binaries, isEphemeral: boolean): Promise<void> {
  const cluster = clusterPath(home);
  const version = await readFile(path.join(cluster, 'PG_VERSION'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw permissionError(cluster, String(error));
    },
  );
  if (version === null) return createCluster(home, binaries, isEphemeral);
  if (Number(version) !== binaries.major) {
    throw new EmbeddedPostgresError(
      'WRONG_VERSION',
      `The data in ${cluster} is of PostgreSQL ${version.trim()}, the installed server is ${binaries.major}: delete that folder to start empty, or install the version that made it.`,
    );
  }
  await checkPermissions(home, cluster);
}

async function checkPermissions(home: Home, cluster: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { uid, mode } = await stat(cluster);
  const expected = home.account?.uid ?? process.getuid?.();
  if (uid !== expected) {
    throw permissionError(cluster, `owned by uid ${uid}, but the server would run as uid ${expected}`);
  }
  if ((mode & 0o027) !== 0) {
    throw new EmbeddedPostgresError(
      'WRONG_PERMISSIONS',
      `Other users can read or change ${cluster}: run chmod 0700 on it.`,
    );
  }
}

function permissionError(cluster: string, detail: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'WRONG_PERMISSIONS',
    `This user may not use the data in ${cluster} (was it made by another user, such as root?): start as that user, or delete the folder to start empty.`,
    detail,
  );
}

async function createCluster(home: Home, binaries: Binaries, isEphemeral: boolean): Promise<void> {
  const { account } = home;
  const draft = path.join(home.directory, 'cluster.draft');
  const passwordFile = path.join(home.directory, 'password.draft');
  const password = randomBytes(24).toString('base64url');
  const own = async (file: string) => account && chown(file, account.uid, account.gid);

  await rm(draft, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(draft, { mode: 0o700 });
  await own(draft);
  await writeFile(passwordFile, password, { mode: 0o600, flag: 'wx' });
  await own(passwordFile);
  // The builtin provider and C make sorting, and with it every index, the same on every machine.
  const { code, output } = await run(home, program(binaries, 'initdb'), [
    `--pgdata=${draft}`,
    `--username=${embeddedUser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(isEphemeral ? ['--no-sync'] : []),
  ]);
  if (code !== 0) {
    await rm(draft, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
    throw new EmbeddedPostgresError(
      'INIT_FAILED',
      `The embedded database could not be created in ${home.directory}: ${lastLine(output)}`,
      output,
    );
  }
  await rename(passwordFile, path.join(draft, passwordFileName));
  await rename(draft, clusterPath(home));
}

function run(home: Home, file: string, args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: home.directory,
      env: bareEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(home.account && { uid: home.account.uid, gid: home.account.gid }),
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
