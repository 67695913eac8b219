import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LedgerAccount } from '@/domain/ledger/accounts';
import { assertCurrency, parseMajor } from '@/domain/money';
import { newKey, refusalOf, seedRestaurant } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { decide, disputedPayment } from '../disputes/support';
import { settle, sync } from '../processor-money/support';
import { type Opened, paidPayment, type RecoveryStage, refund, startStage } from '../recovery/support';

let stage: RecoveryStage;
let refunded: Opened;
let disputed: Opened;
beforeAll(async () => {
  stage = await startStage();
  refunded = await paidPayment(stage);
  await refund(stage, { paymentId: refunded.id, amountMinor: 700 });
  disputed = await disputedPayment(stage);
  const won = await disputedPayment(stage);
  await decide(stage, won.disputeId, 'won');
  await settle(stage);
  stage.app.simulator.control.createPayout({ currency: 'usd', includePending: true });
  await settle(stage);
  await sync(stage);
  const staff = await stage.app.asStaff(stage.at.staffId);
  await staff.cash.drawer.open.mutate({
    restaurantId: stage.at.restaurantId,
    floatMinor: 5000,
    idempotencyKey: newKey(),
  });
});
afterAll(async () => {
  await assertBooksBalance(stage.app.database.pool);
  await stage.stop();
});

const owner = () => stage.app.asOwner(stage.at.ownerId);

interface CsvRow {
  'Business day': string;
  Entry: string;
  Fact: string;
  Restaurant: string;
  Payment: string;
  Account: LedgerAccount;
  Currency: string;
  Debit: string;
  Credit: string;
}

/** The journal as a spreadsheet reads it. */
async function journal(query: Record<string, string>, userId = stage.at.ownerId) {
  const token = await stage.app.token('RESTAURANT_OWNER', userId);
  const response = await fetch(`${stage.app.url}/api/exports/ledger.csv?${new URLSearchParams(query)}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { response, text: bytes.toString('utf8') };
}

const rowsOf = (text: string): CsvRow[] =>
  parse(text, { columns: true, bom: true, record_delimiter: '\r\n' }) as CsvRow[];

/** Balance per account and currency, recounted from the file alone. */
function balancesOf(rows: readonly CsvRow[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { Account, Currency, Debit, Credit } of rows) {
    const minor = (text: string) => (text === '' ? 0 : parseMajor(text, assertCurrency(Currency)));
    const key = `${Currency} ${Account}`;
    sums[key] = (sums[key] ?? 0) + minor(Debit) - minor(Credit);
  }
  return sums;
}

test('the trial balance of a restaurant sums to zero, with fees, disputes, payout and cash in it', async () => {
  const { books } = await (await owner()).ledger.trialBalance.query({ restaurantId: stage.at.restaurantId });
  expect(books).toMatchObject([{ restaurantId: stage.at.restaurantId, currency: 'USD', balanceMinor: 0 }]);
  const of = Object.fromEntries(books[0]?.accounts.map((line) => [line.account, line.balanceMinor]) ?? []);
  expect(of).toMatchObject({
    PROCESSOR_FEES: 3 * 108,
    DISPUTE_LOSSES: 2700,
    DISPUTE_FEES: 3000,
    PROCESSOR_CLEARING: 0,
    BANK: 3 * 2592 - 700 - 2700 - 3000,
    CASH_DRAWER: 5000,
    CASH_SAFE: -5000,
  });
  expect(books[0]?.debitMinor).toBe(books[0]?.creditMinor);
});

test('a period holds what happened on its business days, and periods add up to the whole', async () => {
  const at = { restaurantId: stage.at.restaurantId };
  const client = await owner();
  const whole = (await client.ledger.trialBalance.query(at)).books[0];
  const { rows } = await stage.app.database.pool.query<{ day: string }>(
    'SELECT DISTINCT business_day::text AS day FROM ledger_transactions WHERE restaurant_id = $1',
    [stage.at.restaurantId],
  );
  let debitMinor = 0;
  for (const { day } of rows) {
    const part = await client.ledger.trialBalance.query({ ...at, fromDay: day, toDay: day });
    expect(part.books[0]?.balanceMinor).toBe(0);
    debitMinor += part.books[0]?.debitMinor ?? 0;
  }
  expect(debitMinor).toBe(whole?.debitMinor);
  expect((await client.ledger.trialBalance.query({ ...at, toDay: '2020-01-01' })).books).toEqual([]);
  expect((await refusalOf(client.ledger.trialBalance.query({ ...at, fromDay: '31.12.2026' }))).appCode).toBe(
    'INVALID_INPUT',
  );
});

test('a payment’s postings explain its state', async () => {
  const client = await owner();
  expect(await client.ledger.payment.query({ paymentId: refunded.id })).toMatchObject({
    status: 'PARTIALLY_REFUNDED',
    agrees: true,
    explained: {
      status: 'PARTIALLY_REFUNDED',
      capturedMinor: 2700,
      refundedMinor: 700,
      processorFeeMinor: 108,
    },
  });
  const view = await client.ledger.payment.query({ paymentId: disputed.id });
  expect(view).toMatchObject({
    status: 'COMPLETED',
    agrees: true,
    explained: { status: 'COMPLETED', disputedMinor: 2700, disputeFeeMinor: 1500 },
  });
  expect(view.entries.map(({ factKey }) => factKey.split(':')[0]).sort()).toEqual([
    'capture',
    'dispute',
    'fee',
  ]);
  for (const { lines } of view.entries) {
    const debits = lines.reduce((sum, line) => sum + line.debitMinor, 0);
    expect(lines.reduce((sum, line) => sum + line.creditMinor, 0)).toBe(debits);
  }
});

test('the journal is streamed as CSV in double-entry rows, and reproduces the balances', async () => {
  const { response, text } = await journal({ restaurantId: stage.at.restaurantId });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="ledger.csv"');
  const rows = rowsOf(text);
  const { books } = await (await owner()).ledger.trialBalance.query({ restaurantId: stage.at.restaurantId });
  const expected = Object.fromEntries(
    books.flatMap(({ currency, accounts }) =>
      accounts.map(({ account, balanceMinor }) => [`${currency} ${account}`, balanceMinor]),
    ),
  );
  expect(balancesOf(rows)).toEqual(expected);
  expect(rows.every(({ Debit, Credit }) => (Debit === '') !== (Credit === ''))).toBe(true);
  const entries = new Map<string, number>();
  for (const row of rows)
    entries.set(row.Entry, (entries.get(row.Entry) ?? 0) + (balancesOf([row])[`USD ${row.Account}`] ?? 0));
  expect([...entries.values()].every((sum) => sum === 0)).toBe(true);
  const days = rows.map((row) => row['Business day']);
  expect(days).toEqual([...days].sort());
});

test('a journal longer than a page has every entry once', async () => {
  const { pool } = stage.app.database;
  const service = await stage.app.asService();
  const at = await seedRestaurant(service, { currency: 'JPY' });
  await pool.query(
    `WITH made AS (
       INSERT INTO ledger_transactions (id, fact_key, restaurant_id, currency, business_day, occurred_at)
       SELECT gen_random_uuid(), 'test:' || n, $1, 'JPY', date '2026-01-01' + n % 3, now() FROM generate_series(1, 1201) n RETURNING id)
     INSERT INTO ledger_postings (transaction_id, line, account, amount)
     SELECT id, l.line, l.account, l.amount FROM made, (VALUES (1, 'BANK', 7), (2, 'SALES', -7)) AS l (line, account, amount)`,
    [at.restaurantId],
  );
  const rows = rowsOf((await journal({ restaurantId: at.restaurantId }, at.ownerId)).text);
  expect(rows).toHaveLength(2402);
  expect(new Set(rows.map(({ Entry }) => Entry)).size).toBe(1201);
  expect(rows[0]).toMatchObject({ Debit: '7', Credit: '', Currency: 'JPY' });
  expect(balancesOf(rows)).toEqual({ 'JPY BANK': 8407, 'JPY SALES': -8407 });
  const day = rowsOf(
    (await journal({ restaurantId: at.restaurantId, fromDay: '2026-01-02', toDay: '2026-01-02' }, at.ownerId))
      .text,
  );
  expect(day).toHaveLength(802);
});

test('what a spreadsheet would run as a formula is text, and quotes, commas and line ends stay in their cell', async () => {
  const { pool } = stage.app.database;
  const evil = '=HYPERLINK("http://x","a")\r\n,b';
  await pool.query(
    `INSERT INTO restaurants (id, name, currency, time_zone, version) VALUES ($1, 'Evil', 'USD', 'UTC', 1)`,
    [evil],
  );
  await pool.query(`INSERT INTO memberships (user_id, restaurant_id, role) VALUES ($1, $2, 'OWNER')`, [
    stage.at.ownerId,
    evil,
  ]);
  await pool.query(
    `WITH made AS (INSERT INTO ledger_transactions (id, fact_key, restaurant_id, currency, business_day, occurred_at)
       VALUES (gen_random_uuid(), '+evil', $1, 'USD', '2026-01-01', now()) RETURNING id)
     INSERT INTO ledger_postings (transaction_id, line, account, amount)
     SELECT id, l.line, l.account, l.amount FROM made, (VALUES (1, 'BANK', 1), (2, 'SALES', -1)) AS l (line, account, amount)`,
    [evil],
  );
  const rows = rowsOf((await journal({ restaurantId: evil })).text);
  expect(rows).toMatchObject([
    { Restaurant: `'${evil}`, Fact: `'+evil`, Debit: '0.01' },
    { Restaurant: `'${evil}`, Credit: '0.01' },
  ]);
});

test('an empty journal is a file with its header', async () => {
  const { text } = await journal({ restaurantId: stage.at.restaurantId, toDay: '2020-01-01' });
  expect(text.startsWith('\uFEFFBusiness day,Time (UTC),Entry,')).toBe(true);
  expect(text.trimEnd().split('\r\n')).toHaveLength(1);
});

test('the export follows the rules of the ledger: own restaurant, owners and admins only', async () => {
  const get = async (headers: Record<string, string>, query = `restaurantId=${stage.at.restaurantId}`) =>
    (await fetch(`${stage.app.url}/api/exports/ledger.csv?${query}`, { headers })).status;
  const bearer = async (
    role: 'RESTAURANT_OWNER' | 'RESTAURANT_STAFF' | 'ADMIN' | 'CUSTOMER',
    id: string,
  ) => ({
    authorization: `Bearer ${await stage.app.token(role, id)}`,
  });
  expect(await get({})).toBe(401);
  expect(await get({ authorization: 'Bearer nonsense' })).toBe(401);
  expect(await get(await bearer('RESTAURANT_STAFF', stage.at.staffId))).toBe(403);
  expect(await get(await bearer('RESTAURANT_OWNER', 'somebody-else'))).toBe(404);
  expect(await get(await bearer('CUSTOMER', 'c'))).toBe(404);
  expect(await get(await bearer('RESTAURANT_OWNER', stage.at.ownerId), '')).toBe(404);
  expect(await get(await bearer('RESTAURANT_OWNER', stage.at.ownerId), 'platformOnly=true')).toBe(404);
  expect(await get(await bearer('ADMIN', 'a'), '')).toBe(200);
  expect(await get(await bearer('ADMIN', 'a'), 'fromDay=yesterday')).toBe(400);
  const admin = await bearer('ADMIN', 'a');
  expect((await fetch(`${stage.app.url}/api/exports/other.csv`, { headers: admin })).status).toBe(404);
  const posted = await fetch(`${stage.app.url}/api/exports/ledger.csv`, { method: 'POST', headers: admin });
  expect(posted.status).toBe(405);
});

test('the platform’s own books and every restaurant’s are an admin’s alone, and the whole sums to zero', async () => {
  const admin = await stage.app.asAdmin();
  const { books } = await admin.ledger.trialBalance.query({});
  expect(books.length).toBeGreaterThan(1);
  expect(books.every(({ balanceMinor }) => balanceMinor === 0)).toBe(true);
  const both = { restaurantId: stage.at.restaurantId, platformOnly: true };
  expect((await refusalOf(admin.ledger.trialBalance.query(both))).appCode).toBe('INVALID_INPUT');
  expect((await refusalOf((await owner()).ledger.trialBalance.query({}))).code).toBe('NOT_FOUND');
});
