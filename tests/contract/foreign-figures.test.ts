import { afterAll, beforeAll, expect, it } from 'vitest';
import { rebuildMetrics } from '@/services/analytics/rebuild';
import { watchAlerts } from '@/services/analytics/watch-alerts';
import {
  newKey,
  payWithCard,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  waitForStatus,
} from '../support/app';
import { type ActorName, EXPECTED } from './matrix-rules';
import { type LegacyWorld, startLegacyWorld } from './support';

const STRANGERS = [
  'other guest',
  'stranger',
  'other staff',
  'other owner',
  'service',
] as const satisfies readonly ActorName[];
const HOUSE = ['staff', 'owner'] as const;
type Asking = (typeof STRANGERS)[number] | (typeof HOUSE)[number];

/** Whoever knows a payment's id sees its sums and state there (SECURITY.md, known limits). */
const KNOWN = ['GET /payments/:paymentId/public'];

/** Rows that a stranger may ask about a restaurant that is not theirs, or about all that are theirs. */
const ROWS = Object.entries(EXPECTED)
  .filter(([name, { expected }]) => STRANGERS.some((who) => expected[who] < 300) && !KNOWN.includes(name))
  .map(([name]) => name);

let world: LegacyWorld;
let elsewhere: SeededRestaurant;
const headers = {} as Record<Asking, Record<string, string>>;
beforeAll(async () => {
  world = await startLegacyWorld();
  const { app, restaurant } = world;
  const service = await app.asService();
  elsewhere = await seedRestaurant(service);
  const session = await seedSession(service, elsewhere);
  await pay(elsewhere, session, 311);
  const bearer = async (role: Parameters<typeof app.token>[0], id: string) => ({
    authorization: `Bearer ${await app.token(role, id)}`,
  });
  Object.assign(headers, {
    'other guest': { 'x-session-id': session.guests[0] },
    stranger: await bearer('CUSTOMER', `customer-${newKey()}`),
    'other staff': await bearer('RESTAURANT_STAFF', elsewhere.staffId),
    'other owner': await bearer('RESTAURANT_OWNER', elsewhere.ownerId),
    service: await bearer('SERVICE', 'platform'),
    staff: await bearer('RESTAURANT_STAFF', restaurant.staffId),
    owner: await bearer('RESTAURANT_OWNER', restaurant.ownerId),
  } satisfies typeof headers);
});
afterAll(() => world?.app.stop());

it('a stranger is answered by rows that only read', () => {
  expect(ROWS.filter((name) => !name.startsWith('GET '))).toEqual([]);
  expect(ROWS.length).toBeGreaterThan(5);
});

it('whatever happens in a restaurant changes no answer to a stranger of it, in no figure, count or id', async () => {
  const [before, houseBefore] = [await answersTo(STRANGERS), await answersTo(HOUSE)];
  const ids = await busyDay();
  const [after, houseAfter] = [await answersTo(STRANGERS), await answersTo(HOUSE)];
  // Each row does tell of it, to those whom it concerns.
  const silent = Object.keys(houseAfter).filter((row) => houseAfter[row] === houseBefore[row]);
  expect(silent).toEqual([]);
  expect(after).toEqual(before);
  const told = Object.values(after).join('\n');
  expect(ids.filter((id) => told.includes(id))).toEqual([]);
});

/** Payments of each kind, one that waits and one that failed, with figures and alerts brought up to date. @returns ids */
async function busyDay(): Promise<string[]> {
  const { app, restaurant } = world;
  const service = await app.asService();
  const session = await world.newSession();
  const ids = [restaurant.restaurantId, restaurant.tableId, session.sessionId, ...session.guests];
  ids.push(...(await pay(restaurant, session, 31_337)));
  const staff = await app.asStaff(restaurant.staffId);
  const cashOrder = await seedOrder(service, restaurant, { session, guestSessionId: session.guests[1] });
  ids.push((await staff.cash.record.mutate({ orderId: cashOrder, idempotencyKey: newKey() })).id);
  for (const card of ['pm_card_chargeDeclined', null]) {
    const orderId = await seedOrder(service, restaurant, { session, guestSessionId: session.guests[2] });
    const guest = app.asGuest(session.guests[2]);
    const payment = await guest.payments.create.mutate({ orderId, idempotencyKey: newKey() });
    if (card !== null) await payWithCard(app, payment, card);
    ids.push(orderId, payment.id);
  }
  const waits = "UPDATE table_sessions SET status = 'PAYMENT_PENDING' WHERE id = $1";
  await app.database.pool.query(waits, [session.sessionId]);
  await upToDate();
  return ids;
}

/** What the worker does again and again. A minute on: what waits has waited for longer than alerts allow. */
async function upToDate(): Promise<void> {
  const { deps } = world.app.server.app;
  await rebuildMetrics(deps);
  const limits = { ...world.app.env.alerts, pendingAgeMinutes: 0.001 };
  await watchAlerts({ ...deps, clock: { now: () => new Date(Date.now() + 60_000) } }, limits);
}

/** @returns the ids of order and payment */
async function pay(at: SeededRestaurant, session: SeededSession, totalMinor: number): Promise<string[]> {
  const { app } = world;
  const [guestSessionId] = session.guests;
  const orderId = await seedOrder(await app.asService(), at, {
    session,
    guestSessionId,
    subtotalMinor: totalMinor - 11,
    taxMinor: 11,
  });
  const guest = app.asGuest(guestSessionId);
  const payment = await guest.payments.create.mutate({ orderId, idempotencyKey: newKey() });
  await payWithCard(app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
  await upToDate();
  return [orderId, payment.id];
}

/** By row and who asks, without what time alone changes. */
async function answersTo(who: readonly Asking[]): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const name of ROWS) {
    const path = name.replace('GET ', '').replace(':restaurantId', world.restaurant.restaurantId);
    for (const actor of who) {
      const response = await fetch(`${world.app.url}/api/v1${path}`, { headers: headers[actor] });
      answers[`${name} to ${actor}`] = `${response.status} ${withoutTime(await response.text())}`;
    }
  }
  return answers;
}

function withoutTime(text: string): string {
  return text
    .replace(/"\d{4}-\d{2}-\d{2}T[\d:.]+Z"/g, '"a moment"')
    .replace(/"(sessionDuration|averageSessionDuration)":\d+/g, '"$1":0');
}
