import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Deps } from '@/services/context';
import { createIntake } from '@/services/inbox/intake';
import { receiveEvents } from '@/services/inbox/receive';
import { retryEvents } from '@/services/inbox/retry';
import {
  newKey,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
} from '../../support/app';
import { passInboxTime } from '../../support/inbox-time';
import { assertBooksBalance } from '../../support/invariants';
import {
  chargeEvent,
  intentEvent,
  type StripeEvent,
  sendWebhook,
  stripeId,
} from '../../support/webhook-sender';
import { inboxRow, openCardPayment, tracesOf } from './traces';

let app: TestApp;
let at: SeededRestaurant;
let session: SeededSession;
beforeAll(async () => {
  app = await startTestApp();
  const service = await app.asService();
  at = await seedRestaurant(service);
  session = await seedSession(service, at);
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

type Open = Awaited<ReturnType<typeof openCardPayment>>;

const COMPLETED_ONCE = ['created', 'intent_created', 'completed'];
const openMany = async (count: number): Promise<Open[]> => {
  const payments: Open[] = [];
  const service = await app.asService();
  for (let i = 0; i < count; i++) {
    // A table each: payments of one table would go one after the other.
    const own = await seedSession(service, at);
    payments.push(await openCardPayment(app, at, app.asGuest(own.guests[0]), { session: own }));
  }
  await app.simulator.control.waitForDeliveries();
  return payments;
};
const intent = (payment: Open, more: object = {}) => ({
  id: payment.intentId,
  amountMinor: payment.totalMinor,
  metadata: payment.metadata,
  ...more,
});
const succeeded = (payment: Open, more: object = {}) => intentEvent('succeeded', intent(payment), more);
const parse = (event: StripeEvent) => app.server.app.deps.inbox.reader.parse(JSON.stringify(event));

/** The service's own parts, except that these events break after all their writes. */
const breaking = (ids: readonly string[]): Deps => {
  const { deps } = app.server.app;
  return {
    ...deps,
    inbox: {
      ...deps.inbox,
      apply: async (tx, ctx, event) => {
        const outcome = await deps.inbox.apply(tx, ctx, event);
        if (ids.includes(event.id)) throw new Error('broken on purpose');
        return outcome;
      },
    },
  };
};

const statusesOf = (payments: readonly Open[]) =>
  Promise.all(payments.map(async ({ id }) => (await tracesOf(app, id)).payment.status));

test('many successes at once settle each payment once, with receipts numbered without gap or repeat', async () => {
  const payments = await openMany(24);
  const answers = await Promise.all(payments.map((payment) => sendWebhook(app, succeeded(payment))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const traces = await Promise.all(payments.map(({ id }) => tracesOf(app, id)));
  for (const { actions, orders, postings } of traces) {
    expect(actions).toEqual(COMPLETED_ONCE);
    expect(orders).toEqual([{ state: 'PAID', capturedMinor: 2700 }]);
    expect(postings).toEqual(traces[0]?.postings);
  }
  const numbers = traces.map(({ payment }) => Number(payment.receiptNumber.split('-')[1]));
  expect(numbers.toSorted((a, b) => a - b)).toEqual(payments.map((_, i) => Math.min(...numbers) + i));
});

test('in one transaction: what concerns one payment keeps its order, and a repeated event is a duplicate', async () => {
  const [one, two, three] = await openMany(3);
  if (!one || !two || !three) throw new Error('three payments');
  const success = parse(succeeded(one, { createdSec: 1_900_000_001 }));
  const chargeId = stripeId('ch');
  const events = [
    parse(intentEvent('requires_action', intent(one), { createdSec: 1_900_000_000 })),
    success,
    parse(succeeded(two)),
    parse(chargeEvent('succeeded', { ...intent(one), id: chargeId, intentId: one.intentId })),
    parse(intentEvent('payment_failed', intent(one), { createdSec: 1_900_000_002 })),
    success,
    parse(succeeded(one, { createdSec: 1_900_000_003 })),
    parse(intentEvent('processing', intent(three))),
  ];
  expect(await receiveEvents(app.server.app.deps, events)).toEqual([
    'applied',
    'applied',
    'applied',
    'applied',
    'ignored',
    'duplicate',
    'ignored',
    'applied',
  ]);
  const traces = await tracesOf(app, one.id);
  expect(traces.actions).toEqual([
    'created',
    'intent_created',
    'authentication_required',
    'completed',
    'charge_recorded',
  ]);
  expect(traces.payment).toMatchObject({ status: 'COMPLETED', chargeId });
  expect(await statusesOf([two, three])).toEqual(['COMPLETED', 'PROCESSING']);
  expect(await inboxRow(app, events[4]?.id ?? '')).toMatchObject({ state: 'IGNORED', finished: true });
  expect(await receiveEvents(app.server.app.deps, events)).toEqual(events.map(() => 'duplicate'));
  expect(await tracesOf(app, one.id)).toEqual(traces);
});

test('two payments of one order in one transaction: the second sees what the first has brought', async () => {
  const orderId = await seedOrder(await app.asService(), at, { session });
  const pay = async (guestIndex: number) => {
    const payer = app.asGuest(session.guests[guestIndex] ?? session.guests[0]);
    const created = await payer.payments.create.mutate({ orderId, tipMinor: 0, idempotencyKey: newKey() });
    const metadata = { paymentId: created.id, orderId, restaurantId: at.restaurantId };
    return { ...created, orderId, intentId: created.paymentIntentId ?? '', metadata };
  };
  const first = await pay(0);
  // As if the first one's hold had been let go: then both are paid after all.
  await app.database.pool.query("UPDATE payments SET status = 'CANCELLED' WHERE id = $1", [first.id]);
  const second = await pay(1);
  const [other] = await openMany(1);
  if (!other) throw new Error('one payment');
  const events = [succeeded(first), succeeded(other), succeeded(second)].map(parse);
  expect(await receiveEvents(app.server.app.deps, events)).toEqual(['applied', 'applied', 'applied']);
  const [one, two] = [await tracesOf(app, first.id), await tracesOf(app, second.id)];
  expect(one.payment).toMatchObject({ status: 'COMPLETED', overCollectedMinor: 0 });
  expect(two.payment).toMatchObject({ status: 'COMPLETED', overCollectedMinor: 2700 });
  expect(two.orders).toEqual([{ state: 'OVERPAID', capturedMinor: 5400 }]);
});

test('an event without its payment waits, and one of a stranger is ignored, among others that are applied', async () => {
  const [payment] = await openMany(1);
  if (!payment) throw new Error('one payment');
  const missing = newKey();
  const early = intentEvent('succeeded', {
    id: stripeId('pi'),
    amountMinor: 1,
    metadata: { paymentId: missing },
  });
  const foreign = intentEvent('succeeded', { id: stripeId('pi'), amountMinor: 1 });
  const events = [early, succeeded(payment), foreign].map(parse);
  expect(await receiveEvents(app.server.app.deps, events)).toEqual(['waiting', 'applied', 'ignored']);
  expect(await inboxRow(app, early.id)).toMatchObject({
    state: 'WAITING',
    waitingFor: missing,
    scheduled: true,
  });
  expect(await inboxRow(app, foreign.id)).toMatchObject({ state: 'IGNORED' });
  await app.database.pool.query("UPDATE webhook_events SET state = 'IGNORED' WHERE event_id = $1", [
    early.id,
  ]);
});

test('one that breaks among several: together nothing is stored; at the door the others are applied, it is kept, then applied once', async () => {
  const payments = await openMany(5);
  const events = payments.map((payment) => parse(succeeded(payment)));
  const sick = events[2]?.id ?? '';
  await expect(receiveEvents(breaking([sick]), events)).rejects.toThrow('broken on purpose');
  for (const event of events) expect(await inboxRow(app, event.id)).toBeUndefined();
  expect(await statusesOf(payments)).toEqual(payments.map(() => 'PENDING'));

  const receive = createIntake(breaking([sick]));
  expect(await Promise.all(events.map(receive))).toEqual([
    'applied',
    'applied',
    'retry',
    'applied',
    'applied',
  ]);
  expect(await inboxRow(app, sick)).toMatchObject({ state: 'RETRY', attempts: 1 });
  expect(await statusesOf(payments)).toEqual(['COMPLETED', 'COMPLETED', 'PENDING', 'COMPLETED', 'COMPLETED']);
  expect(await retryLater(app.server.app.deps)).toBe(1);
  for (const { id } of payments) expect((await tracesOf(app, id)).actions).toEqual(COMPLETED_ONCE);
});

test('one order that is locked for too long: its event is kept, those that came with it are applied', async () => {
  const payments = await openMany(6);
  const held = payments[3];
  const events = payments.map((payment) => parse(succeeded(payment)));
  const holder = await app.database.pool.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT id FROM orders WHERE id = $1 FOR UPDATE', [held?.orderId]);
    const receipts = await Promise.all(events.map(createIntake(app.server.app.deps)));
    expect(receipts).toEqual(payments.map((payment) => (payment === held ? 'retry' : 'applied')));
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
  expect(await retryLater(app.server.app.deps)).toBe(1);
  for (const { id } of payments) expect((await tracesOf(app, id)).actions).toEqual(COMPLETED_ONCE);
});

test('stored events are tried together; one that breaks counts an attempt for itself alone', async () => {
  const payments = await openMany(6);
  const events = payments.map((payment) => parse(succeeded(payment)));
  const ids = events.map((event) => event.id);
  const receive = createIntake(breaking(ids));
  expect(await Promise.all(events.map(receive))).toEqual(ids.map(() => 'retry'));
  const sick = ids[4] ?? '';
  expect(await retryLater(breaking([sick]))).toBe(6);
  const rows = await Promise.all(ids.map((id) => inboxRow(app, id)));
  expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual(
    ids.map((id) => (id === sick ? ['RETRY', 2] : ['APPLIED', 1])),
  );
  expect(await retryLater(app.server.app.deps)).toBe(1);
  for (const { id } of payments) expect((await tracesOf(app, id)).actions).toEqual(COMPLETED_ONCE);
});

/** The worker's turn, an hour later. */
async function retryLater(deps: Deps): Promise<number> {
  await passInboxTime(app.database.pool, 3_600_000);
  return retryEvents(deps);
}
