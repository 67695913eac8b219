import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { replayEvent } from '@/services/inbox/retry';
import { newKey, refusalOf } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { disputeEvent, nowSec, sendWebhook, stripeId } from '../../support/webhook-sender';
import { openPayment, paidPayment, type RecoveryStage, startStage } from '../recovery/support';
import { booksOf, decide, disputedPayment, expectRest, staffOf, toldOf } from './support';

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(async () => {
  stage.app.simulator.control.clearFaults();
  await assertBooksBalance(stage.app.database.pool);
});
afterAll(() => stage.stop());

const CAPTURED = { PROCESSOR_CLEARING: 2700, SALES: -2500, TAX_PAYABLE: -200 };
/** 27.00 withdrawn, with Stripe's fee of 15.00. */
const WITHDRAWN = {
  ...CAPTURED,
  PROCESSOR_CLEARING: 2700 - 4200,
  DISPUTE_LOSSES: 2700,
  DISPUTE_FEES: 1500,
};

test('a dispute withdraws its funds and fee, keeps its deadline, and leaves the payment COMPLETED', async () => {
  const payment = await disputedPayment(stage);
  const dispute = await (await staffOf(stage)).disputes.get.query({ disputeId: payment.disputeId });
  expect(dispute).toMatchObject({
    paymentId: payment.id,
    orderId: payment.orderId,
    restaurantId: stage.at.restaurantId,
    amountMinor: 2700,
    currency: 'USD',
    status: 'needs_response',
    isOpen: true,
    reason: 'fraudulent',
    hasEvidence: false,
    funds: [{ currency: 'USD', withdrawnMinor: 2700, reinstatedMinor: 0, feeMinor: 1500 }],
    closedAt: null,
    evidence: [],
  });
  expect(Date.parse(dispute.evidenceDueAt ?? '')).toBeGreaterThan(Date.now() + 6 * 86_400_000);
  expect(await booksOf(stage, payment.id)).toEqual(WITHDRAWN);
  expect((await stage.guest.payments.get.query({ paymentId: payment.id })).status).toBe('COMPLETED');
  // One or two events, as the deliveries came: the opening, and the withdrawal unless the opening had it.
  expect((await toldOf(stage, payment.id))[0]).toBe('dispute:created needs_response');
  await expectRest(stage);
});

test('reported bug “a won dispute is ignored”: it returns the money in the ledger, keeps the fee, and allows refunds again', async () => {
  const payment = await disputedPayment(stage);
  await decide(stage, payment.disputeId, 'won');
  expect(await booksOf(stage, payment.id)).toEqual({
    ...CAPTURED,
    PROCESSOR_CLEARING: 2700 - 1500,
    DISPUTE_LOSSES: 0,
    DISPUTE_FEES: 1500,
  });
  const staff = await staffOf(stage);
  const dispute = await staff.disputes.get.query({ disputeId: payment.disputeId });
  expect(dispute).toMatchObject({ status: 'won', isOpen: false, funds: [{ reinstatedMinor: 2700 }] });
  expect(dispute.closedAt).not.toBeNull();
  expect((await toldOf(stage, payment.id)).at(-1)).toBe('dispute:updated won');
  await staff.refunds.create.mutate({
    paymentId: payment.id,
    amountMinor: 100,
    reason: 'Sorry',
    idempotencyKey: newKey(),
  });
  await expectRest(stage);
});

test('a lost dispute keeps its funds; the payment keeps its status and the dispute its own row', async () => {
  const payment = await disputedPayment(stage);
  await decide(stage, payment.disputeId, 'lost');
  expect(await booksOf(stage, payment.id)).toEqual(WITHDRAWN);
  expect((await stage.guest.payments.get.query({ paymentId: payment.id })).status).toBe('COMPLETED');
  const { items } = await (await staffOf(stage)).disputes.list.query({ paymentId: payment.id });
  expect(items).toMatchObject([{ id: payment.disputeId, status: 'lost', isOpen: false }]);
  await expectRest(stage);
});

test('what a bank has given back for good is not refunded a second time', async () => {
  const payment = await disputedPayment(stage);
  await decide(stage, payment.disputeId, 'lost');
  const staff = await stage.app.asStaff(stage.at.staffId);
  const refund = { paymentId: payment.id, reason: 'Cold soup', idempotencyKey: newKey() };
  expect(await refusalOf(staff.refunds.create.mutate(refund))).toMatchObject({
    appCode: 'NOTHING_REFUNDABLE',
  });
  expect((await staff.refunds.list.query({ paymentId: payment.id })).items).toEqual([]);
});

test('a refund is refused while a dispute is open, and nothing of it is left', async () => {
  const payment = await disputedPayment(stage);
  const refund = { paymentId: payment.id, reason: 'Cold soup', idempotencyKey: newKey() };
  const staff = await staffOf(stage);
  expect(await refusalOf(staff.refunds.create.mutate(refund))).toMatchObject({
    code: 'CONFLICT',
    appCode: 'DISPUTE_OPEN',
  });
  expect((await staff.refunds.list.query({ paymentId: payment.id })).items).toEqual([]);
});

test('an inquiry blocks no refund: that is how it is settled, and it ends without money', async () => {
  const payment = await paidPayment(stage);
  const inquiry = { id: stripeId('dp'), intentId: payment.intentId, chargeId: 'ch_1', amountMinor: 2700 };
  await sendWebhook(stage.app, disputeEvent({ ...inquiry, status: 'warning_needs_response' }));
  const staff = await staffOf(stage);
  await staff.refunds.create.mutate({
    paymentId: payment.id,
    amountMinor: 100,
    reason: 'Sorry',
    idempotencyKey: newKey(),
  });
  await sendWebhook(
    stage.app,
    disputeEvent({ ...inquiry, what: 'closed', status: 'warning_closed', createdSec: nowSec() + 1 }),
  );
  expect(await staff.disputes.get.query({ disputeId: inquiry.id })).toMatchObject({
    status: 'warning_closed',
    isOpen: false,
    funds: [],
  });
});

test('a later deadline is kept, an older snapshot that comes after it is not', async () => {
  const payment = await paidPayment(stage);
  const of = { id: stripeId('dp'), intentId: payment.intentId, chargeId: 'ch_1', amountMinor: 2700 };
  const at = nowSec();
  await sendWebhook(stage.app, disputeEvent({ ...of, what: 'updated', dueBySec: at + 900, createdSec: at }));
  await sendWebhook(stage.app, disputeEvent({ ...of, dueBySec: at + 100, createdSec: at - 5 }));
  const dispute = await (await staffOf(stage)).disputes.get.query({ disputeId: of.id });
  expect(dispute.evidenceDueAt).toBe(new Date((at + 900) * 1000).toISOString());
});

test('a dispute of an unknown payment waits in the inbox, and applies once its payment is here', async () => {
  const payment = await openPayment(stage);
  const { pool } = stage.app.database;
  await pool.query('UPDATE payments SET payment_intent_id = NULL WHERE id = $1', [payment.id]);
  const event = disputeEvent({ intentId: payment.intentId, chargeId: 'ch_1', amountMinor: 2700 });
  await sendWebhook(stage.app, event);
  const stateOf = async () =>
    (await pool.query('SELECT state FROM webhook_events WHERE event_id = $1', [event.id])).rows[0].state;
  expect(await stateOf()).toBe('WAITING');
  await pool.query('UPDATE payments SET payment_intent_id = $2 WHERE id = $1', [
    payment.id,
    payment.intentId,
  ]);
  expect(await replayEvent(stage.deps, event.id)).toBe('APPLIED');
});

test('disputes are listed page by page, newest first, open ones apart, and only to their restaurant', async () => {
  const admin = await stage.app.asAdmin();
  const all = await admin.disputes.list.query({ limit: 100 });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await admin.disputes.list.query({ limit: 2, ...(cursor ? { cursor } : {}) });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual(all.items.map(({ id }) => id));
  expect(new Set(seen).size).toBe(seen.length);
  const open = await admin.disputes.list.query({ isOpen: true, limit: 100 });
  expect(open.items.every((dispute) => dispute.isOpen)).toBe(true);
  expect(open.items.length).toBeLessThan(all.items.length);
  const stranger = await stage.app.asStaff('somebody-else');
  expect((await stranger.disputes.list.query({})).items).toEqual([]);
  expect(
    (await refusalOf(stranger.disputes.list.query({ restaurantId: stage.at.restaurantId }))).appCode,
  ).toBe('NOT_FOUND');
  expect((await refusalOf(admin.disputes.list.query({ cursor: 'nonsense' }))).appCode).toBe('CURSOR_INVALID');
});
