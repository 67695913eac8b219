import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bareEnvironment } from './account';
import { type Binaries, program } from './binaries';
import { EmbeddedPostgresError } from './errors';
import type { Home } from './home';
import { commandLine, isAlive } from './process-info';

const fastStopLimitMs = 30_000;
const hardStopLimitMs = 5_000;
const pollMs = 15;

export type Postmaster = { pid: number; port: number; isReady: boolean };

/** What PostgreSQL's own lock file says, or null when there is none. */
export async function readPostmaster(cluster: string): Promise<Postmaster | null> {
  const text = await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n');
  return {
    pid: Number(lines[0]),
    port: Number(lines[3]),
    isReady: lines[7]?.trim() === 'ready',
  };
}

/** True when the process is a server on this very cluster: process ids are reused, command lines tell. */
function servesCluster(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false;
  const command = commandLine(pid);
  if (command === null) return process.platform === 'win32';
  return command.includes('postgres') && command.includes(cluster);
}

/**
 * Ends a server whose node process died. Call only while holding the directory's lock: then nobody of ours
 * uses that server. It is stopped, not adopted: this process could neither wait for it nor be sure of its
 * flags. A stale lock file of a dead server is left to PostgreSQL, which checks the shared memory, too; only
 * one whose process id now belongs to another program is removed, as PostgreSQL would refuse to start.
 */
export async function stopOrphan(
  home: Home,
  cluster: string,
  binaries: Binaries,
  log: (message: string) => void,
): Promise<void> {
  const found = await readPostmaster(cluster);
  if (!found || !isAlive(found.pid)) return;
  if (servesCluster(found.pid, cluster)) {
    log(`database: stopping the server (pid ${found.pid}) that an earlier run left behind`);
    await stopServer(home, cluster, binaries, found.pid);
  } else {
    await rm(path.join(cluster, 'postmaster.pid'), { force: true });
  }
}

/** Fast shutdown: clients are cut off, data is flushed. Falls back to immediate, which recovers by WAL. */
export async function stopServer(
  home: Home,
  cluster: string,
  binaries: Binaries,
  pid: number,
): Promise<void> {
  signal(home, cluster, binaries, pid, 'SIGINT');
  if (await isGone(pid, cluster, fastStopLimitMs)) return;
  signal(home, cluster, binaries, pid, 'SIGQUIT');
  if (await isGone(pid, cluster, hardStopLimitMs)) return;
  throw new EmbeddedPostgresError(
    'DATA_DIR_LOCKED',
    `The database server with pid ${pid} does not stop: end it by hand, then start again.`,
  );
}

function signal(home: Home, cluster: string, binaries: Binaries, pid: number, name: 'SIGINT' | 'SIGQUIT') {
  if (process.platform === 'win32') {
    const mode = name === 'SIGINT' ? 'fast' : 'immediate';
    const args = ['stop', '-D', cluster, '-m', mode, '-W'];
    spawn(program(binaries, 'pg_ctl'), args, { cwd: home.directory, env: bareEnvironment, stdio: 'ignore' });
    return;
  }
  // Of a lock file that was half written; 0 and below are whole groups of processes, ours first.
  if (!Number.isSafeInteger(pid) || pid <= 1) throw new Error(`no process id of a server: ${pid}`);
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function isGone(pid: number, cluster: string, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (servesCluster(pid, cluster)) {
    if (performance.now() > deadline) return false;
    await delay(pollMs);
  }
  return true;
}

/** Resolves once the server accepts connections, or false as soon as it ended or the limit passed. */
export async function becomesReady(cluster: string, pid: number, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (isAlive(pid) && performance.now() < deadline) {
    const state = await readPostmaster(cluster);
    if (state?.pid === pid && state.isReady) return true;
    await delay(pollMs);
  }
  return false;
}
