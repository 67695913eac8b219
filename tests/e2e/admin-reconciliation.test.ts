import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runDue } from '@/services/reconciliation/run';
import { settle, sync } from '../integration/processor-money/support';
import { seedRestaurant, waitFor } from '../support/app';
import { makePerson, signIn } from './admin';
import { type AdminScene, setAdminScene } from './admin-scene';
import { textOf, textsOf } from './support';

const REASON = 'Looked at it with Stripe';

let scene: AdminScene;
let paymentIds: string[];
const deps = () => ({ ...scene.app.server.app.deps, processor: scene.app.server.app.batchProcessor });
const pool = () => scene.app.database.pool;
beforeAll(async () => {
  scene = await setAdminScene();
  paymentIds = [];
  for (let i = 0; i < 3; i++) paymentIds.push((await scene.paid()).id);
  await settle({ app: scene.app, deps: deps() });
  await sync({ deps: deps() });
  await plant();
}, 300_000);
afterAll(async () => {
  // The books are audited at the end: what was planted goes first.
  if (wrongMinor !== 0) await moreAtProcessor(paymentIds[0], -wrongMinor);
  await pool().query(`DELETE FROM processor_transactions WHERE id LIKE 'txn_planted_%'`);
  await scene.stop();
});

/** At the processor: another amount for the first payment, a refund of the second that nobody knows here, a charge of nobody. */
async function plant(): Promise<void> {
  const [wrongAmount, unknownRefund] = paymentIds;
  await moreAtProcessor(wrongAmount, 500);
  for (const [id, category, grossMinor, paymentId] of [
    ['txn_planted_refund', 'refund', -300, unknownRefund],
    ['txn_planted_charge', 'charge', 4200, null],
  ] as const)
    await pool().query(
      `INSERT INTO processor_transactions (id, type, reporting_category, source_id, gross_amount, fee_amount, net_amount, currency,
         available_on, occurred_at, payment_id, restaurant_id, posted_at)
       SELECT $1::text, $2::text, $2::text, $1::text || '_source', $3::int, 0, $3::int, 'USD', now(), now() - interval '2 hours', p.id, p.restaurant_id, now()
       FROM (SELECT 1) one LEFT JOIN payments p ON p.id = $4::uuid`,
      [id, category, grossMinor, paymentId],
    );
}

let wrongMinor = 0;
function moreAtProcessor(paymentId: string | undefined, moreMinor: number) {
  wrongMinor += moreMinor;
  return pool().query(
    `UPDATE processor_transactions SET gross_amount = gross_amount + $2, net_amount = net_amount + $2
     WHERE payment_id = $1 AND reporting_category = 'charge'`,
    [paymentId, moreMinor],
  );
}

/** Starts a run through the page and works on it as the worker does; the page shows it by itself. */
async function runInBrowser(page: Page): Promise<void> {
  await page.goto(`${scene.app.url}/admin/reconciliation?tab=runs`);
  await page.getByRole('button', { name: 'Start a run' }).click();
  const dialog = page.getByRole('dialog');
  // Days enough for every zone and for whatever hour it is.
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  await dialog.getByLabel('From day').fill(day(-2));
  await dialog.getByLabel('To day').fill(day(1));
  await dialog.getByRole('button', { name: 'Start', exact: true }).dblclick();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('progressbar', { name: 'Compared so far' }).first().waitFor();
  expect(await runDue(deps())).toBe(1);
  await page.getByText('Finished', { exact: true }).first().waitFor();
  await page.getByRole('progressbar').first().waitFor({ state: 'detached' });
}

const openCount = async () =>
  (await pool().query(`SELECT count(*)::int AS open FROM discrepancies WHERE state = 'OPEN'`)).rows[0].open;

it('the bank’s file is looked at, then imported once', async () => {
  const { page, context, complaints } = await scene.open('admin');
  await page.goto(`${scene.app.url}/admin/reconciliation?tab=bank`);
  const today = new Date().toISOString().slice(0, 10);
  const text = `Date,Amount,Description\n${today},777.00,STRIPE PAYOUT\n${today},-5.00,RENT\n`;
  await page
    .getByLabel('CSV file of the bank')
    .setInputFiles({ name: 'november.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByRole('button', { name: 'Preview' }).click();
  const preview = page.getByRole('region', { name: '1 lines of november.csv' });
  await preview.getByText('$777.00 in 1').waitFor();
  expect(await textOf(preview)).toContain('1 are about something else');
  expect(await textOf(preview)).toContain(`The file covers ${today} to ${today}.`);
  await preview.getByRole('button', { name: 'Import' }).dblclick();
  await page.getByText('1 lines are new.').waitFor();
  expect((await pool().query('SELECT amount FROM bank_lines')).rows).toEqual([{ amount: 77_700 }]);
  expect(complaints).toEqual([]);
  await context.close();
});

it('a statement without payouts is kept for its days, and the same file with other columns replaces its lines', async () => {
  const { page, context, complaints } = await scene.open('admin');
  await page.goto(`${scene.app.url}/admin/reconciliation?tab=bank`);
  await page.getByRole('textbox', { name: 'Account', exact: true }).fill('second');
  const chosen = async (text: string) => {
    await page
      .getByLabel('CSV file of the bank')
      .setInputFiles({ name: 'spare.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await page.getByRole('button', { name: 'Preview' }).click();
  };
  await chosen('Date,Amount,Description\n2026-01-05,-5.00,RENT\n');
  await page.getByLabel('Statement from').fill('2026-01-01');
  await page.getByLabel('Statement to').fill('2026-01-31');
  await page.getByRole('button', { name: 'Preview' }).click();
  const empty = page.getByRole('region', { name: '0 lines of spare.csv' });
  await empty.getByText('The file covers 2026-01-01 to 2026-01-31. No line is about payouts').waitFor();
  await empty.getByRole('button', { name: 'Import' }).click();
  await page.getByText('It is kept that none arrived from 2026-01-01 to 2026-01-31.').waitFor();

  const text = 'Date,Amount,Net,Description\n2026-01-05,6.00,5.00,STRIPE\n';
  for (const [column, says] of [
    ['Amount', '1 lines are new.'],
    ['Net', '1 lines are new. 1 of its earlier ones are gone.'],
  ] as const) {
    await chosen(text);
    await page.getByLabel('Use the columns saved for this account').uncheck();
    await page.getByLabel('Amount', { exact: true }).fill(column);
    await page.getByRole('button', { name: 'Preview' }).click();
    const preview = page.getByRole('region', { name: '1 lines of spare.csv' });
    await preview.getByText(column === 'Net' ? '$5.00 in 1' : '$6.00 in 1').waitFor();
    await preview.getByRole('button', { name: 'Import' }).click();
    await page.getByText(says, { exact: true }).waitFor();
  }
  const { rows } = await pool().query(`DELETE FROM bank_import_lines l USING bank_lines b
    WHERE b.id = l.line_id AND b.account = 'second' RETURNING b.amount::int AS amount`);
  expect(rows).toEqual([{ amount: 500 }]);
  await pool().query(`DELETE FROM bank_lines WHERE account = 'second'`);
  expect(complaints).toEqual([]);
  await context.close();
});

it('only what was looked at is imported: every change takes the preview away, and half a period is named', async () => {
  const { page, context, complaints } = await scene.open('admin');
  await page.goto(`${scene.app.url}/admin/reconciliation?tab=bank`);
  await page.getByRole('textbox', { name: 'Account', exact: true }).fill('looked-at');
  const file = page.getByLabel('CSV file of the bank');
  const choose = () =>
    file.setInputFiles({
      name: 'days.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('Date,Amount,Description\n02/03/2026,7.00,STRIPE\n'),
    });
  await choose();
  const format = page.getByLabel('Date looks like');
  await format.selectOption('DD/MM/YYYY');
  const look = page.getByRole('button', { name: 'Preview' });
  const preview = page.getByRole('region', { name: '1 lines of days.csv' });
  await look.click();
  await preview.getByText('2026-03-02 to 2026-03-02').waitFor();
  // It is told where the eyes may not be.
  expect(await preview.evaluate((region) => region.parentElement === document.activeElement)).toBe(true);
  for (const change of [
    () => format.selectOption('MM/DD/YYYY'),
    () => page.getByLabel('Decimal sign').selectOption(','),
    () => page.getByRole('textbox', { name: 'Account', exact: true }).fill('looked-at-2'),
    () => page.getByLabel('Statement from').fill('2026-02-01'),
  ]) {
    await change();
    await preview.waitFor({ state: 'detached' });
    if (await look.isEnabled()) {
      await look.click();
      await page.getByRole('region', { name: / of days.csv$/ }).waitFor();
    }
  }
  await page.getByText('Name both days, or none.').waitFor();
  expect(await look.isDisabled()).toBe(true);
  await page.getByLabel('Statement from').fill('');
  await page.getByLabel('Decimal sign').selectOption('.');
  await look.click();
  await preview.getByText('2026-02-03 to 2026-02-03').waitFor();
  await preview.getByRole('button', { name: 'Import' }).click();
  await page.getByText('1 lines are new.').waitFor();
  // The same file once more, from the same field.
  expect(await file.inputValue()).toBe('');
  await choose();
  await look.click();
  await preview.getByText('1 are here already').waitFor();
  const { rows } = await pool().query(
    `SELECT account, booked_on::text AS day, amount::int FROM bank_lines WHERE account LIKE 'looked-at%'`,
  );
  expect(rows).toEqual([{ account: 'looked-at-2', day: '2026-02-03', amount: 700 }]);
  await pool().query(`DELETE FROM bank_import_lines l USING bank_lines b
    WHERE b.id = l.line_id AND b.account LIKE 'looked-at%'`);
  await pool().query(`DELETE FROM bank_lines WHERE account LIKE 'looked-at%'`);
  expect(complaints).toEqual([]);
  await context.close();
});

it('from a planted list to zero: found by a run, each worked on with a reason, and the next run finds nothing new', async () => {
  const { page, context, complaints } = await scene.open('admin');
  await runInBrowser(page);
  const flow = page.getByRole('list', { name: 'The ways in USD' });
  // 5.00 too much, 3.00 given back, 42.00 of nobody; the bank has a line that is no payout.
  expect(
    await textOf(flow.getByRole('listitem').filter({ hasText: 'Stripe’s transactions' }).first()),
  ).toMatch(/difference \$44\.00/);
  expect(await textOf(flow.getByRole('listitem').filter({ hasText: 'Bank lines' }))).toMatch(
    /difference \$777\.00/,
  );
  const stripe = page.getByRole('region', { name: 'Stripe in USD' });
  await stripe.getByRole('button', { name: 'Show items' }).click();
  await stripe.getByText('A charge', { exact: false }).first().waitFor();
  expect(await textOf(stripe)).toContain('unexplained: $0.00');
  // Amounts among the facts, too.
  expect(await textOf(stripe)).toMatch(/Fee \$\d\.\d\d/);

  const planted = await openCount();
  expect(planted).toBe(4);
  const work: string[][] = [];
  for (let left = planted; left > 0; left--) {
    await page.goto(`${scene.app.url}/admin/reconciliation`);
    const rows = page.getByRole('table', { name: 'Discrepancies' }).getByRole('row');
    await waitFor(`${left} are left`, async () => (await rows.count()) === left + 1);
    await rows.nth(1).click();
    await page.waitForURL(/\/admin\/reconciliation\/[0-9a-f-]{36}/);
    work.push(await workOn(page));
    expect(await openCount()).toBe(left - 1);
  }
  expect(work.sort()).toEqual([
    ['Assigned', 'Noted', 'Accepted'],
    ['Assigned', 'Noted', 'Accepted'],
    ['Assigned', 'Noted', 'Accepted'],
    ['Corrected'],
  ]);

  await page.goto(`${scene.app.url}/admin/reconciliation`);
  await page.getByText('Everything fits').waitFor();
  await runInBrowser(page);
  await page.goto(`${scene.app.url}/admin/reconciliation`);
  await page.getByText('Everything fits').waitFor();
  expect(await openCount()).toBe(0);
  await page.goto(`${scene.app.url}/admin/reconciliation?state=RESOLVED`);
  const resolved = page.getByRole('table', { name: 'Discrepancies' }).getByRole('row');
  await waitFor('all are among the resolved', async () => (await resolved.count()) === planted + 1);
  expect(complaints).toEqual([]);
  await context.close();
}, 180_000);

/** What is about the wrong amount was put right elsewhere; everything else is taken, noted and accepted. @returns its history */
async function workOn(page: Page): Promise<string[]> {
  await page.getByRole('region', { name: 'Both sides' }).waitFor();
  const title = await textOf(page.getByRole('heading', { level: 1 }));
  const isAmount = title.includes('another amount');
  const dialog = page.getByRole('dialog');
  const act = async (button: string, submit: string) => {
    await page.getByRole('button', { name: button, exact: true }).click();
    await dialog.getByLabel('Reason').fill(REASON);
    if (button === 'Correct') await dialog.getByLabel('How').selectOption('ELSEWHERE');
    await dialog.getByRole('button', { name: submit, exact: true }).dblclick();
    await dialog.waitFor({ state: 'hidden' });
  };
  if (isAmount) {
    await moreAtProcessor(paymentIds[0], -500);
    await act('Correct', 'Correct');
  } else {
    await act('Assign', 'Assign');
    await page.getByText('assigned to Ada Lovelace').waitFor();
    await act('Note', 'Add');
    await act('Accept', 'Accept');
  }
  await page.getByText('Resolved', { exact: true }).waitFor();
  const history = page.getByRole('region', { name: 'What was done' }).getByRole('listitem');
  await waitFor('its history is whole', async () => (await history.count()) === (isAmount ? 1 : 3));
  const lines = await textsOf(history);
  for (const line of lines) expect(line).toContain(REASON);
  return lines.map((line) => line.split(' ')[0] ?? '');
}

it('one that is reopened is on the list again, and money goes back through the refund’s own rules', async () => {
  const { page, context } = await scene.open('admin');
  const { rows } = await pool().query(
    `SELECT id FROM discrepancies WHERE payment_id = $1 AND reason = 'UNKNOWN_REFUND'`,
    [paymentIds[1]],
  );
  await page.goto(`${scene.app.url}/admin/reconciliation/${rows[0].id}`);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Reopen' }).click();
  await dialog.getByLabel('Reason').fill(REASON);
  await dialog.getByRole('button', { name: 'Reopen' }).click();
  await page.getByRole('button', { name: 'Correct' }).click();
  await dialog.getByLabel('How').selectOption('REFUND');
  await dialog.getByLabel('Refund (USD)').fill('9999');
  await dialog.getByLabel('Reason').fill(REASON);
  await dialog.getByRole('button', { name: 'Correct', exact: true }).click();
  await dialog.getByRole('alert').waitFor();
  await dialog.getByLabel('Refund (USD)').fill('3');
  await dialog.getByRole('button', { name: 'Correct', exact: true }).dblclick();
  await dialog.waitFor({ state: 'hidden' });
  const refunds = await pool().query('SELECT refund_amount FROM payment_refunds WHERE payment_id = $1', [
    paymentIds[1],
  ]);
  expect(refunds.rows).toEqual([{ refund_amount: 300 }]);
  await context.close();
});

it('work list and run leave as files, and another tenant sees none of it', async () => {
  const { page, context } = await scene.open('admin');
  await page.goto(`${scene.app.url}/admin/reconciliation?state=RESOLVED`);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export' }).click();
  expect((await download).suggestedFilename()).toBe('discrepancies.csv');
  await page.goto(`${scene.app.url}/admin/reconciliation?tab=runs`);
  const items = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export what did not match' }).click();
  expect((await items).suggestedFilename()).toBe('reconciliation-run.csv');
  await context.close();

  const elsewhere = await seedRestaurant(scene.service);
  const { email } = await makePerson(scene.app, 'owner', elsewhere.ownerId);
  const other = await signIn(scene.browser, scene.app, email);
  await other.page.goto(`${scene.app.url}/admin/reconciliation?state=RESOLVED`);
  await other.page.getByText('Nothing was resolved yet').waitFor();
  const { rows } = await pool().query('SELECT id FROM discrepancies WHERE restaurant_id IS NOT NULL');
  const answer = await other.page.goto(`${scene.app.url}/admin/reconciliation/${rows[0].id}`);
  expect(answer?.status()).toBe(404);
  await other.page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await other.context.close();
});

it('staff are told that only owners reconcile, and no menu leads them there', async () => {
  const { page, context, complaints } = await scene.open('staff');
  await page.getByRole('link', { name: 'Payments' }).first().waitFor();
  for (const name of ['Reconciliation', 'Payouts', 'Tips', 'Audit log'])
    expect(await page.getByRole('navigation').getByRole('link', { name }).count()).toBe(0);
  await page.goto(`${scene.app.url}/admin/reconciliation`);
  await page.getByText('Only owners reconcile').waitFor();
  expect(await page.getByRole('tab').count()).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
  const owner = await scene.open('owner');
  await owner.page.getByRole('navigation').getByRole('link', { name: 'Reconciliation' }).waitFor();
  await owner.context.close();
});

it('an owner has only what has changed compared, without naming a day', async () => {
  const { page, context, complaints } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/reconciliation?tab=runs`);
  await page.getByRole('button', { name: 'Start a run' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Only days on which something is open or has changed').check();
  expect(await dialog.getByLabel('From day').count()).toBe(0);
  await dialog.getByRole('button', { name: 'Start', exact: true }).dblclick();
  await dialog.waitFor({ state: 'hidden' });
  expect(await runDue(deps())).toBe(1);
  await page.getByText('Finished', { exact: true }).first().waitFor();
  const { rows } = await pool().query('SELECT kind, state FROM reconciliation_runs ORDER BY id DESC LIMIT 1');
  expect(rows).toEqual([{ kind: 'INCREMENTAL', state: 'FINISHED' }]);
  expect(complaints).toEqual([]);
  await context.close();
});
