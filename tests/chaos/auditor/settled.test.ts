import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SimulatorState } from '@/stripe/simulator/control/types';
import { settle, sync } from '../../integration/processor-money/support';
import { runNow } from '../../integration/reconciliation/support';
import { paidPayment, type RecoveryStage, refund, startStage } from '../../integration/recovery/support';
import { countFigures } from '../../support/figures';
import { findForged } from './forge';
import { auditSettled } from './settled';

/* What the auditor must notice of figures, of the processor's balance and of a reconciliation: forged one at a time. */
let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
  const { id } = await paidPayment(stage);
  await refund(stage, { paymentId: id, amountMinor: 700 });
  await settle(stage);
  await sync(stage);
  await countFigures(stage.app.database.pool);
  await runNow(stage, await stage.app.asAdmin());
});
afterAll(() => stage.stop());

const auditForged = (sql: string) => findForged(stage, auditSettled, { sql });

test('books that agree are no breach', async () => {
  expect(await auditSettled(stage.app.simulator.control.state(), stage.app.database.pool)).toEqual([]);
});

const COUNTED_FIGURES = [
  'started_count',
  'started_captured_count',
  'open_count',
  'open_amount',
  'failed_amount',
  'abandoned_count',
  'bill_count',
  'paid_bill_count',
  'split_bill_count',
  'captured_count',
  'captured_amount',
  'captured_tax_amount',
  'captured_tip_amount',
  'paying_seconds',
  'refund_count',
  'refund_amount',
  'refund_tax_amount',
  'refund_tip_amount',
];
test.each(COUNTED_FIGURES)('a figure that is not what a recount gives is a breach: %s', async (figure) => {
  const found = await auditForged(`UPDATE metric_hours SET ${figure} = ${figure} + 1`);
  expect(found).toMatch(new RegExp(`figures of rest-.*: ${figure} is \\d+, recounted \\d+`));
  expect(await auditForged(`UPDATE platform_metric_hours SET ${figure} = ${figure} + 1`)).toMatch(
    new RegExp(`figures of the platform .*: ${figure} is`),
  );
});

test.each(['declined_count', 'technical_count'])('a failure too many is a breach: %s', async (figure) => {
  expect(await auditForged(`UPDATE metric_hours SET ${figure} = 1`)).toMatch(
    /declined or technical is 1, recounted 0/,
  );
});

test.each([
  ['figures that are not there', 'DELETE FROM metric_hours', /captured_amount is 0, recounted 2700/],
  [
    'figures on another day',
    'UPDATE metric_hours SET business_day = business_day - 1',
    /captured_amount is 0, recounted 2700/,
  ],
  [
    'figures in another hour',
    'UPDATE metric_hours SET hour = (hour + 1) % 24',
    /refund_amount is 0, recounted 700/,
  ],
  [
    'figures of another method',
    `UPDATE metric_hours SET method = 'CASH'`,
    /CASH\): captured_amount is 2700, recounted 0/,
  ],
  [
    'a payment that the figures do not have',
    'UPDATE payments SET tip_amount = 1, total_amount = total_amount + 1',
    /is 2700, recounted 2701/,
  ],
  [
    'a refund that the figures do not have',
    'UPDATE payment_refunds SET refund_amount = 701',
    /refund_amount is 700, recounted 701/,
  ],
  [
    'a balance transaction that was not fetched',
    `DELETE FROM processor_transactions WHERE reporting_category = 'charge'`,
    /balance transaction txn_\w+ \(charge\) of \d+ is not in the database/,
  ],
  ['a reconciliation that was not made', 'DELETE FROM reconciliation_runs', /is not made/],
  [
    'a reconciliation that did not end',
    `UPDATE reconciliation_runs SET state = 'FAILED'`,
    /over everything is FAILED/,
  ],
  [
    'a remainder of a reconciliation',
    `UPDATE reconciliation_runs SET totals = jsonb_set(totals, '{0,remainderMinor}', '3')`,
    /3 USD of ORDERS are in no class of the run/,
  ],
  [
    'a break that no story explains',
    item({ way: 'LEDGER', reason: 'LEDGER_DIFFERS', subject: 'ledger:1' }),
    /LEDGER has LEDGER_DIFFERS of ledger:1, which nothing explains/,
  ],
  [
    'an order that is said to keep too much, and does not',
    item({ way: 'ORDERS', reason: 'OVER_COLLECTED', subject: 'order:1' }),
    /OVER_COLLECTED of order:1, which nothing explains/,
  ],
  [
    'a drawer that is said to be short, and is not',
    item({ way: 'CASH', reason: 'DRAWER_SHORT', subject: 'drawer:1' }),
    /DRAWER_SHORT of drawer:1, which nothing explains/,
  ],
  [
    'a case of an event that no story explains',
    `INSERT INTO discrepancies (id, fact_key, type, reason, severity, payment_id, description)
     SELECT gen_random_uuid(), 'unmatched:pi_1', 'DUPLICATE_PAYMENT', 'ANOTHER_INTENT', 'CRITICAL', id, '' FROM payments`,
    /the work list has ANOTHER_INTENT of unmatched:pi_1, which nothing explains/,
  ],
  [
    'a refund that is said to have failed, and has not',
    `INSERT INTO discrepancies (id, fact_key, type, reason, severity, payment_id, description)
     SELECT gen_random_uuid(), 'refund-failed:1', 'STATUS_MISMATCH', 'REFUND_FAILED', 'HIGH', id, '' FROM payments`,
    /REFUND_FAILED of refund-failed:1, which nothing explains/,
  ],
])('%s is a breach', async (_what, sql, expected) => {
  expect(await auditForged(sql)).toMatch(expected);
});

/** What a run found about the payment. */
function item({ way, reason, subject }: { way: string; reason: string; subject: string }): string {
  return `INSERT INTO reconciliation_items (run_id, way, class, reason, severity, subject, day, payment_id, order_id, currency,
      ours_amount, theirs_amount, facts, fingerprint)
    SELECT r.id, '${way}', 'AMOUNT', '${reason}', 'LOW', '${subject}', now(), p.id, p.order_id, 'USD', 1, 2, '{}', 'x'
    FROM reconciliation_runs r, payments p`;
}

test('what the stories explain is no breach: too much was paid, a refund failed, or the bank has the money', async () => {
  const shrunk = `UPDATE orders SET subtotal_amount = 1`;
  const found = await auditForged(
    `${shrunk}; ${item({ way: 'ORDERS', reason: 'OVER_COLLECTED', subject: 'order:1' })}`,
  );
  expect(found).toBe('');
  const failed = (state: SimulatorState): SimulatorState => ({
    ...state,
    refunds: state.refunds.map((made) => ({ ...made, status: 'failed' as const })),
  });
  const sql = `INSERT INTO discrepancies (id, fact_key, type, reason, severity, payment_id, description)
    SELECT gen_random_uuid(), 'refund-failed:1', 'STATUS_MISMATCH', 'REFUND_FAILED', 'HIGH', id, '' FROM payments`;
  expect(await findForged(stage, auditSettled, { sql, stripe: failed })).toBe('');
  const disputed = (state: SimulatorState): SimulatorState => ({
    ...state,
    disputes: state.charges.map(({ payment_intent }) => ({ payment_intent })) as SimulatorState['disputes'],
  });
  expect(await findForged(stage, auditSettled, { sql, stripe: disputed })).toBe('');
});

test('a drawer that was counted wrong is no breach', async () => {
  const drawer = newDrawer(400);
  const short = `INSERT INTO reconciliation_items (run_id, way, class, reason, severity, subject, day, currency, ours_amount,
      theirs_amount, facts, fingerprint)
    SELECT r.id, 'CASH', 'AMOUNT', 'DRAWER_SHORT', 'LOW', 'drawer:' || d.id, now(), 'USD', 500, 400, '{}', 'x'
    FROM reconciliation_runs r, drawer_sessions d`;
  expect(await auditForged(`${drawer}; ${short}`)).toBe('');
});

/** A closed drawer of 5.00. */
function newDrawer(countedMinor: number): string {
  return `INSERT INTO drawer_sessions (id, restaurant_id, currency, business_day, float_amount, opened_at, opened_by, closed_at,
      closed_by, expected_amount, counted_amount, difference_amount)
    SELECT gen_random_uuid(), id, 'USD', now(), 500, now(), 'staff', now(), 'staff', 500, ${countedMinor}, ${countedMinor - 500}
    FROM restaurants`;
}
