import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { PoolClient } from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { createDb } from '@/db/db';
import type { Position } from '@/services/live/position';
import { outboxEnd, readOutboxAfter } from '@/services/live/read-outbox';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { waitFor } from '../../support/wait-for';

/*
 * What happened first is told first. A row of `things` stands for an order: who holds its lock may tell of it.
 */

const RUNS = inject('testSize') === 'full' ? 1_000 : 60;
const SESSIONS = 5;
const THINGS = 2;

let database: TestDatabase;
const clients: PoolClient[] = [];

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: SESSIONS + 3 });
  await database.pool.query('CREATE TABLE things (id INT PRIMARY KEY)');
  await database.pool.query('INSERT INTO things SELECT generate_series(0, $1::int - 1)', [THINGS]);
});
afterEach(async () => {
  for (const client of clients.splice(0)) {
    await client.query('ROLLBACK');
    client.release();
  }
});
afterAll(() => database?.drop());

/** A transaction that has its number already, as a webhook's has after its inbox row. */
async function begin(): Promise<PoolClient> {
  const client = await database.pool.connect();
  clients.push(client);
  await client.query('BEGIN');
  await client.query('SELECT pg_current_xact_id()');
  return client;
}

const COLUMNS = 'outbox_events (event_id, type, restaurant_id, order_id, payload)';
const VALUES = `$1::uuid, 'analytics:updated', 'r-1', $2::text, '{"eventId":"", "type":"analytics:updated"}'::jsonb`;

async function lock(client: PoolClient, thing: number): Promise<void> {
  await client.query('SELECT FROM things WHERE id = $1 FOR NO KEY UPDATE', [thing]);
}

async function tell(client: PoolClient, thing: number): Promise<string> {
  const id = randomUUID();
  await client.query(`INSERT INTO ${COLUMNS} VALUES (${VALUES})`, [id, String(thing)]);
  return id;
}

/** The lock and the event in one statement, whose snapshot is older than the wait. */
async function lockAndTell(client: PoolClient, thing: number): Promise<string> {
  const id = randomUUID();
  await client.query(
    `WITH locked AS (SELECT FROM things WHERE id = $2::int FOR NO KEY UPDATE)
     INSERT INTO ${COLUMNS} SELECT ${VALUES} FROM locked`,
    [id, String(thing)],
  );
  return id;
}

async function waitsForLock(client: PoolClient): Promise<void> {
  const { processID } = client as PoolClient & { processID: number };
  await waitFor('it waits', async () => {
    const { rows } = await database.pool.query(
      `SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock'`,
      [processID],
    );
    return rows.length > 0;
  });
}

/** What a reader hears from a position on, until nothing waits behind a running transaction. */
async function readAll(from: Position, count: number): Promise<string[]> {
  const db = createDb(database.pool);
  return waitFor('everything is told', async () => {
    const page = await readOutboxAfter(db, from, null, 1_000);
    return page.events.length >= count && page.events.map((event) => event.eventId);
  });
}

const end = () => outboxEnd(createDb(database.pool));

test('of two that overlap on one order, the one that acts last is told last, however early it began', async () => {
  const from = await end();
  const early = await begin();
  const late = await begin();
  await lock(late, 0);
  const first = await tell(late, 0);
  const waiting = lock(early, 0);
  await waitsForLock(early);
  await late.query('COMMIT');
  await waiting;
  const second = await tell(early, 0);
  await early.query('COMMIT');
  expect(await readAll(from, 2)).toEqual([first, second]);
});

test('also when a third one, which began between them, is still running: neither is told before the other', async () => {
  const from = await end();
  const early = await begin();
  const between = await begin();
  const late = await begin();
  await lock(late, 0);
  const first = await tell(late, 0);
  await late.query('COMMIT');
  await lock(early, 0);
  const second = await tell(early, 0);
  await early.query('COMMIT');
  const page = await readOutboxAfter(createDb(database.pool), from, null, 100);
  expect(page.events).toEqual([]);
  await between.query('COMMIT');
  expect(await readAll(from, 2)).toEqual([first, second]);
});

test('also when one statement waits for the lock and tells', async () => {
  const from = await end();
  const early = await begin();
  const late = await begin();
  await lock(late, 0);
  const waiting = lockAndTell(early, 0);
  await waitsForLock(early);
  const first = await tell(late, 0);
  await late.query('COMMIT');
  const second = await waiting;
  await early.query('COMMIT');
  expect(await readAll(from, 2)).toEqual([first, second]);
});

test('an event waits for nobody who begins after it', async () => {
  const from = await end();
  const early = await begin();
  await (await begin()).query('COMMIT');
  const only = await tell(early, 0);
  const after = await begin();
  await early.query('COMMIT');
  expect(await readAll(from, 1)).toEqual([only]);
  await after.query('ROLLBACK');
});

type Step = { session: number; kind: 'lock' | 'tell' | 'commit' | 'rollback' | 'read'; thing: number };

const step: fc.Arbitrary<Step> = fc.record({
  session: fc.nat(SESSIONS - 1),
  kind: fc.constantFrom('lock', 'tell', 'tell', 'commit', 'commit', 'rollback', 'read', 'read'),
  thing: fc.nat(THINGS - 1),
});

interface Running {
  client: PoolClient;
  holds: Set<number>;
  told: { id: string; thing: number }[];
}

/**
 * Plays steps on real transactions. A step that would wait is left out. Answers what was committed, in the order in which it was
 * told under each lock, and what readers heard who read while it went on.
 */
async function play(steps: readonly Step[], from: Position) {
  const db = createDb(database.pool);
  const running = new Map<number, Running>();
  const happened: { id: string; thing: number }[] = [];
  const committed = new Set<string>();
  const heard: string[] = [];
  let at = from;
  const read = async () => {
    const page = await readOutboxAfter(db, at, null, 3);
    heard.push(...page.events.map((event) => event.eventId));
    at = page.end;
    return page.events.length > 0;
  };
  const finish = async (session: number, how: 'COMMIT' | 'ROLLBACK') => {
    const own = running.get(session);
    if (!own) return;
    running.delete(session);
    await own.client.query(how);
    own.client.release();
    clients.splice(clients.indexOf(own.client), 1);
    if (how === 'COMMIT') for (const { id } of own.told) committed.add(id);
  };
  for (const { session, kind, thing } of steps) {
    if (kind === 'read') await read();
    else if (kind === 'commit') await finish(session, 'COMMIT');
    else if (kind === 'rollback') await finish(session, 'ROLLBACK');
    else {
      const own = running.get(session) ?? { client: await begin(), holds: new Set(), told: [] };
      running.set(session, own);
      if ([...running.values()].some((other) => other !== own && other.holds.has(thing))) continue;
      if (!own.holds.has(thing)) await lock(own.client, thing);
      own.holds.add(thing);
      if (kind === 'lock') continue;
      const event = { id: await tell(own.client, thing), thing };
      own.told.push(event);
      happened.push(event);
    }
  }
  for (const session of [...running.keys()]) await finish(session, 'COMMIT');
  const expected = happened.filter(({ id }) => committed.has(id));
  await waitFor('everything is heard', async () => !(await read()) && heard.length >= expected.length);
  return { expected, heard };
}

test('whatever order transactions begin, act, end and are read in: every event once, and those of one order as they happened', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const { expected, heard } = await play(steps, await end());
      expect(heard.toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
      for (let thing = 0; thing < THINGS; thing++) {
        const ofThing = expected.filter((event) => event.thing === thing).map(({ id }) => id);
        expect(heard.filter((id) => ofThing.includes(id))).toEqual(ofThing);
      }
    }),
    { numRuns: RUNS },
  );
}, 300_000);
