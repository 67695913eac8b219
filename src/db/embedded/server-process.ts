import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { bareEnvironment } from './account';
import { type Binaries, program } from './binaries';
import { clusterPath } from './cluster';
import { EmbeddedPostgresError } from './errors';
import type { Home } from './home';
import { becomesReady } from './postmaster';

/** Long, as a big WAL is replayed before the server is ready after a crash. */
const readyLimitMs = 120_000;

export type ServerProcess = { pid: number; port: number; child: ChildProcess; dismissWatchdog(): void };
/** `isEphemeral`: no fsync, and the home is deleted even when this process is killed. */
export type ServerSettings = { port: number; isEphemeral: boolean };

/** Starts the server on the cluster and waits until it accepts connections on 127.0.0.1. */
export async function startServer(
  home: Home,
  binaries: Binaries,
  settings: ServerSettings,
): Promise<ServerProcess> {
  const cluster = clusterPath(home);
  const logFile = path.join(home.directory, 'server.log');
  await rm(logFile, { force: true });
  const logDescriptor = openSync(logFile, 'a', 0o600);
  const child = spawn(
    program(binaries, 'postgres'),
    ['-D', cluster, '-p', String(settings.port), ...flags(settings)],
    {
      cwd: home.directory,
      env: bareEnvironment,
      // Its own session: Ctrl-C in the terminal must reach us first, and us alone.
      detached: process.platform !== 'win32',
      stdio: ['ignore', logDescriptor, logDescriptor],
      ...accountOf(home),
    },
  );
  closeSync(logDescriptor);
  const failure = new Promise<Error>((resolve) => child.once('error', resolve));
  const { pid } = child;
  if (pid === undefined) throw startError(settings, String(await failure), home);
  child.unref();
  if (!(await becomesReady(cluster, pid, readyLimitMs))) {
    child.kill('SIGINT');
    throw startError(settings, await readFile(logFile, 'utf8').catch(() => ''), home);
  }
  return { pid, port: settings.port, child, dismissWatchdog: startWatchdog(home, pid, settings) };
}

/** A free port of 127.0.0.1; another process may take it before the server does, so be ready to repeat. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function flags({ isEphemeral }: ServerSettings): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    fsync: isEphemeral ? 'off' : 'on',
    synchronous_commit: isEphemeral ? 'off' : 'on',
    full_page_writes: isEphemeral ? 'off' : 'on',
    // The default is for machines of another age: a million payments and their indexes do not fit into 128 MB. Taken as it is touched.
    shared_buffers: isEphemeral ? '128MB' : '512MB',
    // So that a checkpoint, and whole pages in the log after it, comes by time and not with every gigabyte.
    max_wal_size: '4GB',
    logging_collector: 'off',
    lc_messages: 'C',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function accountOf(home: Home) {
  return home.account && { uid: home.account.uid, gid: home.account.gid };
}

/**
 * A shell that sees our end of its pipe close, however we die, and then stops the server in good order. It
 * runs as the server's user, so that even a reused process id could hit nothing else. Not on Windows.
 */
function startWatchdog(home: Home, pid: number, { isEphemeral }: ServerSettings): () => void {
  if (process.platform === 'win32') return () => undefined;
  const stop = 'cat >/dev/null; kill -INT "$1" 2>/dev/null';
  const remove = 'while kill -0 "$1" 2>/dev/null; do sleep 0.1; done; rm -rf "$2"';
  const script = isEphemeral ? `${stop}; ${remove}` : stop;
  const args = ['-c', script, 'tabsy-postgres-watchdog', String(pid), home.directory];
  const watchdog = spawn('/bin/sh', args, {
    cwd: '/',
    env: bareEnvironment,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    ...accountOf(home),
  });
  watchdog.on('error', () => undefined);
  watchdog.unref();
  const { stdin } = watchdog;
  stdin?.on('error', () => undefined);
  if (stdin && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return () => {
    watchdog.kill('SIGKILL');
    stdin?.destroy();
  };
}

function startError(settings: ServerSettings, serverLog: string, home: Home): EmbeddedPostgresError {
  if (/address already in use|could not bind/i.test(serverLog)) {
    return new EmbeddedPostgresError(
      'PORT_TAKEN',
      `Port ${settings.port} on 127.0.0.1 is taken by another program: stop it, or choose another database port.`,
      serverLog,
    );
  }
  if (/lock file .* already exists|shared memory block .* still in use/.test(serverLog)) {
    return new EmbeddedPostgresError(
      'DATA_DIR_LOCKED',
      `Another database server uses ${clusterPath(home)}: stop it first.`,
      serverLog,
    );
  }
  return new EmbeddedPostgresError(
    'START_FAILED',
    `The embedded database did not start: ${lastWords(serverLog)} (all of it in ${home.directory}/server.log).`,
    serverLog,
  );
}

/** The last message that ends a start, whole: some take several lines, and others come after them. */
export function lastWords(serverLog: string): string {
  const lines = serverLog.trim().split('\n');
  const last = lines.findLastIndex((line) => /^postgres: |(FATAL|PANIC): /.test(line));
  const rest = lines.slice(last === -1 ? -1 : last);
  const next = rest.findIndex((line, index) => index > 0 && /^\d{4}-\d\d-\d\d /.test(line));
  return rest
    .slice(0, next === -1 ? undefined : next)
    .map((line) => line.trim())
    .join(' ');
}
