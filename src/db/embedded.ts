import { realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { type Binaries, findBinaries, reachableBinaries } from './embedded/binaries';
import { clusterPath, embeddedUser, ensureCluster, readPassword } from './embedded/cluster';
import { EmbeddedPostgresError } from './embedded/errors';
import {
  backReferenceFileName,
  type Home,
  locationFileName,
  openHome,
  openTemporaryHome,
  reachableBase,
} from './embedded/home';
import { lockOwnerPid, takeDirectoryLock } from './embedded/lock';
import { readPostmaster, stopOrphan, stopServer } from './embedded/postmaster';
import { freePort, type ServerProcess, startServer } from './embedded/server-process';

export { EmbeddedPostgresError } from './embedded/errors';

export type EmbeddedPostgresOptions = {
  log: (message: string) => void;
  /** TCP port on 127.0.0.1; a free one when absent. */
  port?: number;
} & (
  | { dataDir: string; ephemeral?: false }
  /** For tests: a temporary directory, no fsync, everything deleted at stop. */
  | { ephemeral: true }
);

export type EmbeddedPostgres = {
  /** Connection string with the password inside: never log it. */
  url: string;
  port: number;
  /** Where the data really is, which may be outside the given data directory (see embedded/home.ts). */
  dataDir: string;
  /** Stops the server in good order and frees the directory. Safe to call twice. */
  stop(): Promise<void>;
};

const portAttempts = 5;
const childrenLimitMs = 10_000;
const childrenPauseMs = 100;

/**
 * Starts the PostgreSQL that npm installed, on a data directory that is kept between starts. Works as an
 * ordinary user and as root, also in a folder that the server's user cannot enter. The server ends with this
 * process; one that outlived a `kill -9` is stopped in good order by the next start, and its data recovered.
 * Throws EmbeddedPostgresError with a code and one line that says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  if (options.ephemeral) return startTemporary(options);
  const home = await openHome(options.dataDir);
  const attempt = await takeDirectoryLock(path.join(home.directory, 'lock')).catch((error) => {
    throw new EmbeddedPostgresError(
      'WRONG_PERMISSIONS',
      `This user may not write to ${home.directory}: start as the user who owns it, or delete it to start empty.`,
      String(error),
    );
  });
  if (!attempt.ok) {
    throw dataDirLocked(home.directory, attempt.ownerPid);
  }
  const { release } = attempt.lock;
  try {
    const binaries = await reachableBinaries(await findBinaries(), home.account, reachableBase);
    await stopOrphan(home, clusterPath(home), binaries, options.log);
    if (home.isElsewhere) await claimHome(home, options.dataDir, options.log);
    return await startIn(home, binaries, options, release);
  } catch (error) {
    await release();
    throw error;
  }
}

async function startTemporary(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const home = await openTemporaryHome();
  const remove = () => rm(home.directory, { recursive: true, force: true });
  try {
    const binaries = await reachableBinaries(await findBinaries(), home.account, reachableBase);
    return await startIn(home, binaries, options, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What to tell somebody whose database another process holds. */
export function dataDirLocked(directory: string, ownerPid: number | null): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'DATA_DIR_LOCKED',
    `The database in ${directory} is in use by process ${ownerPid}: stop that one first, or choose another folder, e.g. DATA_DIR=.data2.`,
  );
}

/** The live process that holds this directory's database, or null. */
export async function embeddedOwnerPid(dataDir: string): Promise<number | null> {
  return lockOwnerPid(path.join((await openHome(dataDir)).directory, 'lock'));
}

/** The connection string of the server that another process of ours runs on this directory, or null. */
export async function runningEmbeddedUrl(dataDir: string): Promise<string | null> {
  const home = await openHome(dataDir);
  const cluster = clusterPath(home);
  if ((await lockOwnerPid(path.join(home.directory, 'lock'))) === null) return null;
  const running = await readPostmaster(cluster);
  return running?.isReady ? urlFor(running.port, await readPassword(cluster)) : null;
}

/** `afterStop` runs once the server is down. */
async function startIn(
  home: Home,
  binaries: Binaries,
  options: EmbeddedPostgresOptions,
  afterStop: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const cluster = clusterPath(home);
  await ensureCluster(home, binaries, options.ephemeral === true);
  const server = await startOnSomePort(options, home, binaries);
  const password = await readPassword(cluster);
  let isStopping: Promise<void> | undefined;
  const stop = async () => {
    server.dismissWatchdog();
    await stopServer(home, cluster, binaries, server.pid);
    await afterStop();
  };
  server.child.once('exit', (code, signal) => {
    if (!isStopping) options.log(`database: the embedded server ended by itself (${signal ?? code})`);
  });
  try {
    await ensureDatabase(server.port, password);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: urlFor(server.port, password),
    port: server.port,
    dataDir: home.directory,
    stop: () => {
      isStopping ??= stop();
      return isStopping;
    },
  };
}

/** Ties a home outside the data directory to it, and empties one whose data directory was deleted since. */
async function claimHome(home: Home, dataDir: string, log: (message: string) => void): Promise<void> {
  const directory = await realpath(dataDir);
  if (home.isNew) await rm(clusterPath(home), { recursive: true, force: true });
  await writeFile(path.join(home.directory, backReferenceFileName), directory);
  await writeFile(path.join(directory, locationFileName), home.directory);
  log(`database: user ${home.account?.name} cannot enter ${directory}, so the data is in ${home.directory}`);
}

async function startOnSomePort(
  options: EmbeddedPostgresOptions,
  home: Home,
  binaries: Binaries,
): Promise<ServerProcess> {
  const isEphemeral = options.ephemeral === true;
  const deadline = performance.now() + childrenLimitMs;
  for (let attempt = 1; ; ) {
    try {
      const port = options.port ?? (await freePort());
      return await startServer(home, binaries, { port, isEphemeral });
    } catch (error) {
      const code = error instanceof EmbeddedPostgresError ? error.code : undefined;
      const isUnlucky = code === 'PORT_TAKEN' && options.port === undefined && attempt++ < portAttempts;
      // The children of a server that was killed hold its memory until they notice, which takes moments.
      const isDying = code === 'DATA_DIR_LOCKED' && performance.now() < deadline;
      if (!isUnlucky && !isDying) throw error;
      if (isDying) await delay(childrenPauseMs);
    }
  }
}

async function ensureDatabase(port: number, password: string): Promise<void> {
  const client = new Client({ connectionString: urlFor(port, password, 'postgres') });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [embeddedUser]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${embeddedUser}`);
  } finally {
    await client.end();
  }
}

function urlFor(port: number, password: string, database = embeddedUser): string {
  return `postgresql://${embeddedUser}:${password}@127.0.0.1:${port}/${database}`;
}
