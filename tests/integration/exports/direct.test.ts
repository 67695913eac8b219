import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { EXPORT_NAMES, type ExportName } from '@/services/exports/registry';
import { runDue } from '@/services/reconciliation/run';
import { newKey, payWithCard, seedOrder, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { pdfText } from '../../support/pdf-text';
import { pay, rows, type Scene } from '../payments/support';
import { bearer, businessOf, download, plantMovements } from './support';

let app: TestApp;
let here: Scene & { paymentId: string };
let elsewhere: Scene & { paymentId: string };
let admin: Record<string, string>;
let owner: Record<string, string>;
let staff: Record<string, string>;

const PERIOD = { fromDay: '2020-01-01', toDay: '2020-01-31' };
/** What each kind must be asked with, besides the restaurant. */
const FILTERS: Record<ExportName, Record<string, string>> = {
  payments: {},
  refunds: {},
  payouts: {},
  tips: PERIOD,
  'z-report': {},
  ledger: {},
  settlement: {},
  discrepancies: {},
  // Its run is made before the tests.
  'reconciliation-run': {},
};

const get = (file: string, query: Record<string, string>, headers: Record<string, string> = admin) =>
  download(`${app.url}/api/exports/${file}?${new URLSearchParams(query)}`, headers);
const of = (scene: Scene, more: Record<string, string> = {}) => ({
  restaurantId: scene.at.restaurantId,
  ...more,
});

beforeAll(async () => {
  app = await startTestApp();
  here = await businessOf(app);
  elsewhere = await businessOf(app);
  admin = await bearer(app, 'ADMIN', 'admin-1');
  owner = await bearer(app, 'RESTAURANT_OWNER', here.at.ownerId);
  staff = await bearer(app, 'RESTAURANT_STAFF', here.at.staffId);
  for (const scene of [here, elsewhere])
    await scene.staff.cash.drawer.zReport.mutate({
      restaurantId: scene.at.restaurantId,
      idempotencyKey: newKey(),
    });
  const runId = await reconcile();
  FILTERS['reconciliation-run'] = { runId };
});
/** A run over days on which the charge's balance transaction has long been due, worked on at once. */
async function reconcile(): Promise<string> {
  const ownerClient = await app.asOwner(here.at.ownerId);
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  const { id } = await ownerClient.reconciliation.start.mutate({
    restaurantId: here.at.restaurantId,
    fromDay: day(-2),
    toDay: day(1),
    idempotencyKey: newKey(),
  });
  const { deps } = app.server.app;
  const later = { now: () => new Date(deps.clock.now().getTime() + 30 * 86_400_000) };
  await runDue({ ...deps, clock: later });
  return id;
}
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

describe('reconciliation', () => {
  const missing = {
    Reason: 'NO_BALANCE_TRANSACTION',
    Restaurant: expect.any(String),
    Currency: 'USD',
    Difference: '-27.00',
  };

  it('discrepancies.csv has the work list, both sides and their difference', async () => {
    const { rows: lines } = await get('discrepancies.csv', of(here, { state: 'OPEN', way: 'PROCESSOR' }));
    expect(lines).toContainEqual(
      expect.objectContaining({
        ...missing,
        Payment: here.paymentId,
        Expected: '27.00',
        Found: expect.anything(),
      }),
    );
    expect((await get('discrepancies.csv', of(here, { state: 'RESOLVED' }))).rows).toEqual([]);
  });

  it('reconciliation-run.pdf has the sums of each way with what they leave, and every item in words', async () => {
    const run = FILTERS['reconciliation-run'];
    const text = pdfText((await get('reconciliation-run.pdf', of(here, run), owner)).bytes);
    for (const part of [
      'Reconciliation',
      'Chez Test',
      'PROCESSOR, USD',
      'Unexplained',
      '0.00',
      '-27.00',
      'MISSING_THERE',
    ])
      expect(text).toContain(part);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('the processor’s balance knows no charge');
    expect((await get('reconciliation-run.pdf', of(elsewhere, run))).status).toBe(404);
    expect(pdfText((await get('discrepancies.pdf', of(here), owner)).bytes)).toContain('Discrepancies');
  });

  it('reconciliation-run.csv has everything of a run that did not match, and another tenant’s run is not there', async () => {
    const run = FILTERS['reconciliation-run'];
    const { rows: lines } = await get('reconciliation-run.csv', of(here, run), owner);
    expect(lines).toContainEqual(expect.objectContaining({ ...missing, Ours: '27.00', Theirs: '' }));
    expect((await get('reconciliation-run.csv', of(elsewhere, run))).status).toBe(404);
  });
});

describe('payments.csv', () => {
  it('has the payments of payments.list, to the cent, as a file that no cache keeps', async () => {
    const { headers, text, rows: lines } = await get('payments.csv', of(here), staff);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe('attachment; filename="payments.csv"');
    expect(headers.get('cache-control')).toContain('no-store');
    expect(text.startsWith('\uFEFFPayment,Created (UTC),')).toBe(true);
    expect(lines).toEqual([
      expect.objectContaining({
        Payment: here.paymentId,
        'Restaurant name': 'Chez Test',
        Status: 'PARTIALLY_REFUNDED',
        Method: 'CARD',
        Currency: 'USD',
        Subtotal: '25.00',
        Tax: '2.00',
        Tip: '0.00',
        Total: '27.00',
        Refunded: '1.00',
      }),
    ]);
  });

  it('obeys the filters of payments.list, as an address writes them', async () => {
    const orderId = await seedOrder(here.service, here.at, { subtotalMinor: 5000 });
    const cash = await here.staff.cash.record.mutate({ orderId, idempotencyKey: newKey() });
    const idsOf = async (query: Record<string, string>) =>
      (await get('payments.csv', of(here, query), staff)).rows.map((row) => row.Payment);
    expect(await idsOf({ method: 'CASH' })).toEqual([cash.id]);
    expect(await idsOf({ status: 'PARTIALLY_REFUNDED' })).toEqual([here.paymentId]);
    expect(await idsOf({ totalFromMinor: '2701' })).toEqual([cash.id]);
    expect(await idsOf({ createdTo: '2020-01-01T00:00:00Z' })).toEqual([]);
    const both = await download(
      `${app.url}/api/exports/payments.csv?restaurantId=${here.at.restaurantId}&status=COMPLETED&status=PARTIALLY_REFUNDED`,
      staff,
    );
    expect(both.rows.map((row) => row.Payment)).toEqual([cash.id, here.paymentId]);
  });

  it('goes on past a page, each payment once', async () => {
    await app.database.pool.query(
      `INSERT INTO payments (id, order_id, restaurant_id, payer_key, amount, total_amount, method, provider, status)
       SELECT gen_random_uuid(), $1, $2, 'user:x', 100, 100, 'CARD', 'STRIPE', 'CANCELLED' FROM generate_series(1, 450)`,
      [elsewhere.orderId, elsewhere.at.restaurantId],
    );
    try {
      const ids = (await get('payments.csv', of(elsewhere, { status: 'CANCELLED' }))).rows.map(
        (row) => row.Payment,
      );
      expect(ids).toHaveLength(450);
      expect(new Set(ids).size).toBe(450);
    } finally {
      await app.database.pool.query(`DELETE FROM payments WHERE payer_key = 'user:x'`);
    }
  });
});

test('refunds.csv has the refunds, with what the staff wrote made harmless', async () => {
  expect((await get('refunds.csv', of(here), staff)).rows).toEqual([
    expect.objectContaining({
      Payment: here.paymentId,
      Amount: '1.00',
      Reason: `'=HYPERLINK("x")`,
      'Reduces the bill': 'yes',
    }),
  ]);
});

describe('tips.csv', () => {
  it('has each day of any period, with servers and shares that sum to it', async () => {
    const orderId = await seedOrder(here.service, here.at, { session: here.session, serverId: 'server-1' });
    const payment = await pay(here.mate, orderId, { tipMinor: 333 });
    await payWithCard(app, payment);
    const { businessDay } = await waitForStatus(here.mate, payment.id, 'COMPLETED');
    const year = Number(businessDay?.slice(0, 4));
    const { rows: lines } = await get(
      'tips.csv',
      of(here, { fromDay: `${year}-01-01`, toDay: `${year}-12-31` }),
      owner,
    );
    const amountOf = (line: string) =>
      lines.filter((row) => row.Line === line).map((row) => [row.Person, row.Amount]);
    expect(lines.every((row) => row['Business day'] === businessDay)).toBe(true);
    expect(amountOf('NET')).toEqual([['', '3.33']]);
    expect(amountOf('SERVED')).toEqual([['server-1', '3.33']]);
  });

  it.each([
    ['ends before it begins', '2026-02-01', '2026-01-01'],
    ['has no end that anybody will see', '2026-01-01', '9999-12-31'],
    ['is longer than books are kept', '2000-01-01', '2026-01-01'],
  ])('refuses a period that %s', async (_what, fromDay, toDay) => {
    expect((await get('tips.csv', of(here, { fromDay, toDay }), owner)).status).toBe(400);
  });

  it('ends with the last day that has a name', async () => {
    const last = await get('tips.csv', of(here, { fromDay: '9999-12-01', toDay: '9999-12-31' }), owner);
    expect([last.status, last.rows]).toEqual([200, []]);
  });
});

test.each(['ledger.csv', 'settlement.csv'])('%s takes a period without beginning or end', async (name) => {
  const whole = await get(name, of(here, { fromDay: '0001-01-01', toDay: '9999-12-31' }), owner);
  expect(whole.status).toBe(200);
  expect(whole.rows).toEqual((await get(name, of(here, {}), owner)).rows);
});

describe('z-report', () => {
  it('as CSV has the report’s own sums', async () => {
    const [report] = (await here.staff.cash.drawer.zReports.query({ restaurantId: here.at.restaurantId }))
      .items;
    const { rows: lines } = await get('z-report.csv', of(here), staff);
    const total = (line: string) => lines.find((row) => row.Line === line)?.Total;
    expect(report?.currencies[0]?.grossMinor).toBe(2700);
    expect([total('GROSS'), total('REFUNDED'), total('NET')]).toEqual(['27.00', '1.00', '26.00']);
    expect(lines.every((row) => row.Number === '1')).toBe(true);
  });

  it('as PDF can be read, names included', async () => {
    await app.database.pool.query('UPDATE restaurants SET name = $2, address = $3 WHERE id = $1', [
      here.at.restaurantId,
      'Gasthaus Größe & Пушкин',
      'Hauptstraße 1',
    ]);
    const { status, headers, bytes } = await get('z-report.pdf', of(here, { number: '1' }), staff);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const text = pdfText(bytes);
    for (const part of ['Z-report 1', 'Gasthaus Größe & Пушкин', 'Hauptstraße 1', '$27.00', '$26.00'])
      expect(text).toContain(part);
  });

  it('that was never made is not there', async () => {
    expect((await get('z-report.pdf', of(here, { number: '99' }), staff)).status).toBe(404);
    expect((await get('z-report.csv', of(here, { number: '0' }), staff)).status).toBe(400);
  });
});

describe('settlement', () => {
  const AT = new Date('2024-03-10T12:00:00Z');

  beforeAll(() =>
    plantMovements(app, here.at.restaurantId, here.paymentId, {
      at: AT,
      amounts: [...Array<number>(1199).fill(100), -50],
      payoutId: null,
    }),
  );

  it('has every movement once, in order, in the columns that finance knows, across pages of one second', async () => {
    const day = { fromDay: '2024-03-10', toDay: '2024-03-10' };
    const { rows: lines } = await get('settlement.csv', of(here, day), owner);
    const ids = lines.map((row) => row['Balance transaction'] ?? '');
    expect(ids).toHaveLength(1200);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(lines.at(-1)).toMatchObject({
      Type: 'refund',
      'Creation date (UTC)': AT.toISOString(),
      'Available on (UTC)': '2024-03-12T12:00:00.000Z',
      Currency: 'USD',
      Gross: '-0.50',
      Fee: '0.03',
      Net: '-0.53',
      'Gross debit': '0.50',
      'Gross credit': '',
      'Net debit': '0.53',
      Payment: here.paymentId,
      'Payment method': 'CARD',
      'Payment method variant': 'visa',
    });
    const cents = (name: string) => lines.reduce((sum, row) => sum + Math.round(Number(row[name]) * 100), 0);
    expect(cents('Gross') - cents('Fee')).toBe(cents('Net'));
  });

  it('follows the restaurant’s business days, with its closing hour', async () => {
    const at = (iso: string) =>
      plantMovements(app, elsewhere.at.restaurantId, elsewhere.paymentId, {
        at: new Date(iso),
        amounts: [100],
      });
    // New York, closing at 4: the first still belongs to the 10th.
    await at('2024-03-11T07:59:00Z');
    await at('2024-03-11T08:01:00Z');
    const count = async (day: string) =>
      (await get('settlement.csv', of(elsewhere, { fromDay: day, toDay: day }))).rows.length;
    expect([await count('2024-03-10'), await count('2024-03-11')]).toEqual([1, 1]);
  });

  it('can be had for one payout', async () => {
    await plantMovements(app, here.at.restaurantId, here.paymentId, {
      at: AT,
      amounts: [7],
      payoutId: 'po_1',
    });
    const { rows: lines } = await get('settlement.csv', of(here, { payoutId: 'po_1' }), owner);
    expect(lines.map((row) => [row.Gross, row['Payout id']])).toEqual([['0.07', 'po_1']]);
  });

  it('as PDF has the sums by type and the movements, with yen as yen', async () => {
    await plantMovements(app, elsewhere.at.restaurantId, elsewhere.paymentId, {
      at: new Date('2024-05-01T12:00:00Z'),
      amounts: [700, 1300, -200],
      currency: 'JPY',
    });
    const query = of(elsewhere, { fromDay: '2024-05-01', toDay: '2024-05-01' });
    const text = pdfText((await get('settlement.pdf', query)).bytes);
    for (const part of ['Settlement report', 'Summary, JPY', 'refund', '¥2,000', '-¥200', '¥1,800'])
      expect(text).toContain(part);
  });
});

test('payouts.csv shows owners their share alone, and admins the whole', async () => {
  await app.database.pool.query(
    `INSERT INTO payouts (id, amount, currency, status, is_automatic, reconciliation_status, arrival_at, occurred_at, posted_at)
     VALUES ('po_2', 1000, 'USD', 'paid', TRUE, 'completed', '2024-06-02', '2024-06-01', now())`,
  );
  await app.database.pool.query(
    `INSERT INTO payout_shares (payout_id, line, kind, restaurant_id, amount)
     VALUES ('po_2', 1, 'RESTAURANT', $1, 600), ('po_2', 2, 'RESTAURANT', $2, 400)`,
    [here.at.restaurantId, elsewhere.at.restaurantId],
  );
  const own = await get('payouts.csv', of(here), owner);
  expect(own.rows.map((row) => [row['Payout id'], row['Payout amount'], row['Share amount']])).toEqual([
    ['po_2', '', '6.00'],
  ]);
  const whole = await get('payouts.csv', {
    createdFrom: '2024-06-01T00:00:00Z',
    createdTo: '2024-06-02T00:00:00Z',
  });
  expect(whole.rows.map((row) => [row['Payout amount'], row['Share amount']])).toEqual([
    ['10.00', '6.00'],
    ['10.00', '4.00'],
  ]);
  expect(
    (await get('payouts.csv', { createdFrom: '2024-06-02T00:00:00Z', createdTo: '2024-06-03T00:00:00Z' }))
      .rows,
  ).toEqual([]);
});

describe('tables on paper', () => {
  it('payments.pdf has the lines of payments.csv, what they were narrowed by, and their sums by currency', async () => {
    const lines = (await get('payments.csv', of(here, { status: 'PARTIALLY_REFUNDED' }), staff)).rows;
    const { status, headers, bytes } = await get(
      'payments.pdf',
      of(here, { status: 'PARTIALLY_REFUNDED' }),
      staff,
    );
    expect([status, headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const text = pdfText(bytes);
    const receipts = lines.map((row) => row.Receipt ?? '');
    expect(receipts).toHaveLength(1);
    for (const part of ['Payments', 'Status: PARTIALLY_REFUNDED', '1 lines', 'Sums', '27.00', ...receipts])
      expect(text.replaceAll('\n', '')).toContain(part.replaceAll('\n', ''));
  });

  it('payouts.pdf sums shares and never what stands beside each of them; owners see theirs', async () => {
    const period = { createdFrom: '2024-06-01T00:00:00Z', createdTo: '2024-06-02T00:00:00Z' };
    const sumsOf = (text: string) => text.slice(text.indexOf('Sums'));
    const whole = sumsOf(pdfText((await get('payouts.pdf', period)).bytes));
    expect(whole).toContain('10.00');
    expect(whole).not.toContain('20.00');
    const own = pdfText((await get('payouts.pdf', of(here, period), owner)).bytes);
    expect(sumsOf(own)).toContain('6.00');
    expect(own).not.toContain('4.00');
  });

  it('tips.pdf and refunds.pdf can be had too', async () => {
    const tips = await get('tips.pdf', of(here, PERIOD), owner);
    expect([tips.status, pdfText(tips.bytes).includes('Tips')]).toEqual([200, true]);
    expect(pdfText((await get('refunds.pdf', of(here), staff)).bytes)).toContain('=HYPERLINK("x")');
  });

  it('more lines than anybody reads on paper are refused before the first byte, never cut', async () => {
    await app.database.pool.query(
      `INSERT INTO payments (id, order_id, restaurant_id, payer_key, amount, total_amount, method, provider, status)
       SELECT gen_random_uuid(), $1, $2, 'user:many', 100, 100, 'CARD', 'STRIPE', 'CANCELLED' FROM generate_series(1, 5001)`,
      [elsewhere.orderId, elsewhere.at.restaurantId],
    );
    try {
      const { status, text } = await get('payments.pdf', of(elsewhere, { status: 'CANCELLED' }));
      expect([status, text]).toEqual([400, expect.stringContaining('5000')]);
    } finally {
      await app.database.pool.query(`DELETE FROM payments WHERE payer_key = 'user:many'`);
    }
  });

  it('are refused to whom the spreadsheet is refused', async () => {
    expect((await get('payouts.pdf', of(here), staff)).status).toBe(403);
    expect((await get('payments.pdf', of(elsewhere), owner)).status).toBe(404);
    expect((await get('payments.pdf', of(here), {})).status).toBe(401);
  });
});

describe('a receipt as PDF', () => {
  const tokenOf = async () => {
    const { url } = await here.guest.payments.receipt.query({ paymentId: here.paymentId });
    return url.split('/').at(-1) ?? '';
  };

  it('needs the link alone, and says what its page says', async () => {
    const { status, headers, bytes } = await download(
      `${app.url}/api/exports/receipts/${await tokenOf()}.pdf`,
    );
    expect([status, headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    const text = pdfText(bytes);
    for (const part of ['Soup', 'Steak', 'Tax', '$2.00', 'Total', '$27.00', 'Paid after refunds', '$26.00'])
      expect(text).toContain(part);
    expect(text).not.toContain('HYPERLINK');
  });

  it('ends with its link, and is not there for a wrong one', async () => {
    const token = await tokenOf();
    expect((await download(`${app.url}/api/exports/receipts/${token.replace(/^./, '_')}.pdf`)).status).toBe(
      404,
    );
    expect((await download(`${app.url}/api/exports/receipts/${token}.csv`)).status).toBe(404);
    await app.database.pool.query(`UPDATE payments SET receipt_expires_at = now() WHERE id = $1`, [
      here.paymentId,
    ]);
    expect((await download(`${app.url}/api/exports/receipts/${token}.pdf`)).status).toBe(404);
    await app.database.pool.query(
      `UPDATE payments SET receipt_expires_at = now() + interval '1 day' WHERE id = $1`,
      [here.paymentId],
    );
  });
});

describe.each(EXPORT_NAMES)('who may have %s', (kind) => {
  const OWNERS_ONLY: ExportName[] = [
    'payouts',
    'tips',
    'ledger',
    'settlement',
    'discrepancies',
    'reconciliation-run',
  ];

  it.each([
    ['nobody signed in', () => ({}), 401],
    ['a guest of the table', () => ({ 'x-session-id': here.session.guests[0] }), 404],
    ['a customer', () => bearer(app, 'CUSTOMER', 'customer-1'), 404],
    ['the platform', () => bearer(app, 'SERVICE', 'platform'), 404],
    ['staff of the restaurant', () => staff, OWNERS_ONLY.includes(kind) ? 403 : 200],
    ['the owner', () => owner, 200],
    ['another restaurant’s owner', () => bearer(app, 'RESTAURANT_OWNER', elsewhere.at.ownerId), 404],
    ['another restaurant’s staff', () => bearer(app, 'RESTAURANT_STAFF', elsewhere.at.staffId), 404],
    ['an admin', () => admin, 200],
  ] as const)('%s', async (_who, headers, status) => {
    expect((await get(`${kind}.csv`, of(here, FILTERS[kind]), await headers())).status).toBe(status);
  });

  it('its rows are of the restaurant alone', async () => {
    const { text } = await get(`${kind}.csv`, of(here, FILTERS[kind]), owner);
    for (const foreign of [elsewhere.at.restaurantId, elsewhere.paymentId])
      expect(text).not.toContain(foreign);
  });

  it('without a restaurant it is for admins alone', async () => {
    expect([400, 404]).toContain((await get(`${kind}.csv`, FILTERS[kind], owner)).status);
  });

  it('refuses a filter that it does not know, rather than ignoring it', async () => {
    const { status, text } = await get(
      `${kind}.csv`,
      of(here, { ...FILTERS[kind], stauts: 'FAILED' }),
      owner,
    );
    expect(status).toBe(400);
    expect(text).toContain('stauts');
  });
});

test('what is no export is not there; exports are only downloaded', async () => {
  for (const path of [
    'nothing.csv',
    'payments',
    'ledger.pdf',
    'payments.xlsx',
    '__proto__.csv',
    'toString.csv',
    'files/x',
    'a/b.csv',
  ])
    expect([path, (await get(path, of(here))).status]).toEqual([path, 404]);
  const posted = await fetch(`${app.url}/api/exports/payments.csv`, { method: 'POST', headers: admin });
  expect(posted.status).toBe(405);
  expect(await rows(app, 'SELECT 1 FROM export_jobs')).toEqual([]);
});
