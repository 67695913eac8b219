import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEnv } from '@/env';
import { ListenError } from '@/server/listen';
import { startServer } from '@/server/start';
import { refusalOf, startTestApp, waitFor } from '../../support/app';
import { createTestDatabase, type TestDatabase } from '../../support/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 2 });
});
afterAll(() => database.drop());

it('a port in use is told in one line that names it and the way out, before anything is started', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const env = loadEnv({
    NODE_ENV: 'test',
    PORT: String(port),
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x',
  });
  const failure = await startServer({ env, next: false }).catch((error: unknown) => error);
  other.close();
  expect(failure).toBeInstanceOf(ListenError);
  expect((failure as Error).message).toContain(`Port ${port} is in use`);
  expect((failure as Error).message).toContain(`PORT=${port + 1}`);
  expect((failure as Error).message).not.toContain('\n');
});

it('a start that fails lets go of the port', async () => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  const env = loadEnv({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PORT: String(port),
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x',
  });
  await expect(startServer({ env, next: false })).rejects.toThrow('ECONNREFUSED');
  await expect(fetch(`http://127.0.0.1:${port}/live`)).rejects.toThrow();
});

describe('stopping', () => {
  it('finishes the requests that run, takes no new ones, and gives every connection back', async () => {
    const app = await startTestApp({ database });
    const service = await app.asService();
    const blocker = await database.pool.connect();
    try {
      await blocker.query('BEGIN; LOCK TABLE restaurants IN EXCLUSIVE MODE');
      const running = service.platform.restaurants.sync
        .mutate({
          restaurants: [{ id: 'stop-1', name: 'R', currency: 'USD', timeZone: 'UTC', version: 1 }],
        })
        .then((answer) => answer.results[0]?.outcome, String);
      await waitFor('the request to wait for the lock', async () => (await countOpen('Lock')) === 1);
      const stopping = app.stop();
      await waitFor('no new connections', () =>
        fetch(`${app.url}/live`).then(
          () => false,
          () => true,
        ),
      );
      await blocker.query('COMMIT');
      expect(await running).toBe('APPLIED');
      await stopping;
      await waitFor('every connection given back', async () => (await countOpen()) === 0);
    } finally {
      blocker.release(true);
      await app.stop();
    }
  });
});

/** Connections of the service to this database, or those that wait for something. */
async function countOpen(waitingFor: string | null = null): Promise<number> {
  const { rows } = await database.pool.query<{ open: number }>(
    `SELECT count(*)::int AS open FROM pg_stat_activity
      WHERE application_name = 'tabsy-payments' AND datname = current_database()
        AND ($1::text IS NULL OR wait_event_type = $1)`,
    [waitingFor],
  );
  return rows[0]?.open ?? 0;
}

describe('readiness', () => {
  it('is 503 while the database is away, and comes back with it', async () => {
    const line = await startLine(database.url);
    const app = await startTestApp({ database: { ...database, url: line.url } });
    const status = async (path: string) => (await fetch(`${app.url}${path}`)).status;
    try {
      expect(await status('/ready')).toBe(200);
      line.cut();
      await waitFor('not ready', async () => (await status('/ready')) === 503);
      expect(await status('/health')).toBe(503);
      expect(await status('/live')).toBe(200);
      const call = app.asGuest('some-guest').payments.list.query({});
      expect(await refusalOf(call)).toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
        appCode: 'DATABASE_UNAVAILABLE',
      });
      line.mend();
      await waitFor('ready again', async () => (await status('/ready')) === 200);
    } finally {
      await app.stop();
      await line.close();
    }
  });
});

/** A cable to the database that can be cut: connections through it break, new ones are dropped. */
async function startLine(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend: () => {
      isCut = false;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe('metrics', () => {
  it('are for this machine alone without a token, and for its holder with one', async () => {
    const open = await startTestApp({ database });
    const status = async (url: string, headers: Record<string, string> = {}) =>
      (await fetch(`${url}/metrics`, { headers })).status;
    expect(await status(open.url)).toBe(200);
    expect(await status(open.url, { 'x-forwarded-for': '203.0.113.7' })).toBe(403);
    expect(await (await fetch(`${open.url}/metrics`)).text()).toContain(
      'tabsy_db_connections{state="waiting"} 0',
    );
    await open.stop();

    const guarded = await startTestApp({ database, env: { METRICS_TOKEN: 'a-metrics-token-1234' } });
    expect(await status(guarded.url)).toBe(401);
    expect(await status(guarded.url, { authorization: 'Bearer a-metrics-token-1235' })).toBe(401);
    expect(await status(guarded.url, { authorization: 'Bearer a-metrics-token-1234' })).toBe(200);
    await guarded.stop();
  });
});
