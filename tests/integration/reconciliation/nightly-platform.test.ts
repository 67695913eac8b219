import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { keepPayout } from '@/db/sql/payouts';
import { addDays } from '@/domain/calendar-day';
import { planNightly } from '@/services/reconciliation/plan-nightly';
import { runDue } from '@/services/reconciliation/run';
import { type Client, newKey } from '../../support/app';
import { settle, sync } from '../processor-money/support';
import { paidPayment, type RecoveryStage, startStage } from '../recovery/support';
import { itemsOf } from './support';

const HOUR_MS = 3_600_000;
const LONG_AGO_DAYS = 25;
const MAPPING = {
  date: 'Date',
  dateFormat: 'YYYY-MM-DD' as const,
  amount: { kind: 'IN_OUT' as const, inColumn: 'In', outColumn: 'Out' },
  decimalSign: '.' as const,
  currency: { kind: 'FIXED' as const, currency: 'USD' },
  description: 'Text',
};

let stage: RecoveryStage;
let admin: Client;
let payout: { id: string; amount: number; day: string; occurredAt: Date; arrivalAt: Date };

const pool = () => stage.app.database.pool;

async function importLine(day: string, amountMinor: number, only = ['STRIPE']): Promise<void> {
  const file = `Date,In,Out,Text\n${day},${(amountMinor / 100).toFixed(2)},,STRIPE TRANSFER\n`;
  await admin.reconciliation.bank.import.mutate({
    account: 'us',
    file,
    mapping: { ...MAPPING, only },
    idempotencyKey: newKey(),
  });
}

/** As if all that is there had been there for a day when the last night's run was planned. */
async function allWasSeen(): Promise<void> {
  const earlier = (column: string) => `${column} = ${column} - interval '1 day'`;
  await pool().query(`UPDATE payouts SET ${earlier('updated_at')}, ${earlier('posted_at')}`);
  await pool().query(`UPDATE bank_lines SET ${earlier('created_at')}`);
  await pool().query(`UPDATE processor_transactions SET ${earlier('created_at')}, ${earlier('posted_at')}`);
  await pool().query(`UPDATE discrepancy_actions SET ${earlier('created_at')}`);
}

/** The platform's run of the next night. */
async function nextNight() {
  stage.clock.move(24 * HOUR_MS);
  await planNightly(stage.deps);
  await runDue(stage.deps);
  const { items } = await admin.reconciliation.runs.list.query({ limit: 100 });
  const run = items.find((one) => one.kind === 'NIGHTLY' && one.scope === 'PLATFORM');
  if (!run) throw new Error('no nightly run of the platform');
  expect(run.state).toBe('FINISHED');
  return { ...run, items: await itemsOf(admin, run.id) };
}

beforeAll(async () => {
  stage = await startStage();
  admin = await stage.app.asAdmin();
  await paidPayment(stage);
  await settle(stage);
  const { id } = stage.app.simulator.control.createPayout({ currency: 'usd', includePending: true });
  await settle(stage);
  await sync(stage);
  const { rows } = await pool().query(
    `UPDATE payouts SET arrival_at = now() - make_interval(days => $2), occurred_at = now() - make_interval(days => $2 + 2)
     WHERE id = $1 RETURNING id, amount::int AS amount, (arrival_at AT TIME ZONE 'UTC')::date::text AS day,
       occurred_at AS "occurredAt", arrival_at AS "arrivalAt"`,
    [id, LONG_AGO_DAYS],
  );
  payout = rows[0];
  await importLine(payout.day, payout.amount);
});
beforeEach(allWasSeen);
afterAll(() => stage.stop());

test('a night on which nothing happened looks at its own day alone', async () => {
  const first = await nextNight();
  expect(first.items).toEqual([]);
  await allWasSeen();
  const second = await nextNight();
  expect([second.fromDay, second.toDay]).toEqual([addDays(first.toDay, 1), addDays(first.toDay, 1)]);
});

test('a line of the bank that is imported late is found the next night, however old its day', async () => {
  await importLine(payout.day, 77_700);
  const run = await nextNight();
  expect(run.items).toMatchObject([{ reason: 'UNKNOWN_BANK_LINE', day: payout.day }]);
  await admin.reconciliation.discrepancies.accept.mutate({
    discrepancyId: run.items[0]?.discrepancyId ?? '',
    reason: 'Not ours',
    idempotencyKey: newKey(),
  });
});

test('a file that is read another way is looked at again, on the days of the lines that it has no more', async () => {
  await importLine(payout.day, payout.amount, ['ANOTHER']);
  const run = await nextNight();
  expect(run.items).toMatchObject([
    { way: 'BANK', subject: `bank-payout:${payout.id}` },
    { reason: 'UNKNOWN_BANK_LINE' },
  ]);
  await importLine(payout.day, payout.amount);
  expect((await nextNight()).items).toMatchObject([{ reason: 'UNKNOWN_BANK_LINE' }]);
});

test('a payout that comes back weeks later is found the next night, and so is the line that was its own', async () => {
  await pool().query(keepPayout.text, [
    payout.id,
    payout.amount,
    'USD',
    'failed',
    true,
    'completed',
    'account_closed',
    null,
    payout.arrivalAt.getTime() / 1000,
    payout.occurredAt.getTime() / 1000,
  ]);
  const run = await nextNight();
  expect(run.items.map((item) => item.reason).sort()).toEqual([
    'FAILED_BUT_POSTED',
    'UNKNOWN_BANK_LINE',
    'UNKNOWN_BANK_LINE',
  ]);
});

test('a fee of the account that is posted late is looked at again', async () => {
  const before = await nextNight();
  await allWasSeen();
  const { rows } = await pool().query(
    `INSERT INTO processor_transactions (id, type, reporting_category, gross_amount, fee_amount, net_amount, currency, available_on, occurred_at)
     VALUES ('txn_late', 'stripe_fee', 'fee', -500, 0, -500, 'USD', now(), now() - interval '80 days')
     RETURNING (occurred_at AT TIME ZONE 'UTC')::date::text AS day`,
  );
  const run = await nextNight();
  expect(run.fromDay).toBe(rows[0].day);
  expect(run.items.map((item) => item.reason)).toContain('FEE_NOT_POSTED');
  expect(run.items.length).toBeGreaterThan(before.items.length);
});
