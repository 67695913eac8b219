import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestApp, type TestApp } from '../support/app';
import { launchBrowser } from '../support/browser';
import { ensureNextBuild } from '../support/next-build';
import {
  accessibilityProblems,
  openPage,
  type PaidBill,
  PHONE,
  payBill,
  scrollsSideways,
  THEMES,
  textOf,
  textsOf,
} from './support';

const DAY_MS = 86_400_000;
const UNKNOWN = '/r/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const LONG_NAME =
  'Donaudampfschifffahrtsgesellschaftskapitänsfrühstück mit hausgemachter Preiselbeermarmelade und Brot';

let app: TestApp;
let browser: Browser;
let bill: PaidBill;
let clockAheadMs = 0;

beforeAll(async () => {
  await ensureNextBuild();
  const clock = { now: () => new Date(Date.now() + clockAheadMs) };
  [app, browser] = await Promise.all([startTestApp({ mount: 'next', app: { clock } }), launchBrowser()]);
  bill = await payBill(app, {
    name: 'Trattoria Aurora',
    address: '12 Harbour Street\nNew York, NY 10004',
    tableName: 'Table 7',
    lines: [
      { name: 'Soup of the day', quantity: 1, unitMinor: 850 },
      { name: 'Tagliatelle al ragù', quantity: 2, unitMinor: 1900 },
    ],
    taxMinor: 413,
    tipMinor: 900,
  });
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

describe('the receipt of a paid bill', () => {
  it('shows restaurant, number, table, lines, tax, tip, total and card', async () => {
    const { page, status, complaints } = await openPage(browser, bill.receipt.url);
    expect(status).toBe(200);
    expect(await page.title()).toBe(`Receipt ${bill.receipt.number} · Trattoria Aurora`);
    const text = await textOf(page.getByRole('main'));
    for (const part of ['Trattoria Aurora', '12 Harbour Street', 'Table 7', bill.receipt.number])
      expect(text).toContain(part);
    expect(await textsOf(page.locator('tbody tr'))).toEqual([
      'Soup of the day $8.50',
      'Tagliatelle al ragù 2 × $19.00 $38.00',
    ]);
    expect(await textsOf(page.locator('section[aria-label="Your payment"] dl > div'))).toEqual([
      'Subtotal $46.50',
      'Tax $4.13',
      'Tip $9.00',
      'Total $59.63',
    ]);
    expect(text).toMatch(/Visa •••• 4242/);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('names the time zone of the restaurant, not that of the server or the reader', async () => {
    const away = await payBill(app, {
      name: '寿司 青山',
      currency: 'JPY',
      locale: 'ja-JP',
      timeZone: 'Asia/Tokyo',
      lines: [{ name: 'おまかせ', quantity: 1, unitMinor: 12_000 }],
      taxMinor: 1200,
      tipMinor: 0,
    });
    const { page } = await openPage(browser, away.receipt.url);
    const text = await textOf(page.getByRole('main'));
    expect(text).toContain('JST');
    expect(text).toMatch(/[¥￥]13,200/);
    expect(text).not.toMatch(/13,200\.00/);
    await page.close();
  });

  it('is indexed by nobody, cached by nobody, and does not tell other sites its address', async () => {
    const { page, headers } = await openPage(browser, bill.receipt.url);
    const meta = (name: string) => page.locator(`head meta[name="${name}"]`).getAttribute('content');
    expect(await meta('robots')).toBe('noindex, nofollow');
    expect(await meta('referrer')).toBe('no-referrer');
    expect(headers['cache-control']).toMatch(/private.*no-store|no-store.*private/);
    await page.close();
  });

  it('prints black on white without the button and the page around', async () => {
    const { page } = await openPage(browser, bill.receipt.url, { theme: 'dark' });
    const print = page.getByRole('button', { name: 'Print or save' });
    expect(await print.isVisible()).toBe(true);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await print.isVisible()).toBe(false);
    const colours = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body);
      return [color, backgroundColor];
    });
    expect(colours).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
    expect(await page.getByText('$59.63').first().isVisible()).toBe(true);
    await page.close();
  });

  it('the button opens the print dialog', async () => {
    const { page } = await openPage(browser, bill.receipt.url);
    const printed = page.evaluate(
      () => new Promise((resolve) => Object.assign(window, { print: () => resolve('printed') })),
    );
    await page.getByRole('button', { name: 'Print or save' }).click();
    expect(await printed).toBe('printed');
    await page.close();
  });

  it('wraps long names on a phone: nothing moves sideways, amounts stay whole and aligned', async () => {
    const long = await payBill(app, {
      name: `${LONG_NAME} am Kurfürstendamm`,
      address: 'Straße-des-siebzehnten-Juni-und-weiterer-Gedenktage-des-Jahres-Nummer-hundertfünfunddreißig',
      currency: 'EUR',
      locale: 'de-DE',
      timeZone: 'Europe/Berlin',
      tableName: LONG_NAME,
      lines: [
        { name: LONG_NAME, quantity: 3, unitMinor: 999 },
        { name: 'x'.repeat(200), quantity: 1, unitMinor: 12_345 },
      ],
      taxMinor: 2500,
      tipMinor: 0,
    });
    await refundInDatabase(long.payment.id, 1000);
    const { page } = await openPage(browser, long.receipt.url, { size: PHONE });
    expect(await scrollsSideways(page)).toBe(false);
    const right = await page
      .locator('td bdi, dd bdi')
      .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().right)));
    expect(new Set(right).size).toBe(1);
    expect(await textOf(page.locator('td bdi').first())).toMatch(/^29,97\s€$/);
    await page.close();
  });

  it('tells what was refunded and what remains, but not what the staff wrote about it', async () => {
    const refunded = await payBill(app, {
      name: 'Refund Diner',
      lines: [{ name: 'Steak', quantity: 1, unitMinor: 3000 }],
      taxMinor: 0,
      tipMinor: 0,
    });
    await refundInDatabase(refunded.payment.id, 1000);
    const { page } = await openPage(browser, refunded.receipt.url);
    const text = await textOf(page.getByRole('region', { name: 'Refunds' }));
    expect(text).toContain('-$10.00');
    expect(text).not.toContain('The steak was cold');
    expect(text).toContain('Paid after refunds $20.00');
    await page.close();
  });

  it.each(THEMES)('has no serious accessibility problem in %s', async (theme) => {
    const { page } = await openPage(browser, bill.receipt.url, { theme, size: PHONE });
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.close();
  });
});

describe('a link without a receipt', () => {
  it.each(['/r/short', UNKNOWN])('%s is a 404 that says what to do', async (path) => {
    const { page, status, complaints } = await openPage(browser, `${app.url}${path}`, { size: PHONE });
    expect(status).toBe(404);
    expect(await textOf(page.getByRole('heading', { level: 1 }))).toBe('No receipt under this link');
    expect(await textOf(page.getByRole('main'))).toContain('ask the restaurant');
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('an expired link looks exactly like an unknown one', async () => {
    const unknown = await openPage(browser, `${app.url}${UNKNOWN}`);
    clockAheadMs = (app.env.payments.receiptLinkDays + 1) * DAY_MS;
    const expired = await openPage(browser, bill.receipt.url);
    clockAheadMs = 0;
    expect(expired.status).toBe(404);
    expect(await textOf(expired.page.getByRole('main'))).toBe(await textOf(unknown.page.getByRole('main')));
    await Promise.all([unknown.page.close(), expired.page.close()]);
  });
});

it('a failure behind the page shows how to go on, and the token stays out of every log', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { pool } = app.database;
  await pool.query('ALTER TABLE payments RENAME TO payments_away');
  const failed = await openPage(browser, bill.receipt.url, { size: PHONE });
  await pool.query('ALTER TABLE payments_away RENAME TO payments');
  expect(failed.status).toBe(500);
  expect(await textOf(failed.page.getByRole('heading', { level: 1 }))).toBe('This page could not be loaded');
  await failed.page.getByRole('button', { name: 'Try again' }).click();
  await failed.page.getByRole('heading', { name: 'Trattoria Aurora' }).waitFor();
  const token = new URL(bill.receipt.url).pathname.split('/').at(-1) ?? '';
  expect(token.length).toBeGreaterThan(16);
  expect(app.logLines.join('')).not.toContain(token);
  expect(JSON.stringify(printed.mock.calls.map((call) => call.map(String)))).not.toContain(token);
  printed.mockRestore();
  await failed.page.close();
});

/** As the refund verb leaves it, without its processor. */
async function refundInDatabase(paymentId: string, refundMinor: number): Promise<void> {
  const { pool } = app.database;
  await pool.query(
    `INSERT INTO payment_refunds (id, payment_id, restaurant_id, refund_amount, reason, status, processed_at)
     SELECT gen_random_uuid(), id, restaurant_id, $2, 'The steak was cold, and we are sorry for it', 'COMPLETED', now()
     FROM payments WHERE id = $1`,
    [paymentId, refundMinor],
  );
  await pool.query(`UPDATE payments SET refunded_amount = $2, status = 'PARTIALLY_REFUNDED' WHERE id = $1`, [
    paymentId,
    refundMinor,
  ]);
}
