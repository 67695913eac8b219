import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, newKey, refusalOf } from '../../support/app';
import { planNightly } from '@/services/reconciliation/plan-nightly';
import { runDue } from '@/services/reconciliation/run';
import { type RecoveryStage, startStage } from '../recovery/support';
import { itemsOf, runNow } from '../reconciliation/support';

let stage: RecoveryStage;
let admin: Client;
beforeAll(async () => { stage = await startStage(); admin = await stage.app.asAdmin(); });
afterAll(() => stage.stop());
const bank = () => admin.reconciliation.bank;
const q = (t: string, v: unknown[] = []) => stage.app.database.pool.query(t, v);
const day = (o: number) => new Date(Date.now() + o * 86_400_000).toISOString().slice(0, 10);
const mapping = { date: 'Date', dateFormat: 'YYYY-MM-DD' as const, amount: { kind: 'SIGNED' as const, column: 'Amount' }, decimalSign: '.' as const, currency: { kind: 'FIXED' as const, currency: 'USD' }, description: 'Text' };
const payout = (id: string, d: string, amount: number, extra = '') => q(
  `INSERT INTO payouts (id, amount, currency, status, is_automatic, reconciliation_status, arrival_at, occurred_at, lines_state, posted_at, trace_id)
   VALUES ($1, $2, 'USD', 'paid', true, 'completed', $3::date, $3::date, 'KEPT', now(), $4)`, [id, amount, d, `trace-${id}`]);
const bankItems = async (from: string, to: string) => {
  const run = await runNow(stage, admin, { fromDay: from, toDay: to });
  return (await itemsOf(admin, run.id)).filter((i) => i.way === 'BANK').map((i) => `${i.class} ${i.reason} ${i.subject}`);
};

test('T8 nightly of the platform after a late statement', async () => {
  // first nightly
  await planNightly(stage.deps); await runDue(stage.deps); stage.clock.move(24*3_600_000);
  await planNightly(stage.deps); await runDue(stage.deps);
  const runs = async () => (await q(`SELECT from_day::text f, to_day::text t, state, scope FROM reconciliation_runs WHERE kind='NIGHTLY' AND scope='PLATFORM' ORDER BY id DESC LIMIT 1`)).rows[0];
  console.log('T8 first', await runs());
  await bank().import.mutate({ account: 'e', file: `Date,Amount,Text\n${day(-25)},77.77,STRIPE strange\n`, mapping, idempotencyKey: newKey() });
  stage.clock.move(24 * 3_600_000);
  await planNightly(stage.deps); await runDue(stage.deps);
  console.log('T8 second', await runs(), (await q(`SELECT count(*) FROM discrepancies WHERE reason = 'UNKNOWN_BANK_LINE' AND actual_amount = 7777`)).rows);
  console.log((await q(`SELECT day::text, reason, state FROM discrepancies WHERE restaurant_id IS NULL`)).rows);

  stage.clock.reset();
});
test('T1 last payout missing, statement to yesterday has no later stripe line', async () => {
  await payout('po_a1', day(-40), 1000);
  await payout('po_a2', day(-30), 2000);
  const file = `Date,Amount,Text\n${day(-40)},10.00,STRIPE trace-po_a1\n${day(-20)},-5.00,Rent\n${day(-1)},-7.00,Rent\n`;
  await bank().import.mutate({ account: 'a', file, mapping, idempotencyKey: newKey() });
  console.log('T1', await bankItems(day(-45), day(-1)));
  const f2 = `Date,Amount,Text\n${day(-20)},-5.00,Rent\n${day(-1)},-7.00,Rent\n`;
  console.log('T1b', await refusalOf(bank().import.mutate({ account: 'a', file: f2, mapping, idempotencyKey: newKey() })));
});

