import { startEmbeddedPostgres } from '@/db/embedded';
import { serverAccount } from '@/db/embedded/account';
import { findBinaries, reachableBinaries } from '@/db/embedded/binaries';
import { clusterPath } from '@/db/embedded/cluster';
import { type Home, reachableBase } from '@/db/embedded/home';
import { becomesReady, readPostmaster, stopServer } from '@/db/embedded/postmaster';
import { type ServerProcess, startServer } from '@/db/embedded/server-process';
import { applyMigrations } from '@/db/migrate';
import { createPool } from '@/db/pool';

/** A PostgreSQL server for one storm, which may stop and restart it. */
export interface ChaosDatabase {
  url: string;
  /**
   * `fast`: disconnects clients, then shuts down cleanly. `immediate`: as after a crash, with recovery from the WAL.
   */
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it, migrated and empty. As in production, commits survive a kill of the server. */
export async function startChaosDatabase(): Promise<ChaosDatabase> {
  const database = await startEmbeddedPostgres({ ephemeral: true, log: () => undefined });
  const { url, port, dataDir: directory } = database;
  const account = serverAccount(null);
  const home: Home = { directory, account, isElsewhere: false, isNew: false };
  const cluster = clusterPath(home);
  const binaries = await reachableBinaries(await findBinaries(), account, reachableBase);
  let restarted: ServerProcess | null = null;
  const pidNow = async () => {
    const running = await readPostmaster(cluster);
    if (running === null) throw new Error(`no server runs on ${cluster}`);
    return running.pid;
  };
  const down = async (pid: number) => {
    restarted?.dismissWatchdog();
    await stopServer(home, cluster, binaries, pid);
  };
  try {
    await keepCommits(url);
    await applyMigrations(url, { log: () => undefined });
  } catch (error) {
    await database.stop();
    throw error;
  }
  return {
    url,
    restart: async (mode) => {
      // Read before the shutdown, which removes the lock file that names the pid.
      const pid = await pidNow();
      if (mode === 'immediate') process.kill(pid, 'SIGQUIT');
      await down(pid);
      restarted = await startServer(home, binaries, { port, isEphemeral: true });
      await becomesReady(cluster, restarted.pid, 30_000);
    },
    stop: async () => {
      if (restarted) await down(await pidNow());
      await database.stop();
    },
  };
}

/** Servers of tests commit asynchronously. A storm crashes its server, so here commits wait for the WAL. */
async function keepCommits(url: string): Promise<void> {
  const pool = createPool({ url, max: 1, applicationName: 'tabsy-auditor', onError: () => undefined });
  await pool.query('ALTER ROLE CURRENT_USER SET synchronous_commit = on');
  await pool.end();
}
