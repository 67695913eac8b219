import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
  simulator.control.configure({ settleDelayMs: null, disputeDelayMs: null });
});

describe('disputes', () => {
  async function disputed(): Promise<Stripe.Dispute> {
    await pay(stripe, 2000, 'pm_card_createDispute');
    simulator.control.runScheduled();
    const [dispute] = (await stripe.disputes.list()).data;
    if (dispute === undefined) throw new Error('no dispute');
    return dispute;
  }

  test('a 0259 card is disputed after it settled, and its funds are withdrawn', async () => {
    const dispute = await disputed();
    expect(dispute).toMatchObject({ amount: 2000, status: 'needs_response', reason: 'fraudulent' });
    expect(dispute.balance_transactions).toMatchObject([
      { amount: -2000, fee: 1500, net: -3500, reporting_category: 'dispute' },
    ]);
    expect(typesOf(simulator).slice(-3)).toEqual([
      'charge.updated',
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
    ]);
    const error = await errorOf(stripe.refunds.create({ payment_intent: String(dispute.payment_intent) }));
    expect(error.code).toBe('charge_disputed');
  });

  test('evidence goes under review; winning returns the funds', async () => {
    const { id } = await disputed();
    const draft = await stripe.disputes.update(id, { evidence: { customer_name: 'Ada' }, submit: false });
    expect(draft).toMatchObject({
      status: 'needs_response',
      evidence_details: { has_evidence: true, submission_count: 0 },
    });
    const submitted = await stripe.disputes.update(id, { submit: true });
    expect(submitted).toMatchObject({ status: 'under_review', evidence: { customer_name: 'Ada' } });
    const won = simulator.control.resolveDispute({ dispute: id, outcome: 'won' });
    expect(won.balance_transactions.map((txn) => txn.net)).toEqual([-3500, 2000]);
    expect(typesOf(simulator).slice(-2)).toEqual([
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ]);
  });

  test.each([
    ['winning_evidence', 'won'],
    ['losing_evidence', 'lost'],
  ])('%s decides a dispute as %s', async (text, outcome) => {
    const { id } = await disputed();
    await stripe.disputes.update(id, { evidence: { uncategorized_text: text } });
    expect((await stripe.disputes.retrieve(id)).status).toBe(outcome);
  });

  test('closing accepts the loss, once', async () => {
    const { id } = await disputed();
    expect((await stripe.disputes.close(id)).status).toBe('lost');
    expect((await errorOf(stripe.disputes.close(id))).statusCode).toBe(400);
  });
});

describe('payouts', () => {
  test('an automatic payout names its transactions once reconciled, and they sum to it', async () => {
    const paid = await pay(stripe, 10_000);
    await pay(stripe, 5000);
    simulator.control.settle();
    await stripe.refunds.create({ payment_intent: paid.id, amount: 1000 });
    const payout = simulator.control.createPayout({ currency: 'usd', includePending: true, complete: false });
    expect(payout).toMatchObject({
      status: 'in_transit',
      reconciliation_status: 'in_progress',
      automatic: true,
    });
    const early = await errorOf(stripe.balanceTransactions.list({ payout: payout.id }));
    expect(early.code).toBe('payout_reconciliation_not_ready');
    simulator.control.finishPayout({ payout: payout.id, outcome: 'paid' });
    const lines = await stripe.balanceTransactions.list({ payout: payout.id, expand: ['data.source'] });
    expect(lines.data.map((txn) => txn.reporting_category).sort()).toEqual([
      'charge',
      'charge',
      'payout',
      'refund',
    ]);
    expect(lines.data.reduce((sum, txn) => sum + txn.net, 0)).toBe(0);
    expect(lines.data.find((txn) => txn.type === 'refund')?.source).toMatchObject({ object: 'refund' });
    expect(payout.amount).toBe(10_000 - 320 + 5000 - 175 - 1000);
    expect(typesOf(simulator).slice(-3)).toEqual([
      'payout.paid',
      'payout.updated',
      'payout.reconciliation_completed',
    ]);
  });

  test('a failed payout returns its amount to the next one', async () => {
    await pay(stripe, 10_000);
    simulator.control.settle();
    const failed = simulator.control.createPayout({ currency: 'usd', includePending: true, complete: false });
    simulator.control.finishPayout({ payout: failed.id, outcome: 'failed' });
    expect(await stripe.payouts.retrieve(failed.id)).toMatchObject({
      status: 'failed',
      failure_code: 'account_closed',
    });
    const next = simulator.control.createPayout({ currency: 'usd' });
    expect(next).toMatchObject({ amount: failed.amount, status: 'paid', reconciliation_status: 'completed' });
  });

  test('a manual payout needs available funds and is not reconciled', async () => {
    await pay(stripe, 10_000);
    simulator.control.settle();
    expect((await stripe.balance.retrieve()).pending).toMatchObject([{ amount: 9680, currency: 'usd' }]);
    const error = await errorOf(stripe.payouts.create({ amount: 500, currency: 'usd' }));
    expect(error.code).toBe('balance_insufficient');
  });

  test('a manual payout is paid out of what is available, or canceled while pending', async () => {
    let now = Date.UTC(2026, 0, 1);
    const own = await startTest({ clock: () => new Date(now) });
    await pay(own.stripe, 10_000, 'pm_card_visa', { capture_method: 'automatic' });
    now += 2 * 86_400_000;
    const payout = await own.stripe.payouts.create({ amount: 500, currency: 'usd' });
    expect(payout).toMatchObject({
      status: 'pending',
      reconciliation_status: 'not_applicable',
      automatic: false,
    });
    expect((await errorOf(own.stripe.balanceTransactions.list({ payout: payout.id }))).message).toContain(
      'not manual',
    );
    expect((await own.stripe.payouts.cancel(payout.id)).status).toBe('canceled');
    expect((await own.stripe.balance.retrieve()).available).toMatchObject([{ amount: 9680 }]);
    await own.simulator.close();
  });
});
