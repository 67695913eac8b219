import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMoneyGroups, readRefundedOfDays } from '@/db/sql/reconciliation-summary';
import { seedYear } from '../../load/seed-year';
import { createTestDatabase, type TestDatabase } from '../../support/database';

/** A year of a hundred restaurants. */
const PAYMENTS = 30_000;
const EVERY_DAY = ['2026-01-01', '2026-12-31'] as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 1 });
  await seedYear((sql) => database.pool.query(sql), PAYMENTS);
  // Days that begin at other hours, on clocks that change at other times, by half an hour, or never.
  await database.pool.query(
    `UPDATE restaurants SET time_zone = CASE right(id, 1) WHEN '1' THEN 'Australia/Lord_Howe' WHEN '2' THEN 'Asia/Kolkata' ELSE time_zone END,
       closing_hour = CASE right(id, 1) WHEN '2' THEN 0 WHEN '3' THEN 12 ELSE closing_hour END`,
  );
  await database.pool.query('VACUUM ANALYZE');
});
afterAll(() => database.drop());

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Node[];
}

async function planOf(text: string, values: readonly unknown[]): Promise<Node> {
  const { rows } = await database.pool.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, [...values]);
  return rows[0]['QUERY PLAN'][0].Plan;
}

const blocksOf = (plan: Node) => plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
const indexes = (plan: Node): string[] => [
  ...(plan['Index Name'] === undefined ? [] : [plan['Index Name']]),
  ...(plan.Plans ?? []).flatMap(indexes),
];
const wholeTables = (plan: Node): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' ? [String(plan['Relation Name'])] : []),
  ...(plan.Plans ?? []).flatMap(wholeTables),
];

const of = (restaurantId: string | null, fromDay: string, toDay: string, currency = 'USD') => [
  restaurantId,
  fromDay,
  toDay,
  currency,
];

test.each([
  { whose: 'a restaurant', restaurantId: 'rest-7', most: 20 },
  { whose: 'the platform', restaurantId: null, most: 900 },
])(
  'the money of a day of $whose is found by its day, however many payments there are',
  async ({ restaurantId, most }) => {
    const day = await planOf(readMoneyGroups.text, of(restaurantId, '2026-06-15', '2026-06-15'));
    expect(wholeTables(day)).not.toContain('payments');
    expect(indexes(day)).toEqual(
      expect.arrayContaining(['payments_business_day_idx', 'payments_restaurant_created_idx']),
    );
    expect(blocksOf(day)).toBeLessThan(most);
    const refunded = await planOf(readRefundedOfDays.text, of(restaurantId, '2026-06-15', '2026-06-15'));
    expect(wholeTables(refunded)).not.toContain('payments');
    expect(wholeTables(refunded)).not.toContain('ledger_transactions');
  },
);

/** Each payment on its business day, or on the one on which it began, as they are reckoned one by one. */
const ONE_BY_ONE = `SELECT p.method::text AS method, p.card_funding AS funding, p.status::text AS status, count(*)::int AS "count",
    sum(p.total_amount)::bigint AS "totalMinor"
  FROM payments p JOIN restaurants z ON z.id = p.restaurant_id
  WHERE ($1::text IS NULL OR p.restaurant_id = $1) AND p.currency = $4
    AND coalesce(p.business_day, ((p.created_at AT TIME ZONE z.time_zone) - make_interval(hours => z.closing_hour))::date)
      BETWEEN $2::date AND $3::date
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;

test.each([
  of(null, ...EVERY_DAY),
  of(null, ...EVERY_DAY, 'EUR'),
  of('rest-1', '2026-04-04', '2026-04-06'),
  of('rest-2', '2026-02-01', '2026-02-28'),
  of('rest-3', '2026-03-08', '2026-03-08'),
  of(null, '2026-03-08', '2026-03-08'),
  of(null, '2026-10-04', '2026-11-01'),
  of('rest-7', '2027-01-01', '2027-01-02'),
])('%s from %s to %s: it is the same money as when each payment is looked at', async (...values) => {
  const read = async (text: string) => (await database.pool.query(text, values)).rows;
  expect(await read(readMoneyGroups.text)).toEqual(await read(ONE_BY_ONE));
});
