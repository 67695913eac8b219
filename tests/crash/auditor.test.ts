import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SimulatorState } from '@/stripe/simulator/control/types';
import {
  expectRest,
  paidPayment,
  type RecoveryStage,
  refund,
  startStage,
} from '../integration/recovery/support';
import { audit } from '../support/auditor';

/* An auditor that never complains proves nothing: each kind of loss and of doubling, forged one at a time, is told. */
let stage: RecoveryStage;
let paymentId: string;
beforeAll(async () => {
  stage = await startStage();
  const payment = await paidPayment(stage);
  paymentId = payment.id;
  await refund(stage, { paymentId, amountMinor: 700 });
  await expectRest(stage);
});
afterAll(() => stage.stop());

/** What the auditor says while the database is forged so; then it is as before. */
async function auditForged(sql: string): Promise<string> {
  const client = await stage.app.database.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL session_replication_role = replica');
    await client.query(sql);
    return (await audit(stage.app.simulator.control.state(), client)).join('\n');
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

test.each([
  ['a success that is not settled', `UPDATE payments SET status = 'PENDING'`, /settled 0 times/],
  ['a payment that stands still', `UPDATE payments SET creation_state = 'UNKNOWN'`, /unfinished creation/],
  [
    'another amount',
    `UPDATE payments SET tip_amount = 1, total_amount = total_amount + 1`,
    /its intent took/,
  ],
  ['a live intent of a cancelled payment', `UPDATE payments SET status = 'CANCELLED'`, /intent is succeeded/],
  ['a lost ledger entry', `DELETE FROM ledger_transactions WHERE fact_key LIKE 'capture:%'`, /0 captures/],
  [
    'a ledger out of balance',
    `UPDATE ledger_postings SET amount = amount + 1 WHERE line = 1`,
    /out of balance/,
  ],
  [
    'an event told twice',
    `INSERT INTO outbox_events (event_id, type, restaurant_id, payment_id, payload)
     SELECT gen_random_uuid(), type, restaurant_id, payment_id, payload FROM outbox_events WHERE type = 'payment:completed'`,
    /told its completion 2 times/,
  ],
  [
    'an audit row too many',
    `INSERT INTO payment_audit_log (id, payment_id, action, actor)
     SELECT gen_random_uuid(), payment_id, action, actor FROM payment_audit_log WHERE action = 'completed'`,
    /completed 2 times by its audit/,
  ],
  ['a lost refund', `DELETE FROM payment_refunds`, /is not in the database/],
  [
    'a refund that was never made',
    `UPDATE payment_refunds SET refund_id = 're_none'`,
    /Stripe has no re_none/,
  ],
  [
    'a refund of another amount',
    `UPDATE payment_refunds SET refund_amount = 800`,
    /700 at Stripe and 800 here/,
  ],
  [
    'a wrong order state',
    `UPDATE order_payment_states SET captured_amount = captured_amount - 1`,
    /recounted/,
  ],
  ['a bill paid twice', `UPDATE orders SET subtotal_amount = 10`, /has received 2000/],
  [
    'a lost event',
    `DELETE FROM webhook_events WHERE type = 'payment_intent.succeeded'`,
    /never reached the inbox/,
  ],
  ['a dead event', `UPDATE webhook_events SET state = 'DEAD'`, /is DEAD/],
  ['a lost payment', `DELETE FROM payments`, /belongs to no payment/],
])('%s is a breach', async (_what, sql, expected) => {
  expect(await auditForged(sql)).toMatch(expected);
});

test.each<[string, (state: SimulatorState) => Partial<SimulatorState>, RegExp]>([
  [
    'a second live intent of a payment',
    ({ paymentIntents: [intent, ...rest] }) => ({
      paymentIntents: intent
        ? [
            intent,
            { ...intent, id: 'pi_second', status: 'requires_payment_method', amount_received: 0 },
            ...rest,
          ]
        : rest,
    }),
    /has 2 live intents/,
  ],
  [
    'a charge taken twice',
    ({ charges }) => ({ charges: charges.flatMap((charge) => [charge, { ...charge, id: 'ch_second' }]) }),
    /was charged 2 times/,
  ],
  [
    'a refund made twice',
    ({ refunds }) => ({ refunds: refunds.flatMap((made) => [made, { ...made, id: 're_second' }]) }),
    /was made 2 times/,
  ],
])('%s is a breach', async (_what, forge, expected) => {
  const state = stage.app.simulator.control.state();
  const breaches = await audit({ ...state, ...forge(state) }, stage.app.database.pool);
  expect(breaches.join('\n')).toMatch(expected);
});

test('books that agree are no breach', async () => {
  expect(await audit(stage.app.simulator.control.state(), stage.app.database.pool)).toEqual([]);
});
