import { afterAll, beforeAll, expect, test } from 'vitest';
import { expirePayments } from '@/services/recovery/expire-payments';
import { finishSplits } from '@/services/recovery/finish-splits';
import { newKey, payWithCard, waitFor, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { breaksOf, itemsOf, runNow } from '../reconciliation/support';
import { openPayment, paidPayment, paymentRow, type RecoveryStage, startStage } from '../recovery/support';
import { groupOf, nth, split, splitScene } from '../splits/support';
import { tracesOf } from '../webhooks/traces';
import { balances, rowsOf, settle, sync } from './support';

/** Money that fits no payment, taken and given back at the simulated processor itself. */

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(async () => {
  await assertBooksBalance(stage.app.database.pool);
  await stage.stop();
});

/** Another intent that names the payment takes its amount. @returns the intent */
async function payByAnotherIntent(
  payment: { id: string; intentId: string },
  asked: { currency?: 'USD' | 'EUR'; before?: (intentId: string) => Promise<unknown> } = {},
) {
  const { app, deps } = stage;
  const own = app.simulator.control.state().paymentIntents.find(({ id }) => id === payment.intentId);
  const made = await deps.processor.createIntent(
    {
      amountMinor: 2700,
      currency: asked.currency ?? 'USD',
      metadata: { ...own?.metadata },
      customerId: null,
      saveCard: false,
      statementSuffix: null,
    },
    newKey(),
  );
  if (made.kind !== 'ok') throw new Error('no intent');
  await asked.before?.(made.value.id);
  await payWithCard(app, { paymentIntentId: made.value.id, clientSecret: made.value.clientSecret });
  await receiptOf(made.value.id);
  return made.value.id;
}

/** Waits until the money of an intent is an unmatched receipt. */
const receiptOf = (intentId: string) =>
  waitFor('the receipt is booked', async () => {
    const rows = await rowsOf(stage, 'SELECT 1 FROM ledger_transactions WHERE fact_key = $1', [
      `unmatched:${intentId}`,
    ]);
    return rows.length > 0 || null;
  });

/** Gives money back in the processor's dashboard, and lets it be known here. */
async function giveBack(intentId: string, amountMinor?: number) {
  const amount = amountMinor === undefined ? {} : { amount: amountMinor };
  const refund = stage.app.simulator.control.dashboardRefund({ paymentIntent: intentId, ...amount });
  await bringUp();
  return refund.id;
}

async function bringUp() {
  await settle(stage);
  await sync(stage);
}

async function unmatched(currency = 'USD'): Promise<number> {
  return (await balances(stage, stage.at.restaurantId, currency)).UNMATCHED_RECEIPTS ?? 0;
}

const clearing = async (currency = 'USD') =>
  (await balances(stage, stage.at.restaurantId, currency)).PROCESSOR_CLEARING ?? 0;

/** What a run over the restaurant has to say, and what it leaves open. */
async function reconciled(): Promise<{ breaks: string[]; open: string[]; remainders: number[] }> {
  const admin = await stage.app.asAdmin();
  const run = await runNow(stage, admin, { restaurantId: stage.at.restaurantId });
  const { items } = await admin.reconciliation.discrepancies.list.query({
    restaurantId: stage.at.restaurantId,
    state: 'OPEN',
  });
  return {
    breaks: breaksOf(await itemsOf(admin, run.id)),
    open: items.map(({ reason }) => reason),
    remainders: run.totals.map(({ remainderMinor }) => remainderMinor).filter((minor) => minor !== 0),
  };
}
const CLEAN = { breaks: [], open: [], remainders: [] };

/** An open payment whose intent takes another amount than it shows. */
async function paidWrongly(receivedMinor: number) {
  const payment = await openPayment(stage);
  await stage.deps.processor.changeAmount(payment.intentId, receivedMinor, newKey());
  await payWithCard(stage.app, payment);
  await receiptOf(payment.intentId);
  return payment;
}

test('another amount than asked, given back whole: it leaves the books, the payment is cancelled and its bill is free', async () => {
  const before = { unmatched: await unmatched(), clearing: await clearing() };
  const payment = await paidWrongly(2600);
  expect(await unmatched()).toBe(before.unmatched - 2600);
  await giveBack(payment.intentId);
  expect({ unmatched: await unmatched(), clearing: (await clearing()) - before.clearing }).toEqual({
    unmatched: before.unmatched,
    // What the processor keeps of a charge is gone: 2.9 % of 26.00 and 30 cents.
    clearing: -105,
  });
  const traces = await tracesOf(stage.app, payment.id);
  expect(traces.payment.status).toBe('CANCELLED');
  expect(traces.actions.at(-1)).toBe('cancelled');
  expect(traces.live.slice(-2)).toEqual(['payment:status_updated', 'payment:cancelled']);
  const next = await stage.guest.payments.create.mutate({
    orderId: payment.orderId,
    idempotencyKey: newKey(),
  });
  await payWithCard(stage.app, next);
  await waitForStatus(stage.guest, next.id, 'COMPLETED');
  await bringUp();
  expect(await reconciled()).toEqual(CLEAN);
});

test('given back in parts, it leaves the books part by part, and the payment keeps its hold until the last of them', async () => {
  const payment = await paidWrongly(2800);
  const before = await unmatched();
  await giveBack(payment.intentId, 1000);
  expect(await unmatched()).toBe(before + 1000);
  expect((await paymentRow(stage, payment.id)).status).toBe('PROCESSING');
  await giveBack(payment.intentId, 1800);
  expect(await unmatched()).toBe(before + 2800);
  expect((await paymentRow(stage, payment.id)).status).toBe('CANCELLED');
  for (let again = 0; again < 2; again++) await sync(stage);
  expect(await unmatched()).toBe(before + 2800);
  expect(await reconciled()).toEqual(CLEAN);
});

test('another currency than asked is taken and given back in the currency that came', async () => {
  const payment = await openPayment(stage);
  const intentId = await payByAnotherIntent(payment, {
    currency: 'EUR',
    before: (id) =>
      rowsOf(stage, 'UPDATE payments SET payment_intent_id = $2, transaction_id = $2 WHERE id = $1', [
        payment.id,
        id,
      ]),
  });
  expect([await unmatched('EUR'), await unmatched()]).toEqual([-2700, 0]);
  await giveBack(intentId);
  expect([await unmatched('EUR'), await unmatched()]).toEqual([0, 0]);
  expect((await paymentRow(stage, payment.id)).status).toBe('CANCELLED');
  expect(await reconciled()).toEqual(CLEAN);
});

test('a second charge beside the one that paid, given back, leaves the books, and the payment stays as it is', async () => {
  const payment = await paidPayment(stage);
  const before = await unmatched();
  const intentId = await payByAnotherIntent(payment);
  expect(await unmatched()).toBe(before - 2700);
  await giveBack(intentId);
  expect(await unmatched()).toBe(before);
  expect((await paymentRow(stage, payment.id)).status).toBe('COMPLETED');
  expect(await reconciled()).toEqual(CLEAN);
});

test('another intent’s money on an open payment, given back: the payment is open as before, and ends as its own intent does', async () => {
  for (const isPaid of [true, false]) {
    const payment = await openPayment(stage);
    const intentId = await payByAnotherIntent(payment);
    expect((await paymentRow(stage, payment.id)).status).toBe('PROCESSING');
    await giveBack(intentId);
    // Its own intent may still be paid: the hold ends only when the processor says so.
    expect(await paymentRow(stage, payment.id)).toMatchObject({
      status: 'PENDING',
      intentId: payment.intentId,
    });
    if (isPaid) {
      await payWithCard(stage.app, payment);
      await waitForStatus(stage.guest, payment.id, 'COMPLETED');
    } else {
      await rowsOf(stage, `UPDATE payments SET expires_at = now() - interval '1 second' WHERE id = $1`, [
        payment.id,
      ]);
      await expirePayments(stage.deps);
      await waitForStatus(stage.guest, payment.id, 'CANCELLED');
    }
  }
  await bringUp();
  expect(await unmatched()).toBe(0);
  expect(await reconciled()).toEqual(CLEAN);
});

test('a refund that fails later puts the money back into the books and onto the work list; given back again, it is gone', async () => {
  const payment = await paidWrongly(2900);
  const refund = await giveBack(payment.intentId);
  expect(await unmatched()).toBe(0);
  expect(await reconciled()).toEqual(CLEAN);
  stage.app.simulator.control.failRefund({ refund });
  await bringUp();
  expect(await unmatched()).toBe(-2900);
  // Nobody holds a bill for it any more: a person gives it back once more.
  expect((await paymentRow(stage, payment.id)).status).toBe('CANCELLED');
  stage.clock.move(2 * 3_600_000);
  expect((await reconciled()).breaks).toContain('PROCESSOR STATUS CHARGED_BUT_NOT_CAPTURED');
  stage.clock.reset();
  await giveBack(payment.intentId);
  expect(await unmatched()).toBe(0);
  expect(await reconciled()).toEqual(CLEAN);
});

test('a split that is called off while a share took another amount ends once that money went back, and its bill is free', async () => {
  const { guest, staff, orderId } = await splitScene(stage.app);
  const group = await split(guest, orderId, [1000, 2000]);
  const { payment } = nth(group, 0);
  const intentId = payment.paymentIntentId ?? '';
  await stage.deps.processor.changeAmount(intentId, 900, newKey());
  await payWithCard(stage.app, payment);
  await receiptOf(intentId);
  const called = await staff.splits.cancel.mutate({ groupId: group.id, idempotencyKey: newKey() });
  expect(called.state).toBe('CANCELLING');
  await giveBack(intentId);
  await finishSplits(stage.deps, { afterSec: 0 });
  expect((await groupOf(guest, group.id)).state).toBe('CANCELLED');
  const next = await guest.payments.create.mutate({ orderId, idempotencyKey: newKey() });
  expect(next).toMatchObject({ status: 'PENDING', totalMinor: 3000 });
});
