import { afterAll, beforeAll, expect, test } from 'vitest';
import { listPaymentRows, type PaymentFilter } from '@/db/sql/list-payments';
import { seedYear } from '../../load/seed-year';
import { createTestDatabase, type TestDatabase } from '../../support/database';

/** Enough that an index has hundreds of leaves, and a page found by walking them shows. */
const PAYMENTS = 30_000;
const PAGE = 51;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 1 });
  await seedYear((sql) => database.pool.query(sql), PAYMENTS);
  await database.pool.query('VACUUM ANALYZE');
});
afterAll(() => database.drop());

/** Blocks that a page touches, wherever they are kept. */
async function blocksOf(filter: PaymentFilter): Promise<number> {
  const { statement, values } = listPaymentRows(filter, PAGE);
  const { rows } = await database.pool.query(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${statement.text}`,
    values,
  );
  const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
  expect(plan['Actual Rows']).toBe(PAGE);
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}

/** The payment at the place, of those that the search finds, in its falling order. */
async function idAt(column: string, prefix: string, place: number): Promise<string> {
  const { rows } = await database.pool.query(
    `SELECT p.id FROM payments p JOIN orders o ON o.id = p.order_id WHERE ${column} COLLATE "C" LIKE $1
     ORDER BY ${column} COLLATE "C" DESC, p.id DESC OFFSET $2 LIMIT 1`,
    [`${prefix}%`, place],
  );
  return rows[0].id;
}

test.each([
  { way: 1, column: 'p.receipt_number', prefix: '2026', deep: 25_000 },
  { way: 2, column: 'o.order_number', prefix: '000', deep: 25_000 },
])(
  'a deep page of a search by $column reads about as much as the first',
  async ({ way, column, prefix, deep }) => {
    const search = { prefix, ids: null };
    const first = await blocksOf({ search });
    const last = await blocksOf({ search, after: { id: await idAt(column, prefix, deep), way } });
    expect(last).toBeLessThan(first * 1.2);
  },
);
