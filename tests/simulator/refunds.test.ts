import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Simulator } from '@/stripe/simulator';
import { errorOf, pay, startTest, typesOf } from './support';

let simulator: Simulator;
let stripe: Stripe;
beforeAll(async () => {
  ({ simulator, stripe } = await startTest());
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.control.reset();
  simulator.control.configure({ settleDelayMs: null, refundFailureDelayMs: null });
});

test('partial refunds add up to the captured amount and never beyond', async () => {
  const paid = await pay(stripe, 1000);
  simulator.control.settle();
  await stripe.refunds.create({ payment_intent: paid.id, amount: 600 });
  expect(await errorOf(stripe.refunds.create({ payment_intent: paid.id, amount: 401 }))).toMatchObject({
    statusCode: 400,
    param: 'amount',
  });
  const rest = await stripe.refunds.create({
    payment_intent: paid.id,
    expand: ['charge', 'balance_transaction'],
  });
  expect(rest).toMatchObject({
    amount: 400,
    status: 'succeeded',
    charge: { refunded: true, amount_refunded: 1000 },
    balance_transaction: { amount: -400, fee: 0, reporting_category: 'refund' },
  });
  const again = await errorOf(stripe.refunds.create({ payment_intent: paid.id }));
  expect(again.code).toBe('charge_already_refunded');
});

test.each([
  ['kwd', 1010, 10],
  ['tnd', 1010, 10],
  ['isk', 1000, 100],
  ['ugx', 1000, 100],
])('a refund in %s must be as divisible as a charge', async (currency, amount, step) => {
  const paid = await pay(stripe, amount, 'pm_card_visa', { currency });
  const part = { payment_intent: paid.id, amount: step + 1 };
  expect(await errorOf(stripe.refunds.create(part))).toMatchObject({
    statusCode: 400,
    code: 'parameter_invalid_integer',
    param: 'amount',
  });
  expect(await stripe.refunds.create({ payment_intent: paid.id, amount: step })).toMatchObject({
    amount: step,
  });
  expect(await stripe.refunds.create({ payment_intent: paid.id })).toMatchObject({ amount: amount - step });
});

test('two concurrent refunds of 600 on 1000: exactly one succeeds', async () => {
  const paid = await pay(stripe, 1000);
  const results = await Promise.allSettled([
    stripe.refunds.create({ payment_intent: paid.id, amount: 600 }),
    stripe.refunds.create({ payment_intent: paid.id, amount: 600 }),
  ]);
  expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('a refund before the charge settled gets its balance transaction with it', async () => {
  const paid = await pay(stripe, 1000);
  const refund = await stripe.refunds.create({ charge: String(paid.latest_charge), amount: 100 });
  expect(refund.balance_transaction).toBeNull();
  simulator.control.settle();
  expect((await stripe.refunds.retrieve(refund.id)).balance_transaction).toMatch(/^txn_/);
  expect(typesOf(simulator)).toContain('refund.updated');
});

test('the refund of a 5126 card succeeds and fails later', async () => {
  const paid = await pay(stripe, 1000, 'pm_card_refundFail');
  simulator.control.settle();
  const refund = await stripe.refunds.create({ payment_intent: paid.id });
  expect(refund.status).toBe('succeeded');
  simulator.control.runScheduled();
  expect(await stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] })).toMatchObject(
    {
      status: 'failed',
      failure_reason: 'expired_or_canceled_card',
      failure_balance_transaction: { amount: 1000, reporting_category: 'refund_failure' },
    },
  );
  const charge = await stripe.charges.retrieve(String(paid.latest_charge));
  expect(charge).toMatchObject({ refunded: false, amount_refunded: 0 });
  expect(typesOf(simulator).slice(-3)).toEqual(['refund.updated', 'charge.refund.updated', 'refund.failed']);
});

test('a refund made at the dashboard has no request behind its events', async () => {
  const paid = await pay(stripe, 1000);
  simulator.control.dashboardRefund({ paymentIntent: paid.id, amount: 250 });
  const events = await stripe.events.list({ types: ['refund.created', 'charge.refunded'] });
  expect(events.data.map((event) => event.request?.id)).toEqual([null, null]);
});

test('an unpaid intent cannot be refunded, nor a settled refund canceled', async () => {
  const open = await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
  expect((await errorOf(stripe.refunds.create({ payment_intent: open.id }))).statusCode).toBe(400);
  expect((await errorOf(stripe.refunds.create({ payment_intent: 'pi_missing' }))).code).toBe(
    'resource_missing',
  );
  const paid = await pay(stripe, 1000);
  const refund = await stripe.refunds.create({ payment_intent: paid.id });
  expect((await errorOf(stripe.refunds.cancel(refund.id))).statusCode).toBe(400);
});

test('refund metadata is merged and reported', async () => {
  const paid = await pay(stripe, 1000);
  const refund = await stripe.refunds.create({ payment_intent: paid.id, metadata: { refundId: 'r1' } });
  const updated = await stripe.refunds.update(refund.id, { metadata: { note: 'x' } });
  expect(updated.metadata).toEqual({ refundId: 'r1', note: 'x' });
  const [event] = (await stripe.events.list({ type: 'refund.updated' })).data;
  expect(event?.data.previous_attributes).toEqual({ metadata: { note: null } });
});
