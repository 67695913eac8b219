import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SimulatorState } from '@/stripe/simulator/control/types';
import {
  expectRest,
  paidPayment,
  type RecoveryStage,
  refund,
  startStage,
} from '../../integration/recovery/support';
import { audit } from './audit';
import { findForged } from './forge';

/* The auditor must notice each kind of loss and of doubling: they are forged one at a time. */
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

const auditForged = (sql: string) => findForged(stage, audit, { sql });

/** A split whose only share is the payment; true unless told otherwise, and told as often as it happened. */
function splitOf(lie: { state?: string; told?: string; totalMinor?: number; untold?: string }): string {
  const { state = 'COMPLETED', told = 'PARTIALLY_REFUNDED', totalMinor = 2700, untold } = lie;
  const types = ['created', ...(state === 'INCOMPLETE' || state === 'OPEN' ? [] : [state.toLowerCase()])]
    .map((step) => `payment:split_${step}`)
    .filter((type) => type !== untold);
  return `WITH made AS (
      INSERT INTO split_groups (id, restaurant_id, order_id, currency, total_amount, state, fingerprint, created_by)
      SELECT gen_random_uuid(), restaurant_id, order_id, 'USD', ${totalMinor}, '${state}', 'x', 'staff' FROM payments
      RETURNING id, restaurant_id), steps AS (
    INSERT INTO outbox_events (event_id, type, restaurant_id, payload)
      SELECT gen_random_uuid(), type, restaurant_id, jsonb_build_object('splitGroupId', id)
      FROM made CROSS JOIN unnest('{${types.join(',')}}'::text[]) type
      RETURNING 1), moves AS (
    INSERT INTO outbox_events (event_id, type, restaurant_id, payment_id, payload)
      SELECT gen_random_uuid(), 'payment:split_participant_updated', p.restaurant_id, p.id, '{}'
      FROM payments p JOIN payment_audit_log a ON a.payment_id = p.id
      WHERE (a.previous_status <> a.new_status OR a.action = 'refunded') AND '${untold}' <> 'payment:split_participant_updated'
      RETURNING 1)
    INSERT INTO split_payment_participants (id, split_group_id, payment_id, participant_id, amount, status)
    SELECT gen_random_uuid(), made.id, p.id, 'guest', 2700, '${told}' FROM made, payments p`;
}

const disputeOf = (status: string) =>
  `INSERT INTO disputes (id, payment_id, restaurant_id, amount, currency, status, reason, has_evidence, submission_count, opened_at,
     fact_at, fact_rank)
   SELECT 'dp_1', id, restaurant_id, 2700, 'USD', '${status}', 'fraudulent', FALSE, 0, now(), 1, 1 FROM payments`;

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
  [
    'a step that nobody was told of',
    `DELETE FROM outbox_events WHERE type = 'payment:refunded'`,
    /took 1 steps of payment:refunded, of which 0 were told/,
  ],
  [
    'an event of a step that was not',
    `INSERT INTO outbox_events (event_id, type, restaurant_id, payment_id, payload)
     SELECT gen_random_uuid(), 'payment:cancelled', restaurant_id, id, '{}' FROM payments`,
    /took 0 steps of payment:cancelled, of which 1 were told/,
  ],
  ['a split that is open though all have paid', splitOf({ state: 'OPEN' }), /shares make it COMPLETED/],
  ['a split that lost sight of a share', splitOf({ told: 'PENDING' }), /says PENDING of a share/],
  [
    'a split that was called off though a share keeps its money',
    splitOf({ state: 'CANCELLED' }),
    /shares make it CANCELLING, at work/,
  ],
  ['a split that divides another sum', splitOf({ totalMinor: 1 }), /divides 1 into 2700/],
  [
    'a split of which a part belongs to nobody, though nobody has changed a share',
    splitOf({ state: 'INCOMPLETE', totalMinor: 2800 }),
    /divides 2800 into 2700/,
  ],
  [
    'a split that told nobody of its end',
    splitOf({ untold: 'payment:split_completed' }),
    /^split .* had payment:split_completed 1 times and told it 0 times$/,
  ],
  [
    'a share that told nobody of its steps',
    splitOf({ untold: 'payment:split_participant_updated' }),
    /^share of payment .* had payment:split_participant_updated 2 times and told it 0 times$/,
  ],
  [
    'a split that was told of and is not',
    `INSERT INTO outbox_events (event_id, type, restaurant_id, payload)
     SELECT gen_random_uuid(), 'payment:split_created', id, '{"splitGroupId": "none"}' FROM restaurants`,
    /split none had payment:split_created 0 times and told it 1 times/,
  ],
  [
    'an order that was told of twice',
    `INSERT INTO outbox_events (event_id, type, restaurant_id, order_id, payload)
     SELECT gen_random_uuid(), type, restaurant_id, order_id, payload FROM outbox_events WHERE type = 'order:created'`,
    /order .* had order:created 1 times and told it 2 times/,
  ],
  [
    'a table that nobody heard of',
    `DELETE FROM outbox_events WHERE type = 'table:session_created'`,
    /table session .* had table:session_created 1 times and told it 0 times/,
  ],
  [
    'a table whose end nobody heard of',
    `UPDATE table_sessions SET status = 'CLOSED'`,
    /table session .* had table:session_closed 1 times and told it 0 times/,
  ],
  [
    'a guest who left and was not told of',
    'UPDATE guest_sessions SET left_at = now() WHERE is_host',
    /guest .* had table:user_joined 0 times and told it 1 times/,
  ],
  [
    'a dispute that nobody heard of',
    disputeOf('needs_response'),
    /dispute dp_1 had dispute:created 1 times and told it 0 times/,
  ],
  [
    'a dispute whose last step nobody heard of',
    `WITH made AS (${disputeOf('lost')} RETURNING restaurant_id)
     INSERT INTO outbox_events (event_id, type, restaurant_id, payload)
     SELECT gen_random_uuid(), 'dispute:created', restaurant_id, '{"disputeId": "dp_1", "disputeStatus": "needs_response"}' FROM made`,
    /dispute dp_1 had being lost 1 times and told it 0 times/,
  ],
  [
    'a live split whose newest step nobody heard of',
    `INSERT INTO split_calculations (id, table_session_id, type, participants, choices, updated_by, updated_at, stamped_at)
     SELECT gen_random_uuid(), id, 'EQUAL', '[]', '{}', gen_random_uuid(), now(), now() FROM table_sessions`,
    /live split of .* had its newest step 1 times and told it 0 times/,
  ],
  [
    'two steps of a live split at one time',
    `INSERT INTO outbox_events (event_id, type, restaurant_id, table_session_id, payload)
     SELECT gen_random_uuid(), 'split:calculation_updated', restaurant_id, id, '{"at": "2026-01-01T00:00:00.000Z"}'
     FROM table_sessions, generate_series(1, 2)`,
    /live split of .* had the step of 2026-01-01T00:00:00.000Z 1 times and told it 2 times/,
  ],
  [
    'cash in a drawer that the ledger does not know',
    `INSERT INTO drawer_sessions (id, restaurant_id, currency, business_day, float_amount, opened_at, opened_by)
     SELECT gen_random_uuid(), id, 'USD', now(), 500, now(), 'staff' FROM restaurants`,
    /has 0 in drawers of .*, where 500 must lie/,
  ],
  [
    'a drawer that was closed with another expectation',
    `INSERT INTO drawer_sessions (id, restaurant_id, currency, business_day, float_amount, opened_at, opened_by, closed_at,
       closed_by, expected_amount, counted_amount, difference_amount)
     SELECT gen_random_uuid(), id, 'USD', now(), 500, now(), 'staff', now(), 'staff', 400, 400, 0 FROM restaurants`,
    /expected 400, recounted 500/,
  ],
  [
    'cash that was taken and lies in two drawers',
    `WITH cash AS (UPDATE payments SET provider = 'CASH' RETURNING id, restaurant_id), drawer AS (
       INSERT INTO drawer_sessions (id, restaurant_id, currency, business_day, float_amount, opened_at, opened_by)
       SELECT gen_random_uuid(), restaurant_id, 'USD', now(), 0, now(), 'staff' FROM cash RETURNING id)
     INSERT INTO drawer_movements (id, drawer_session_id, kind, amount, payment_id, moved_by, moved_at)
     SELECT gen_random_uuid(), drawer.id, 'CASH_PAYMENT', 2000, cash.id, 'staff', now() FROM cash, drawer`,
    /is 2700 and was moved 1 times, 2000 in all/,
  ],
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

test('a part of a split that nobody could take back from a closed share is no breach', async () => {
  const changed = `INSERT INTO payment_audit_log (id, payment_id, action, actor)
    SELECT gen_random_uuid(), id, 'share_changed', 'staff' FROM payments`;
  const forged = `${changed}; ${splitOf({ state: 'INCOMPLETE', totalMinor: 2800 })}`;
  expect(await auditForged(forged)).toBe('');
});

test('books that agree are no breach', async () => {
  expect(await audit(stage.app.simulator.control.state(), stage.app.database.pool)).toEqual([]);
});
