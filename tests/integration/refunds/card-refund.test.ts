import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PaymentView } from '@/services/payments/view';
import { repairRefund } from '@/services/refunds/send';
import { systemContext } from '@/services/system-context';
import {
  type Client,
  newKey,
  payWithCard,
  refusalOf,
  type SeededRestaurant,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';

let app: TestApp;
let service: Client;
let staff: Client;
let at: SeededRestaurant;

beforeAll(async () => {
  app = await startTestApp();
  service = await app.asService();
  at = await seedRestaurant(service);
  staff = await app.asStaff(at.staffId);
});
afterEach(() => assertBooksBalance(app.database.pool));
afterAll(() => app.stop());

/** 25.00 and 2.00 tax with a tip of 5.00: 32.00, captured. */
async function paid(card = 'pm_card_visa'): Promise<PaymentView> {
  const session = await seedSession(service, at);
  const orderId = await seedOrder(service, at, { session });
  const guest = app.asGuest(session.guests[0]);
  const payment = await guest.payments.create.mutate({ orderId, tipMinor: 500, idempotencyKey: newKey() });
  await payWithCard(app, payment, card);
  return waitForStatus(guest, payment.id, 'COMPLETED');
}

function refund(paymentId: string, amountMinor?: number, tipRefundMinor?: number) {
  return staff.refunds.create.mutate({
    paymentId,
    ...(amountMinor === undefined ? {} : { amountMinor }),
    ...(tipRefundMinor === undefined ? {} : { tipRefundMinor }),
    reason: 'Cold soup',
    idempotencyKey: newKey(),
  });
}

const view = (paymentId: string) => staff.payments.get.query({ paymentId });

function refundsAtStripe(payment: PaymentView) {
  return app.simulator.control.state().refunds.filter((r) => r.payment_intent === payment.paymentIntentId);
}

describe('a refund of a card payment', () => {
  test('in part, then the rest: the status follows, the order is owed again, Stripe and the ledger agree', async () => {
    const payment = await paid();
    await refund(payment.id, 1000);
    expect(await view(payment.id)).toMatchObject({ status: 'PARTIALLY_REFUNDED', refundedMinor: 1000 });
    await refund(payment.id);
    const after = await view(payment.id);
    expect(after).toMatchObject({ status: 'REFUNDED', refundedMinor: 3200, tipRefundedMinor: 500 });
    expect(refundsAtStripe(payment).map((r) => r.amount)).toEqual(expect.arrayContaining([1000, 2200]));
    const { rows } = await app.database.pool.query(
      'SELECT state, captured_amount, refunded_amount FROM order_payment_states WHERE order_id = $1',
      [payment.orderId],
    );
    expect(rows).toEqual([{ state: 'REFUNDED', captured_amount: 2700, refunded_amount: 2700 }]);
  });

  test('of the tip alone leaves the bill paid', async () => {
    const payment = await paid();
    await refund(payment.id, 500, 500);
    expect(await view(payment.id)).toMatchObject({ refundedMinor: 500, tipRefundedMinor: 500 });
    const { rows } = await app.database.pool.query(
      'SELECT state FROM order_payment_states WHERE order_id = $1',
      [payment.orderId],
    );
    expect(rows).toEqual([{ state: 'PAID' }]);
  });

  test('is refused above what is left, naming what is left', async () => {
    const payment = await paid();
    await refund(payment.id, 3000);
    const refusal = await refusalOf(refund(payment.id, 201));
    expect(refusal).toMatchObject({ code: 'CONFLICT', appCode: 'REFUND_EXCEEDS_REMAINING' });
    await refund(payment.id, 200);
    expect(await refusalOf(refund(payment.id))).toMatchObject({ appCode: 'NOTHING_REFUNDABLE' });
  });

  test('is refused before the payment is completed', async () => {
    const session = await seedSession(service, at);
    const orderId = await seedOrder(service, at, { session });
    const guest = app.asGuest(session.guests[0]);
    const { id } = await guest.payments.create.mutate({ orderId, idempotencyKey: newKey() });
    expect(await refusalOf(refund(id))).toMatchObject({ appCode: 'PAYMENT_NOT_COMPLETED' });
  });

  test('two concurrent refunds of 60 % never both succeed', async () => {
    const payment = await paid();
    const ends = await Promise.allSettled([refund(payment.id, 1920), refund(payment.id, 1920)]);
    expect(ends.map((end) => end.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(refundsAtStripe(payment)).toHaveLength(1);
  });

  test('sixteen racers never give back more than was captured', async () => {
    const payment = await paid();
    const ends = await Promise.allSettled(Array.from({ length: 16 }, () => refund(payment.id, 500)));
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(6);
    const given = refundsAtStripe(payment).reduce((sum, r) => sum + r.amount, 0);
    expect(given).toBe(3000);
    expect((await view(payment.id)).refundedMinor).toBe(3000);
  });

  test('a double click refunds once: same key, one refund', async () => {
    const payment = await paid();
    const input = { paymentId: payment.id, amountMinor: 700, reason: 'Twice', idempotencyKey: newKey() };
    const both = await Promise.all([staff.refunds.create.mutate(input), staff.refunds.create.mutate(input)]);
    expect(both[0].id).toBe(both[1].id);
    expect(refundsAtStripe(payment)).toHaveLength(1);
  });

  test('that was refused is refused again under its key, in the same words, without another call', async () => {
    const payment = await paid();
    const input = { paymentId: payment.id, amountMinor: 700, reason: 'Cold', idempotencyKey: newKey() };
    const { control } = app.simulator;
    control.addFault({ kind: 'card_declined', method: 'POST', pathPattern: '/v1/refunds', times: 1 });
    const first = await refusalOf(staff.refunds.create.mutate(input));
    const calls = () => control.requestCounts()['POST /v1/refunds'];
    const before = calls();
    const again = await refusalOf(staff.refunds.create.mutate(input));
    expect(again).toEqual(first);
    expect(first.appCode).toBe('PROCESSOR_REFUSED');
    expect(calls()).toBe(before);
    await refund(payment.id, 700);
  });

  test('that fails after it succeeded takes everything back', async () => {
    const payment = await paid('pm_card_refundFail');
    await refund(payment.id, 1000);
    await waitFor('the refund fails at Stripe', () =>
      refundsAtStripe(payment).some((r) => r.status === 'failed'),
    );
    await waitForStatus(staff, payment.id, 'COMPLETED');
    expect((await view(payment.id)).refundedMinor).toBe(0);
    await refund(payment.id, 3200);
  });

  test('made in Stripe’s dashboard is picked up', async () => {
    const payment = await paid();
    await app.simulator.control.dashboardRefund({
      paymentIntent: payment.paymentIntentId ?? '',
      amount: 900,
    });
    await waitForStatus(staff, payment.id, 'PARTIALLY_REFUNDED');
    expect((await view(payment.id)).refundedMinor).toBe(900);
  });

  test('a redelivered webhook refunds nothing twice', async () => {
    const payment = await paid();
    await refund(payment.id, 1000);
    await app.simulator.control.redeliver({ types: ['refund.created', 'refund.updated'] });
    await app.simulator.control.waitForDeliveries({ timeoutMs: 5000 });
    expect((await view(payment.id)).refundedMinor).toBe(1000);
  });
});

describe('a bill that is owed again after a refund in part', () => {
  async function ledgerOf(orderIds: readonly string[]) {
    const { rows } = await app.database.pool.query<{ account: string; amount: number }>(
      `SELECT lp.account, sum(lp.amount)::int AS amount FROM ledger_postings lp
       JOIN ledger_transactions t ON t.id = lp.transaction_id
       WHERE t.payment_id IN (SELECT payment_id FROM payment_allocations WHERE order_id = ANY ($1)) GROUP BY 1`,
      [orderIds],
    );
    const of = (...accounts: string[]) =>
      0 - rows.filter((r) => accounts.includes(r.account)).reduce((sum, r) => sum + r.amount, 0);
    return { sales: of('SALES', 'REFUNDS'), tax: of('TAX_PAYABLE'), tips: of('TIPS_PAYABLE') };
  }

  test('is paid again by its parts: sales and tax end as the bill says', async () => {
    const session = await seedSession(service, at);
    const orderId = await seedOrder(service, at, { session });
    const guest = app.asGuest(session.guests[0]);
    const pay = async () => {
      const payment = await guest.payments.create.mutate({ orderId, idempotencyKey: newKey() });
      await payWithCard(app, payment);
      return waitForStatus(guest, payment.id, 'COMPLETED');
    };
    await refund((await pay()).id, 1350);
    expect(await pay()).toMatchObject({ subtotalMinor: 1250, taxMinor: 100, totalMinor: 1350 });
    expect(await ledgerOf([orderId])).toEqual({ sales: 2500, tax: 200, tips: 0 });
  });

  test('with tips of orders and payer, in odd steps, ends as the bill says', async () => {
    const session = await seedSession(service, at);
    const orderId = await seedOrder(service, at, {
      session,
      subtotalMinor: 1999,
      taxMinor: 177,
      tipMinor: 301,
    });
    const guest = app.asGuest(session.guests[0]);
    for (const refundMinor of [733, 901, 517, 0]) {
      const payment = await guest.payments.create.mutate({ orderId, tipMinor: 11, idempotencyKey: newKey() });
      await payWithCard(app, payment);
      await waitForStatus(guest, payment.id, 'COMPLETED');
      if (refundMinor > 0) await refund(payment.id, Math.min(refundMinor, payment.totalMinor - 60));
    }
    expect(await ledgerOf([orderId])).toMatchObject({ sales: 1999, tax: 177 });
  });

  test('of a whole table is owed again order by order and part by part', async () => {
    const session = await seedSession(service, at);
    const orderIds = [
      await seedOrder(service, at, { session, subtotalMinor: 1000, taxMinor: 333 }),
      await seedOrder(service, at, { session, subtotalMinor: 2111, taxMinor: 7, tipMinor: 100 }),
    ];
    const guest = app.asGuest(session.guests[0]);
    const pay = async () => {
      const payment = await guest.tableSessions.pay.mutate({
        tableSessionId: session.sessionId,
        idempotencyKey: newKey(),
      });
      await payWithCard(app, payment);
      return waitForStatus(guest, payment.id, 'COMPLETED');
    };
    await refund((await pay()).id, 1234);
    expect((await pay()).totalMinor).toBe(1234);
    expect(await ledgerOf(orderIds)).toEqual({ sales: 3111, tax: 340, tips: 100 });
  });

  test('a refund that fails later leaves nothing owed', async () => {
    const payment = await paid('pm_card_refundFail');
    await refund(payment.id, 1350);
    await waitForStatus(staff, payment.id, 'COMPLETED');
    const { rows } = await app.database.pool.query(
      `SELECT refunded_amount, refunded_tax_amount, refunded_tip_amount FROM payment_allocations WHERE payment_id = $1`,
      [payment.id],
    );
    expect(rows).toEqual([{ refunded_amount: 0, refunded_tax_amount: 0, refunded_tip_amount: 0 }]);
  });
});

test('when the key of a refund was used for something else, the money goes back by the next key, once', async () => {
  const payment = await paid();
  app.simulator.control.addFault({
    kind: 'rate_limit',
    times: 1,
    method: 'POST',
    pathPattern: '/v1/refunds',
  });
  const { id } = await refund(payment.id, 1000);
  await useUpKey(`refund:${id}:create:1`);
  const ctx = systemContext(app.server.app.deps, 'test');
  await repairRefund(ctx, id, payment.id);
  expect(refundsAtStripe(payment)).toEqual([]);
  expect((await view(payment.id)).refundedMinor).toBe(0);
  await repairRefund(ctx, id, payment.id);
  expect(refundsAtStripe(payment).map((r) => r.amount)).toEqual([1000]);
  expect((await view(payment.id)).refundedMinor).toBe(1000);
});

/** Another request under the key. */
async function useUpKey(key: string): Promise<void> {
  const { status } = await fetch(`${app.simulator.url}/v1/customers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.env.stripe.secretKey}`, 'idempotency-key': key },
    body: new URLSearchParams({ 'metadata[userId]': 'earlier' }),
  });
  expect(status).toBe(200);
}
