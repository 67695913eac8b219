import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assertCurrency, parseMajor } from '@/domain/money';
import { type SeededRestaurant, seedRestaurant, startTestApp, type TestApp } from '../../support/app';
import { assertLedgerBalances } from '../../support/invariants';

const DAYS = ['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'];
/** No decimals, two, three, and the one whose decimals the processor wants to be zero. */
const CURRENCIES = ['JPY', 'USD', 'KWD', 'ISK'];

let app: TestApp;
let at: SeededRestaurant;
let other: SeededRestaurant;
beforeAll(async () => {
  app = await startTestApp();
  const service = await app.asService();
  at = await seedRestaurant(service);
  other = await seedRestaurant(service);
  for (const { restaurantId } of [at, other]) await book(restaurantId);
});
afterAll(async () => {
  await assertLedgerBalances(app.database.pool);
  await app.stop();
});

/** For each day and currency a sale with tax and tip, and something given back: every sum is another one. */
async function book(restaurantId: string) {
  await app.database.pool.query(
    `WITH facts AS (
       SELECT gen_random_uuid() AS id, day::date, currency, d.n * 1000 + c.n * 100 + 7 AS a
       FROM unnest($2::text[]) WITH ORDINALITY AS d (day, n), unnest($3::text[]) WITH ORDINALITY AS c (currency, n)
     ), made AS (
       INSERT INTO ledger_transactions (id, fact_key, restaurant_id, currency, business_day, occurred_at)
       SELECT id, 'test:' || id, $1, currency, day, now() FROM facts RETURNING id)
     INSERT INTO ledger_postings (transaction_id, line, account, amount)
     SELECT f.id, l.line, l.account, l.amount FROM facts f JOIN made USING (id), LATERAL (VALUES
       (1, 'PROCESSOR_CLEARING', f.a), (2, 'SALES', 3 - f.a), (3, 'TAX_PAYABLE', -2), (4, 'TIPS_PAYABLE', -1),
       (5, 'REFUNDS', 5), (6, 'CASH_DRAWER', -5)) AS l (line, account, amount)`,
    [restaurantId, DAYS, CURRENCIES],
  );
}

/** Debits less credits per currency and account, from the file alone. */
async function balancesOfFile(query: Record<string, string>): Promise<Record<string, number>> {
  const token = await app.token('RESTAURANT_OWNER', at.ownerId);
  const response = await fetch(`${app.url}/api/exports/ledger.csv?${new URLSearchParams(query)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const lines = parse(await response.text(), { columns: true, bom: true }) as Record<string, string>[];
  const sums: Record<string, number> = {};
  for (const { Account, Currency = '', Debit, Credit } of lines) {
    const minor = (text = '') => (text === '' ? 0 : parseMajor(text, assertCurrency(Currency)));
    const key = `${Currency} ${Account}`;
    sums[key] = (sums[key] ?? 0) + minor(Debit) - minor(Credit);
  }
  return sums;
}

async function balancesOfBooks(period: Record<string, string>) {
  const query = { restaurantId: at.restaurantId, ...period };
  const { books } = await (await app.asOwner(at.ownerId)).ledger.trialBalance.query(query);
  for (const { balanceMinor } of books) expect(balanceMinor).toBe(0);
  return Object.fromEntries(
    books.flatMap(({ currency, accounts }) =>
      accounts.map(({ account, balanceMinor }) => [`${currency} ${account}`, balanceMinor]),
    ),
  );
}

const windows: Record<string, string>[] = DAYS.flatMap((fromDay, i) =>
  DAYS.slice(i).map((toDay) => ({ fromDay, toDay })),
);

test.each([...windows, { fromDay: '2026-03-01' }, { toDay: '2026-02-28' }, {}])(
  'the file of %j reproduces the balance of every account and currency, both days included',
  async (period) => {
    const file = await balancesOfFile({ restaurantId: at.restaurantId, ...period });
    expect(file).toEqual(await balancesOfBooks(period));
    expect(Object.keys(file)).toHaveLength(CURRENCIES.length * 6);
  },
);

test('files of neighbouring periods add up to the whole, with no entry in both', async () => {
  const of = (period: object) => balancesOfFile({ restaurantId: at.restaurantId, ...period });
  const [before, after, whole] = [
    await of({ toDay: '2026-02-28' }),
    await of({ fromDay: '2026-03-01' }),
    await of({}),
  ];
  for (const [account, sum] of Object.entries(whole))
    expect((before[account] ?? 0) + (after[account] ?? 0), account).toBe(sum);
});
