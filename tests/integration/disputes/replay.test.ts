import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newKey, refusalOf } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import {
  disputeEvent,
  disputeMovement,
  nowSec,
  type StripeEvent,
  sendWebhook,
  stripeEvent,
  stripeId,
} from '../../support/webhook-sender';
import { paidPayment, type RecoveryStage, startStage } from '../recovery/support';
import { booksOf, staffOf, toldOf } from './support';

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => assertBooksBalance(stage.app.database.pool));
afterAll(() => stage.stop());

/** In the inbox as an earlier release kept it, which did not know what to do with such events. */
async function keptUnhandled(event: StripeEvent): Promise<void> {
  const { pool } = stage.app.database;
  await pool.query(
    `INSERT INTO webhook_events (event_id, type, object_id, event_created_at, state, attempts, outcome, finished_at)
     VALUES ($1, $2, $3, now(), 'IGNORED', 1, 'not handled', now())`,
    [event.id, event.type, String(event.data.object.id)],
  );
  await pool.query('INSERT INTO webhook_payloads (event_id, payload) VALUES ($1, $2)', [
    event.id,
    JSON.stringify(event),
  ]);
}

test('disputes and payouts that were only stored are applied by a replay, once, however often', async () => {
  const payment = await paidPayment(stage);
  const disputeId = stripeId('dp');
  const moved = [disputeMovement(disputeId, -2700, 1500)];
  const of = { id: disputeId, intentId: payment.intentId, chargeId: 'ch_1', amountMinor: 2700, moved };
  const payoutId = stripeId('po');
  const payout = {
    id: payoutId,
    object: 'payout',
    amount: 500,
    currency: 'usd',
    automatic: true,
    reconciliation_status: 'in_progress',
    arrival_date: nowSec(),
    created: nowSec(),
  };
  const events = [
    disputeEvent({ ...of, what: 'closed', status: 'lost', createdSec: nowSec() + 1 }),
    disputeEvent({ ...of, what: 'funds_withdrawn' }),
    disputeEvent(of),
    stripeEvent('payout.paid', { ...payout, status: 'paid' }),
    stripeEvent('payout.created', { ...payout, status: 'in_transit' }),
  ];
  for (const event of events) await keptUnhandled(event);
  const admin = await stage.app.asAdmin();
  const eventIds = events.map(({ id }) => id);
  for (let again = 0; again < 2; again++)
    await admin.inbox.replay.mutate({ eventIds, idempotencyKey: newKey() });
  expect(await (await staffOf(stage)).disputes.get.query({ disputeId })).toMatchObject({ status: 'lost' });
  expect(await booksOf(stage, payment.id)).toMatchObject({ DISPUTE_LOSSES: 2700, DISPUTE_FEES: 1500 });
  expect(await toldOf(stage, payment.id)).toEqual(['dispute:created lost']);
  const { rows } = await stage.app.database.pool.query('SELECT status FROM payouts WHERE id = $1', [
    payoutId,
  ]);
  expect(rows).toEqual([{ status: 'paid' }]);
});

test('a refund and a dispute of the same moment: whichever is first, no refund begins beside an open dispute', async () => {
  const staff = await staffOf(stage);
  for (let race = 0; race < 6; race++) {
    const payment = await paidPayment(stage);
    const event = disputeEvent({ intentId: payment.intentId, chargeId: 'ch_1', amountMinor: 2700 });
    const refund = staff.refunds.create
      .mutate({ paymentId: payment.id, amountMinor: 100, reason: 'Race', idempotencyKey: newKey() })
      .then(
        () => 'refunded' as const,
        (error: unknown) => refusalOf(Promise.reject(error)).then(({ appCode }) => appCode),
      );
    const [outcome] = await Promise.all([refund, sendWebhook(stage.app, event)]);
    const { rows } = await stage.app.database.pool.query<{ wasFirst: boolean }>(
      `SELECT r.created_at < d.created_at AS "wasFirst" FROM disputes d JOIN payment_refunds r ON r.payment_id = d.payment_id
       WHERE d.payment_id = $1`,
      [payment.id],
    );
    expect(['refunded', 'DISPUTE_OPEN']).toContain(outcome);
    expect(rows.length).toBe(outcome === 'refunded' ? 1 : 0);
    expect(
      (
        await refusalOf(
          staff.refunds.create.mutate({
            paymentId: payment.id,
            reason: 'Later',
            idempotencyKey: newKey(),
          }),
        )
      ).appCode,
    ).toBe('DISPUTE_OPEN');
  }
});
