import { afterAll, beforeAll, expect, test } from 'vitest';
import { retryEvents } from '@/services/inbox/retry';
import {
  type Client,
  newKey,
  type SeededRestaurant,
  type SeededSession,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
} from '../../support/app';
import {
  chargeEvent,
  type IntentOptions,
  intentEvent,
  nowSec,
  sendWebhook,
  stripeEvent,
  stripeId,
} from '../../support/webhook-sender';
import { inboxRow, openCardPayment, tracesOf } from './traces';

let app: TestApp;
let at: SeededRestaurant;
let session: SeededSession;
let guest: Client;
beforeAll(async () => {
  app = await startTestApp();
  const service = await app.asService();
  at = await seedRestaurant(service);
  session = await seedSession(service, at);
  guest = app.asGuest(session.guests[0]);
});
afterAll(() => app.stop());

type Opened = Awaited<ReturnType<typeof openCardPayment>>;
const open = (tipMinor = 0) => openCardPayment(app, at, guest, { session }, tipMinor);
const tell = async (
  what: string,
  payment: Opened,
  intent: Partial<IntentOptions> = {},
  createdSec = nowSec(),
) => {
  const event = intentEvent(
    what,
    { id: payment.intentId, amountMinor: payment.totalMinor, metadata: payment.metadata, ...intent },
    { createdSec },
  );
  expect((await sendWebhook(app, event)).status).toBe(200);
  return inboxRow(app, event.id);
};
const heldMinor = async (orderId: string) => {
  const { rows } = await app.database.pool.query(
    `SELECT coalesce(sum(p.total_amount), 0)::int AS held FROM payments p
     WHERE p.order_id = $1 AND p.status IN ('PENDING', 'PROCESSING', 'FAILED')`,
    [orderId],
  );
  return rows[0].held;
};

test.each([
  ['one cent less', { receivedMinor: 2699 }, 2699, 'AMOUNT_MISMATCH', 2700],
  ['one cent more', { receivedMinor: 2701, amountMinor: 2701 }, 2701, 'AMOUNT_MISMATCH', 2700],
  ['the same number in another currency', { currency: 'EUR' }, 2700, 'CURRENCY_MISMATCH', null],
])(
  '%s than asked never completes: booked as unmatched, on the work list, held; told again changes nothing',
  async (_name, intent, receivedMinor, reason, expectedMinor) => {
    const payment = await open();
    await tell('succeeded', payment, intent);
    const traces = await tracesOf(app, payment.id);
    expect(traces.payment).toMatchObject({
      status: 'PROCESSING',
      completedAt: null,
      receiptUrl: null,
      businessDay: null,
    });
    expect(traces.orders).toEqual([{ state: 'UNPAID', capturedMinor: 0 }]);
    expect(traces.postings).toEqual([
      `unmatched PROCESSOR_CLEARING ${receivedMinor}`,
      `unmatched UNMATCHED_RECEIPTS -${receivedMinor}`,
    ]);
    expect(traces.discrepancies).toEqual([
      {
        type: 'AMOUNT_MISMATCH',
        reason,
        expectedMinor,
        actualMinor: receivedMinor,
      },
    ]);
    expect(traces.live).not.toContain('payment:completed');
    expect(await heldMinor(payment.orderId)).toBe(2700);

    await tell('succeeded', payment, intent);
    await guest.payments.get.query({ paymentId: payment.id });
    expect(await tracesOf(app, payment.id)).toEqual(traces);
  },
);

test('money in another currency is on the work list with both currencies and amounts', async () => {
  const payment = await open();
  await tell('succeeded', payment, { currency: 'EUR' });
  const { rows } = await app.database.pool.query(
    'SELECT currency, description FROM discrepancies WHERE payment_id = $1',
    [payment.id],
  );
  expect(rows).toEqual([
    { currency: 'EUR', description: expect.stringContaining('Asked for 27.00 USD, took 27.00 EUR.') },
  ]);
});

test('unmatched money stays PROCESSING with its hold whatever older or newer facts of the intent come after it', async () => {
  for (const what of ['payment_failed', 'requires_action', 'canceled']) {
    for (const laterSec of [-60, 0, 60]) {
      const payment = await open();
      await tell('succeeded', payment, { receivedMinor: 1 });
      await tell(what, payment, {}, nowSec() + laterSec);
      const traces = await tracesOf(app, payment.id);
      expect([what, laterSec, traces.payment.status]).toEqual([what, laterSec, 'PROCESSING']);
      expect(traces.live).not.toContain('payment:cancelled');
    }
  }
});

test('an attempt that failed before unmatched money came ends PROCESSING in either order of delivery', async () => {
  const payment = await open();
  await tell('payment_failed', payment, {}, nowSec() - 60);
  await tell('succeeded', payment, { receivedMinor: 1 });
  expect((await tracesOf(app, payment.id)).payment.status).toBe('PROCESSING');
});

test('a tip whose change is under way settles with either of both amounts, and no third one', async () => {
  for (const [receivedMinor, tipMinor, status] of [
    [2700, 0, 'COMPLETED'],
    [3200, 500, 'COMPLETED'],
    [2950, 0, 'PROCESSING'],
  ] as const) {
    const payment = await open();
    await app.database.pool.query('UPDATE payments SET pending_tip_amount = 500 WHERE id = $1', [payment.id]);
    await tell('succeeded', payment, { receivedMinor });
    const { payment: row, postings } = await tracesOf(app, payment.id);
    expect(row).toMatchObject({ status, tipMinor, totalMinor: 2700 + tipMinor });
    expect(postings[0]).toMatch(new RegExp(` PROCESSOR_CLEARING ${receivedMinor}$`));
  }
});

test("a second intent of a payment that took money is booked as unmatched and leaves the payment's own intent in charge", async () => {
  const second = { id: stripeId('pi') };
  for (const order of ['own first', 'second first']) {
    const payment = await open();
    const both = [
      () => tell('succeeded', payment),
      () => tell('succeeded', payment, { id: `${second.id}${order.length}` }),
    ];
    for (const deliver of order === 'own first' ? both : both.toReversed()) await deliver();
    const traces = await tracesOf(app, payment.id);
    expect(traces.payment).toMatchObject({ status: 'COMPLETED', intentId: payment.intentId });
    expect(traces.orders).toEqual([{ state: 'PAID', capturedMinor: 2700 }]);
    expect(traces.postings.toSorted()).toEqual([
      'capture PROCESSOR_CLEARING 2700',
      'capture SALES -2500',
      'capture TAX_PAYABLE -200',
      'unmatched PROCESSOR_CLEARING 2700',
      'unmatched UNMATCHED_RECEIPTS -2700',
    ]);
    expect(traces.discrepancies).toEqual([
      { type: 'DUPLICATE_PAYMENT', reason: 'ANOTHER_INTENT', expectedMinor: 0, actualMinor: 2700 },
    ]);
  }
});

test('reported bug “second intent paid, first cancelled: the paid one ends CANCELLED”: in either order a discrepancy shows the money, and the bill stays held', async () => {
  for (const order of ['paid first', 'cancelled first']) {
    const payment = await open();
    const steps = [() => tell('succeeded', payment, { id: stripeId('pi') }), () => tell('canceled', payment)];
    for (const deliver of order === 'paid first' ? steps : steps.toReversed()) await deliver();
    const traces = await tracesOf(app, payment.id);
    expect([order, traces.payment.status]).toEqual([order, 'PROCESSING']);
    expect(traces.discrepancies).toHaveLength(1);
    expect(await heldMinor(payment.orderId)).toBe(2700);
  }
});

test("a second intent's other facts and its charge change nothing and wait for nothing", async () => {
  const payment = await open();
  const before = await tracesOf(app, payment.id);
  const id = stripeId('pi');
  for (const what of ['payment_failed', 'processing', 'canceled', 'requires_action']) {
    expect(await tell(what, payment, { id })).toMatchObject({ state: 'IGNORED' });
  }
  const charge = chargeEvent('succeeded', {
    id: stripeId('ch'),
    intentId: id,
    amountMinor: 2700,
    metadata: payment.metadata,
  });
  await sendWebhook(app, charge);
  expect(await inboxRow(app, charge.id)).toMatchObject({ state: 'IGNORED' });
  expect(await tracesOf(app, payment.id)).toEqual(before);
});

const refundOf = async (intentId: string, metadata: Record<string, string>) => {
  const event = stripeEvent('refund.updated', {
    id: stripeId('re'),
    object: 'refund',
    amount: 2700,
    currency: 'usd',
    created: nowSec(),
    payment_intent: intentId,
    charge: null,
    status: 'succeeded',
    failure_reason: null,
    metadata,
  });
  await sendWebhook(app, event);
  return event.id;
};

test('money that lay beside a payment and went back leaves no dead event, whatever came first and whatever the refund names', async () => {
  for (const isNamed of [true, false]) {
    const payment = await open();
    const names = (id: string): Record<string, string> => (isNamed ? { paymentId: id } : {});
    await tell('succeeded', payment);
    // A second intent's, before and after its own success is told.
    const second = stripeId('pi');
    const early = await refundOf(second, names(payment.id));
    await tell('succeeded', payment, { id: second });
    const late = await refundOf(second, names(payment.id));
    expect(await inboxRow(app, late)).toMatchObject({ state: 'IGNORED' });
    await app.database.pool.query(
      `UPDATE webhook_events SET next_attempt_at = now() - interval '1 minute' WHERE event_id = $1`,
      [early],
    );
    await waitFor('the early refund is looked at again', async () => {
      await retryEvents(app.server.app.deps);
      return (await inboxRow(app, early)).state === 'IGNORED' || null;
    });

    // The payment's own intent took another amount. Until the processor's balance shows that it went back, it holds the bill.
    const other = await open();
    await tell('succeeded', other, { receivedMinor: 2600 });
    const back = await refundOf(other.intentId, names(other.id));
    expect(await inboxRow(app, back)).toMatchObject({ state: 'IGNORED' });
    expect((await tracesOf(app, other.id)).payment.status).toBe('PROCESSING');
  }
});

test('a cancelled payment whose success arrives after all is COMPLETED', async () => {
  const payment = await open();
  await tell('canceled', payment);
  expect((await tracesOf(app, payment.id)).payment.status).toBe('CANCELLED');
  await tell('succeeded', payment);
  const traces = await tracesOf(app, payment.id);
  expect(traces.payment).toMatchObject({ status: 'COMPLETED', overCollectedMinor: 0 });
  expect(traces.orders).toEqual([{ state: 'PAID', capturedMinor: 2700 }]);
  await tell('canceled', payment, {}, nowSec() + 60);
  expect(await tracesOf(app, payment.id)).toEqual(traces);
});

test('cancelled, paid by somebody else, then paid after all: OVERPAID, guest credit, discrepancy', async () => {
  for (const pendingTipMinor of [null, 300]) {
    const payment = await open();
    await tell('canceled', payment);
    const other = await app
      .asGuest(session.guests[1])
      .payments.create.mutate({ orderId: payment.orderId, tipMinor: 0, idempotencyKey: newKey() });
    await tell('succeeded', {
      ...payment,
      ...other,
      intentId: other.paymentIntentId ?? '',
      metadata: {} as never,
    });
    await app.database.pool.query('UPDATE payments SET pending_tip_amount = $2 WHERE id = $1', [
      payment.id,
      pendingTipMinor,
    ]);
    const totalMinor = 2700 + (pendingTipMinor ?? 0);
    await tell('succeeded', payment, { receivedMinor: totalMinor });
    const traces = await tracesOf(app, payment.id);
    expect(traces.payment).toMatchObject({ status: 'COMPLETED', overCollectedMinor: 2700, totalMinor });
    expect(traces.orders).toEqual([{ state: 'OVERPAID', capturedMinor: 5400 }]);
    expect(traces.postings).toEqual([
      `capture PROCESSOR_CLEARING ${totalMinor}`,
      ...(pendingTipMinor === null ? [] : [`capture TIPS_PAYABLE -${pendingTipMinor}`]),
      'capture GUEST_CREDIT -2700',
    ]);
    expect(traces.discrepancies).toEqual([
      {
        type: 'DUPLICATE_PAYMENT',
        reason: 'OVER_COLLECTED',
        expectedMinor: totalMinor - 2700,
        actualMinor: totalMinor,
      },
    ]);
  }
});

test('a card that succeeds beside cash is booked as unmatched, on the work list, and the payment stays as the cash left it', async () => {
  const payment = await open();
  const cashRank = 6;
  await app.database.pool.query(
    "UPDATE payments SET status = 'COMPLETED', method = 'CASH', fact_at = 1, fact_rank = $2 WHERE id = $1",
    [payment.id, cashRank],
  );
  for (let i = 0; i < 3; i++) await tell('succeeded', payment);
  const traces = await tracesOf(app, payment.id);
  expect(traces.payment).toMatchObject({ status: 'COMPLETED', method: 'CASH' });
  expect(traces.postings).toEqual([
    'unmatched PROCESSOR_CLEARING 2700',
    'unmatched UNMATCHED_RECEIPTS -2700',
  ]);
  expect(traces.discrepancies).toEqual([
    { type: 'DUPLICATE_PAYMENT', reason: 'SECOND_MONEY', expectedMinor: 0, actualMinor: 2700 },
  ]);
  expect(traces.live).toEqual(['payment:created']);
});

test('a card’s money beside cash that goes back is no refund of the cash, even when it names the payment', async () => {
  const payment = await open();
  await app.database.pool.query(
    `UPDATE payments SET status = 'COMPLETED', method = 'CASH', provider = 'CASH', payment_intent_id = NULL, fact_at = 1, fact_rank = 6
     WHERE id = $1`,
    [payment.id],
  );
  await tell('succeeded', payment);
  const before = await tracesOf(app, payment.id);
  expect(before.discrepancies).toHaveLength(1);
  const back = await refundOf(payment.intentId, { paymentId: payment.id });
  expect(await inboxRow(app, back)).toMatchObject({ state: 'IGNORED' });
  expect(await tracesOf(app, payment.id)).toEqual(before);
});

test('an intent that waits for a manual capture becomes one discrepancy and moves no money', async () => {
  const payment = await open();
  const before = await tracesOf(app, payment.id);
  for (let i = 0; i < 3; i++) await tell('amount_capturable_updated', payment);
  expect(await tracesOf(app, payment.id)).toEqual({
    ...before,
    discrepancies: [
      { type: 'STATUS_MISMATCH', reason: 'MANUAL_CAPTURE', expectedMinor: 2700, actualMinor: 0 },
    ],
  });
});

test('facts of the intent that come after a refund change nothing', async () => {
  for (const status of ['PARTIALLY_REFUNDED', 'REFUNDED']) {
    const payment = await open();
    await tell('succeeded', payment);
    await app.database.pool.query('UPDATE payments SET status = $2::payment_status_enum WHERE id = $1', [
      payment.id,
      status,
    ]);
    const before = await tracesOf(app, payment.id);
    for (const what of ['payment_failed', 'processing', 'canceled', 'requires_action', 'succeeded']) {
      expect(await tell(what, payment, {}, nowSec() + 60)).toMatchObject({ state: 'IGNORED' });
    }
    expect(await tracesOf(app, payment.id)).toEqual(before);
  }
});
