import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProcessorTransaction } from '@/services/ports';
import { keepTransactions } from '@/services/processor-money/keep-transactions';
import { postDueTransactions } from '@/services/processor-money/post-transactions';
import { assertBooksBalance } from '../../support/invariants';
import { type IntentOptions, intentEvent, nowSec, sendWebhook, stripeId } from '../../support/webhook-sender';
import { type RecoveryStage, retryNow, startStage } from '../recovery/support';
import { openCardPayment, tracesOf } from '../webhooks/traces';
import { rowsOf } from './support';

/** Money that fits no payment and goes back, told in any order and as often as it comes. */

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => {
  await assertBooksBalance(stage.app.database.pool);
  await stage.stop();
});

const open = () => openCardPayment(stage.app, stage.at, stage.guest, { session: stage.session });
type Opened = Awaited<ReturnType<typeof open>>;

/** The event of a success that took this much. */
const receipt =
  (payment: Opened, intent: Partial<IntentOptions> = {}) =>
  async () => {
    const id = intent.id ?? payment.intentId;
    const event = intentEvent('succeeded', { amountMinor: 2700, metadata: payment.metadata, ...intent, id });
    expect((await sendWebhook(stage.app, event)).status).toBe(200);
  };

/** A movement of an intent's charge, as the sync brings it. */
function movement(payment: Opened, intentId: string, category: string, grossMinor: number) {
  const transaction: ProcessorTransaction = {
    id: stripeId('txn'),
    type: category,
    reportingCategory: category,
    sourceId: stripeId(category === 'charge' ? 'ch' : 're'),
    sourceMinor: null,
    sourceCurrency: null,
    intentId,
    chargeId: `ch_${intentId}`,
    claimedPaymentId: payment.id,
    grossMinor,
    feeMinor: 0,
    netMinor: grossMinor,
    currency: 'USD',
    availableOnSec: nowSec(),
    createdSec: nowSec(),
    payout: null,
  };
  return async () => {
    await keepTransactions(stage.deps.db, [transaction]);
    await postDueTransactions(stage.deps);
  };
}

/** What the books have of a payment's receipts: the sum, and how often each of their facts stands there. */
async function booked(paymentId: string) {
  const facts = await rowsOf<{ fact: string; minor: number }>(
    stage,
    `SELECT l.fact_key AS fact, g.amount::int AS minor FROM ledger_transactions l JOIN ledger_postings g ON g.transaction_id = l.id
     WHERE l.payment_id = $1 AND g.account = 'UNMATCHED_RECEIPTS' ORDER BY 2, 1`,
    [paymentId],
  );
  return {
    leftMinor: 0 - facts.reduce((sum, { minor }) => sum + minor, 0),
    moved: facts.map(({ minor }) => minor),
  };
}

type Arrival = () => Promise<void>;

/** Everything arrives, one after the other or at once, and then once more. */
async function arrive(arrivals: readonly Arrival[], isStorm: boolean): Promise<void> {
  if (isStorm) await Promise.all(arrivals.map((arrival) => arrival()));
  else for (const arrival of arrivals) await arrival();
  await retryNow(stage);
  await postDueTransactions(stage.deps);
  for (const arrival of arrivals) await arrival();
}

test('a receipt, its refunds and the failure of one end the same in any order of arrival, each of them once', async () => {
  const orders = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 });
  await fc.assert(
    fc.asyncProperty(orders, fc.boolean(), async (order, isStorm) => {
      const payment = await open();
      const moved = (category: string, minor: number) => movement(payment, payment.intentId, category, minor);
      const arrivals = [
        receipt(payment, { receivedMinor: 2600 }),
        moved('charge', 2600),
        moved('refund', -1000),
        moved('refund_failure', 1000),
        moved('refund', -1000),
        moved('refund', -1600),
      ];
      await arrive(
        order.flatMap((i) => arrivals[i] ?? []),
        isStorm,
      );
      expect(await booked(payment.id)).toEqual({ leftMinor: 0, moved: [-2600, -1000, 1000, 1000, 1600] });
      const traces = await tracesOf(stage.app, payment.id);
      expect(traces.payment.status).toBe('CANCELLED');
      expect(traces.actions.filter((action) => action === 'cancelled')).toHaveLength(1);
      expect(traces.live.filter((type) => type === 'payment:cancelled')).toHaveLength(1);
    }),
    { numRuns: 14, seed: 14 },
  );
});

test('two receipts of one payment hold it until both of them went back', async () => {
  for (const isOwnFirst of [true, false]) {
    const payment = await open();
    const second = stripeId('pi');
    await receipt(payment, { receivedMinor: 2600 })();
    await receipt(payment, { id: second })();
    const back = [
      movement(payment, payment.intentId, 'refund', -2600),
      movement(payment, second, 'refund', -2700),
    ];
    const [first, last] = isOwnFirst ? back : back.toReversed();
    await first?.();
    expect((await tracesOf(stage.app, payment.id)).payment.status).toBe('PROCESSING');
    await last?.();
    expect((await tracesOf(stage.app, payment.id)).payment.status).toBe('CANCELLED');
    expect((await booked(payment.id)).leftMinor).toBe(0);
  }
});

test('a receipt whose payment takes it after all is a receipt no more, and a refund of it is the payment’s', async () => {
  const payment = await open();
  await receipt(payment, { receivedMinor: 2600 })();
  await movement(payment, payment.intentId, 'refund', -100)();
  // The intent’s amount was that of a change which the payment shows by now.
  await rowsOf(stage, 'UPDATE payments SET pending_tip_amount = 300 WHERE id = $1', [payment.id]);
  await receipt(payment, { receivedMinor: 3000 })();
  expect((await tracesOf(stage.app, payment.id)).payment.status).toBe('COMPLETED');
  expect(await booked(payment.id)).toEqual({ leftMinor: 0, moved: [-2600, 100, 2500] });
  await movement(payment, payment.intentId, 'refund', -200)();
  expect((await booked(payment.id)).leftMinor).toBe(0);
});

test('what went back when nothing took it out of the books leaves them when the receipt is told again', async () => {
  const payment = await open();
  await receipt(payment, { receivedMinor: 2600 })();
  await movement(payment, payment.intentId, 'refund', -2600)();
  // As an older version of the service left it.
  await rowsOf(stage, `UPDATE payments SET status = 'PROCESSING', fact_at = 1, fact_rank = 5 WHERE id = $1`, [
    payment.id,
  ]);
  await rowsOf(stage, 'ALTER TABLE ledger_transactions DISABLE TRIGGER USER');
  await rowsOf(stage, 'ALTER TABLE ledger_postings DISABLE TRIGGER USER');
  const entries = `FROM ledger_transactions WHERE payment_id = $1 AND fact_key LIKE 'unmatched-refund:%'`;
  await rowsOf(stage, `DELETE FROM ledger_postings WHERE transaction_id IN (SELECT id ${entries})`, [
    payment.id,
  ]);
  await rowsOf(stage, `DELETE ${entries}`, [payment.id]);
  await rowsOf(stage, 'ALTER TABLE ledger_transactions ENABLE TRIGGER USER');
  await rowsOf(stage, 'ALTER TABLE ledger_postings ENABLE TRIGGER USER');
  expect((await booked(payment.id)).leftMinor).toBe(2600);
  await receipt(payment, { receivedMinor: 2600 })();
  expect((await booked(payment.id)).leftMinor).toBe(0);
  expect((await tracesOf(stage.app, payment.id)).payment.status).toBe('CANCELLED');
});
