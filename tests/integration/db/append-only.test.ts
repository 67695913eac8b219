import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newKey, payWithCard, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { pay, rows, setScene } from '../payments/support';

/** Each with a column to write; lines before what they belong to. */
const TABLES = [
  ['outbox_events', 'payload'],
  ['ledger_postings', 'amount'],
  ['ledger_transactions', 'business_day'],
  ['payment_audit_log', 'action'],
  ['audit_log', 'action'],
  ['order_adjustments', 'tax_amount'],
  ['z_reports', 'figures'],
  ['processor_calls', 'operation'],
] as const;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await app.database.pool.query(
    `INSERT INTO processor_calls (id, subject_id, operation, outcome, duration_ms, called_at)
     VALUES ($1, 'pi_1', 'intent.retrieve', 'OK', 12, now())`,
    [randomUUID()],
  );
  const scene = await setScene(app);
  const payment = await pay(scene.guest, scene.orderId);
  await payWithCard(app, payment);
  await waitForStatus(scene.guest, payment.id, 'COMPLETED');
  await app.database.pool.query(
    `INSERT INTO audit_log (id, actor, action, subject_type, subject_id) VALUES ($1, 'system', 'a', 'b', 'c')`,
    [randomUUID()],
  );
  await scene.staff.refunds.create.mutate({
    paymentId: payment.id,
    reduceBill: true,
    reason: 'Cold soup',
    idempotencyKey: newKey(),
  });
  await scene.staff.cash.drawer.zReport.mutate({
    restaurantId: scene.at.restaurantId,
    idempotencyKey: newKey(),
  });
});
afterAll(() => app.stop());

const countOf = async (table: string) =>
  (await rows<{ n: number }>(app, `SELECT count(*)::int AS n FROM ${table}`))[0]?.n ?? 0;

test('the tables with such a guard are these, and no other', async () => {
  const guarded = await rows<{ name: string }>(
    app,
    `SELECT DISTINCT c.relname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'refuse_change' ORDER BY 1`,
  );
  expect(guarded.map((row) => row.name)).toEqual(TABLES.map(([name]) => name).sort());
});

describe.each(TABLES)('%s', (table, column) => {
  test.each([
    ['UPDATE', `UPDATE ${table} SET ${column} = ${column}`],
    ['DELETE', `DELETE FROM ${table}`],
    ['TRUNCATE', `TRUNCATE ${table} CASCADE`],
  ])('refuses %s, also to its owner, and keeps every row', async (operation, statement) => {
    const before = await countOf(table);
    expect(before).toBeGreaterThan(0);
    await expect(app.database.pool.query(statement)).rejects.toMatchObject({
      code: '23001',
      message: expect.stringMatching(new RegExp(`append-only: ${operation} refused`)),
    });
    // The service may still be telling of what it did.
    expect(await countOf(table)).toBeGreaterThanOrEqual(before);
  });
});

test('the role tabsy_maintenance deletes from each, and nobody else may even after it', async () => {
  const client = await app.database.pool.connect();
  try {
    // Roles belong to the whole cluster, which other test files share.
    await client.query(
      `DO $$ BEGIN CREATE ROLE tabsy_maintenance; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    );
    await client.query('BEGIN');
    for (const [table] of TABLES) await client.query(`GRANT SELECT, DELETE ON ${table} TO tabsy_maintenance`);
    await client.query('SET LOCAL ROLE tabsy_maintenance');
    for (const [table] of TABLES) {
      const deleted = await client.query(`DELETE FROM ${table}`);
      expect([table, deleted.rowCount]).not.toEqual([table, 0]);
    }
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
  for (const [table] of TABLES)
    await expect(app.database.pool.query(`DELETE FROM ${table}`)).rejects.toThrow('append-only');
});
