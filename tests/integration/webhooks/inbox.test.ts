import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, refusalOf, startTestApp, type TestApp } from '../../support/app';

let app: TestApp;
let admin: Client;
beforeAll(async () => {
  app = await startTestApp();
  admin = await app.asAdmin();
});
afterAll(() => app.stop());

/** An event that arrived `ageSec` ago and took `tookSec`; null: it is not finished. */
async function event(eventId: string, ageSec: number, tookSec: number | null, state = 'APPLIED') {
  await app.database.pool.query(
    `INSERT INTO webhook_events (event_id, type, object_id, event_created_at, state, received_at, finished_at)
     VALUES ($1, 'charge.updated', 'ch_1', now(), $4, now() - make_interval(secs => $2),
       now() - make_interval(secs => $2) + make_interval(secs => $3))`,
    [eventId, ageSec, tookSec, state],
  );
}

test('the lag of the last day: median and worst by hour; what is unfinished counts by its age, what waits for a record not', async () => {
  const HOUR_SEC = 3_600;
  await event('evt_old', 30 * HOUR_SEC, 900);
  for (const [name, tookSec] of [
    ['evt_a', 1],
    ['evt_b', 2],
    ['evt_c', 9],
  ] as const)
    await event(name, 5 * HOUR_SEC, tookSec);
  await event('evt_open', 10 * HOUR_SEC, null, 'RETRY');
  await event('evt_waits', 10 * HOUR_SEC, null, 'WAITING');
  const { hours, at } = await admin.inbox.lag.query();
  expect(hours.map(({ from: _from, ...figures }) => figures)).toEqual([
    { count: 1, medianMs: expect.any(Number), maxMs: expect.any(Number), openCount: 1 },
    { count: 3, medianMs: 2_000, maxMs: 9_000, openCount: 0 },
  ]);
  expect(hours[0]?.maxMs).toBeGreaterThanOrEqual(10 * HOUR_SEC * 1_000);
  for (const { from } of hours) expect(from).toMatch(/T\d\d:00:00\.000Z$/);
  expect(Date.parse(at)).toBeGreaterThan(Date.parse(hours[1]?.from ?? ''));
});

test('an event opens with what Stripe sent but persons and secrets, or without once that has been deleted', async () => {
  await event('evt_whole', 60, 1);
  await app.database.pool.query('INSERT INTO webhook_payloads (event_id, payload) VALUES ($1, $2)', [
    'evt_whole',
    { id: 'evt_whole', object: 'event', client_secret: 'pi_1_secret_2', receipt_email: 'anna@example.com' },
  ]);
  expect(await admin.inbox.get.query({ eventId: 'evt_whole' })).toMatchObject({
    state: 'APPLIED',
    payload: { id: 'evt_whole', object: 'event', client_secret: null, receipt_email: null },
  });
  await event('evt_bare', 60, 1);
  expect(await admin.inbox.get.query({ eventId: 'evt_bare' })).toMatchObject({ payload: null });
  expect((await refusalOf(admin.inbox.get.query({ eventId: 'evt_nothing' }))).appCode).toBe('NOT_FOUND');
});
