import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { createDb } from '@/db/db';
import { createRelay, type Relay } from '@/realtime/relay';
import { ServiceError } from '@/services/errors';
import type { FeedEvent } from '@/services/live/feed';
import { formatPosition, type Position } from '@/services/live/position';
import { pruneLiveEvents } from '@/services/live/prune';
import { heldEvents, outboxEnd, positionOf, readOutboxAfter } from '@/services/live/read-outbox';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { waitFor } from '../../support/wait-for';

const EVENTS = inject('testSize') === 'full' ? 10_000 : 400;
const BUSY_MS = 60_000;

let database: TestDatabase;
const relays: Relay[] = [];

beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 16 });
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
});
afterAll(() => database?.drop());

/** @param options.firstEnd where the relay believes that the outbox ends when it starts */
async function startRelay(options: { lagAlertMs?: number; firstEnd?: Position } = {}) {
  const db = createDb(database.pool);
  const told: FeedEvent[] = [];
  const errors: Record<string, unknown>[] = [];
  const warnings: string[] = [];
  let lagMs = 0;
  let gaps = 0;
  let { firstEnd } = options;
  const ignore = () => undefined;
  const relay = createRelay({
    outbox: {
      end: async () => {
        const end = firstEnd ?? (await outboxEnd(db));
        firstEnd = undefined;
        return end;
      },
      readAfter: (from, room, limit) => readOutboxAfter(db, from, room, limit),
      held: (from) => heldEvents(db, from),
      positionOf,
    },
    pollMs: 20,
    lagAlertMs: options.lagAlertMs ?? 60_000,
    log: {
      debug: ignore,
      info: (_fields, message) => void warnings.push(message),
      warn: (_fields, message) => void warnings.push(message),
      error: (fields) => void errors.push(fields),
    },
    checkpoint: ignore,
    observeLag: (ms) => {
      lagMs = ms;
    },
    onGap: () => {
      gaps += 1;
    },
  });
  relay.subscribe((batch) => void told.push(...batch));
  await relay.start();
  relays.push(relay);
  return { relay, told, errors, warnings, lagMs: () => lagMs, gaps: () => gaps };
}

/** A live event as the outbox keeps it; its order carries a number to tell it by. */
async function insert(
  client: Pick<PoolClient, 'query'>,
  n: number,
  more: { at?: Date; restaurantId?: string } = {},
) {
  const eventId = randomUUID();
  const payload = {
    eventId,
    type: 'analytics:updated',
    at: new Date().toISOString(),
    restaurantId: more.restaurantId ?? 'r-1',
    orderId: String(n),
    tableSessionId: null,
    paymentId: null,
  };
  await client.query(
    `INSERT INTO outbox_events (event_id, type, restaurant_id, order_id, payload, created_at)
     VALUES ($1, 'analytics:updated', $2, $3, $4, coalesce($5, now()))`,
    [eventId, payload.restaurantId, payload.orderId, payload, more.at ?? null],
  );
  return eventId;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'none',
    (error: unknown) => {
      if (error instanceof ServiceError) return error.code;
      throw error;
    },
  );
}

test('transactions that commit out of order neither lose nor repeat an event, for listeners and for those who resume anywhere', async () => {
  const { relay, told } = await startRelay();
  const start = relay.position();
  let next = 0;
  const write = async () => {
    while (next < EVENTS) {
      const client = await database.pool.connect();
      try {
        await client.query('BEGIN');
        // Takes its number early and commits late, some of them after many others.
        const count = 1 + Math.floor(Math.random() * 3);
        for (let i = 0; i < count; i++) await insert(client, next++);
        if (Math.random() < 0.3) await client.query('SELECT pg_sleep($1)', [Math.random() * 0.05]);
        await client.query(Math.random() < 0.1 ? 'ROLLBACK' : 'COMMIT');
        relay.wake();
      } finally {
        client.release();
      }
    }
  };
  let isDone = false;
  let committed: string[] = [];
  const readers = Array.from({ length: 3 }, async () => {
    const seen: string[] = [];
    let position = start;
    for (;;) {
      const isLast = isDone;
      const page = await relay.readAfter(position, null, 1 + Math.floor(Math.random() * 20));
      seen.push(...page.events.map((e) => e.eventId));
      position = page.position;
      if (isLast && !page.hasMore && seen.length === committed.length) return seen;
    }
  });
  await Promise.all(Array.from({ length: 8 }, write));
  const { rows } = await database.pool.query('SELECT event_id FROM outbox_events ORDER BY xid, position');
  committed = rows.map((row) => row.event_id);
  isDone = true;
  await waitFor('the relay has told everything', () => told.length >= committed.length, BUSY_MS);
  expect(told.map((e) => e.eventId)).toEqual(committed);
  for (const seen of await Promise.all(readers)) expect(seen).toEqual(committed);
}, 120_000);

test('one long transaction that holds the stream is noticed, and named; then everything comes in order', async () => {
  const { relay, told, errors, warnings, lagMs } = await startRelay({ lagAlertMs: 200 });
  const long = await database.pool.connect();
  await long.query('BEGIN');
  const late = await insert(long, 1);
  const early = await insert(database.pool, 2);
  relay.wake();
  await waitFor('the alarm', () => errors[0], BUSY_MS);
  expect(errors[0]).toMatchObject({ lagMs: expect.any(Number), application: expect.any(String) });
  expect(lagMs()).toBeGreaterThanOrEqual(200);
  expect(told.map((e) => e.eventId)).not.toContain(early);
  await long.query('COMMIT');
  long.release();
  await waitFor('both are told', () => told.length === 2, BUSY_MS);
  expect(told.map((e) => e.eventId)).toEqual([late, early]);
  await waitFor('the all-clear', () => lagMs() === 0 && warnings.includes('live events flow again'), BUSY_MS);
});

test('a connection that breaks costs time, not events', async () => {
  const { relay, told, warnings } = await startRelay();
  const first = await insert(database.pool, 1);
  await waitFor('the first', () => told.length === 1, BUSY_MS);
  await database.pool.query('ALTER TABLE outbox_events RENAME TO outbox_events_away');
  await waitFor('the relay says so', () => warnings.length === 1, BUSY_MS);
  await database.pool.query('ALTER TABLE outbox_events_away RENAME TO outbox_events');
  const second = await insert(database.pool, 2);
  relay.wake();
  await waitFor('the second', () => told.length === 2, BUSY_MS);
  expect(told.map((e) => e.eventId)).toEqual([first, second]);
});

test('a room hears its own events only, and a listener that stopped hears none', async () => {
  const { relay, told } = await startRelay();
  const mine: string[] = [];
  const stop = relay.subscribe((batch) => void mine.push(...batch.map((e) => e.eventId)), {
    kind: 'restaurant',
    restaurantId: 'r-mine',
  });
  const own = await insert(database.pool, 1, { restaurantId: 'r-mine' });
  await insert(database.pool, 2, { restaurantId: 'r-other' });
  await waitFor('both are told', () => told.length === 2, BUSY_MS);
  stop();
  await insert(database.pool, 3, { restaurantId: 'r-mine' });
  await waitFor('the third is told', () => told.length === 3, BUSY_MS);
  expect(mine).toEqual([own]);
});

test('a listener that fails takes nothing from the others', async () => {
  const { relay, told, errors } = await startRelay();
  relay.subscribe(() => {
    throw new Error('mine alone');
  });
  const later: string[] = [];
  relay.subscribe((batch) => void later.push(...batch.map((e) => e.eventId)));
  const ids = [await insert(database.pool, 1), await insert(database.pool, 2)];
  await waitFor('both are told', () => told.length === 2 && later.length === 2, BUSY_MS);
  expect(later).toEqual(ids);
  expect(errors.length).toBeGreaterThan(0);
});

test('events go after their retention, oldest first; who resumes from before that is told to load anew', async () => {
  const { relay } = await startRelay();
  await database.pool.query('ALTER TABLE outbox_events DISABLE TRIGGER outbox_events_append_only');
  await database.pool.query('DELETE FROM outbox_events');
  await database.pool.query('ALTER TABLE outbox_events ENABLE TRIGGER outbox_events_append_only');
  const before = formatPosition(await outboxEnd(createDb(database.pool)));
  const now = new Date();
  const old = new Date(now.getTime() - 8 * 86_400_000);
  for (let n = 0; n < 3; n++) await insert(database.pool, n, { at: old });
  const young = await insert(database.pool, 3);
  // A young one in between keeps what is behind it, so that nothing behind the horizon is missing.
  const behind = await insert(database.pool, 4, { at: old });
  const events = await waitFor(
    'all are visible',
    async () => {
      const page = await relay.readAfter(before, null, 100);
      return page.events.length === 5 && page.events;
    },
    BUSY_MS,
  );
  const lastOld = events[2]?.position ?? '';

  const deps = { db: createDb(database.pool), clock: { now: () => now } };
  expect(await pruneLiveEvents(deps, { keepDays: 7 })).toBe(3);
  expect(await pruneLiveEvents(deps, { keepDays: 7 })).toBe(0);
  expect(await codeOf(relay.readAfter(before, null, 10))).toBe('RESYNC_REQUIRED');
  const kept = await relay.readAfter(lastOld, null, 10);
  expect(kept.events.map((e) => e.eventId)).toEqual([young, behind]);
});

test('a database that was set back behind what was told is noticed once, and the stream goes on from its end', async () => {
  const ahead = { xid: 2 ** 40, sequence: 7 };
  const { relay, told, errors, gaps } = await startRelay({ firstEnd: ahead });
  await waitFor('the gap is told', () => gaps() === 1);
  const eventId = await insert(database.pool, 1);
  await waitFor('what comes is told', () => told.some((event) => event.eventId === eventId));
  expect([gaps(), errors.length]).toEqual([1, 1]);
  // Who was told what this database does not know has no other way to learn it.
  expect(await codeOf(relay.readAfter(formatPosition(ahead), null, 10))).toBe('RESYNC_REQUIRED');
});

test('nobody changes a live event, and nobody deletes a young one', async () => {
  await insert(database.pool, 1);
  await expect(database.pool.query('UPDATE outbox_events SET type = type')).rejects.toThrow('append-only');
  await expect(database.pool.query('DELETE FROM outbox_events')).rejects.toThrow('append-only');
});

test.each(['', 'x', '1', '1-2-3', 'zzzzzzzzzzzz-1', '-', "1-' OR 1=1"])(
  '"%s" is no position',
  async (position) => {
    const { relay } = await startRelay();
    expect(await codeOf(relay.readAfter(position, null, 1))).toBe('CURSOR_INVALID');
  },
);
