import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Client,
  newKey,
  payWithCard,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../support/app';
import { launchBrowser } from '../support/browser';
import { ensureNextBuild } from '../support/next-build';
import { makePerson, PASSWORD, signIn } from './admin';

let app: TestApp;
let browser: Browser;
let service: Client;
let place: SeededRestaurant;
let session: SeededSession;
let guest: Client;

beforeAll(async () => {
  await ensureNextBuild();
  [app, browser] = await Promise.all([startTestApp({ mount: 'next' }), launchBrowser()]);
  service = await app.asService();
  place = await seedRestaurant(service);
  session = await seedSession(service, place);
  guest = app.asGuest(session.guests[0]);
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

async function openPayment() {
  const orderId = await seedOrder(service, place, { session, subtotalMinor: 2500, taxMinor: 0 });
  return guest.payments.create.mutate({ orderId, idempotencyKey: newKey() });
}

async function paidPayment() {
  const payment = await openPayment();
  await payWithCard(app, payment);
  return waitForStatus(guest, payment.id, 'COMPLETED');
}

const owner = async () => signIn(browser, app, (await makePerson(app, 'owner', place.ownerId)).email);

it('a stranger is sent to sign in, and nothing of the pages is shown before', async () => {
  const page = await browser.newPage();
  for (const path of ['/admin', '/admin/payments', `/admin/payments/${newKey()}`]) {
    await page.goto(app.url + path);
    expect(new URL(page.url()).pathname).toBe('/admin/login');
  }
  await page.getByLabel('E-mail').fill('nobody@example.com');
  await page.getByLabel('Password').fill('not-the-password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('alert').getByText('E-mail or password is not right.').waitFor();
  await page.close();
});

it('a shared address that is opened while signed out is where signing in leads', async () => {
  const { email } = await makePerson(app, 'owner', place.ownerId);
  await app.database.pool.query('DELETE FROM login_attempts');
  const shared = `${app.url}/admin/payments?status=FAILED,CANCELLED&q=R-2026%20%26%20co`;
  const page = await browser.newPage();
  await page.goto(shared);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/admin/payments');
  expect(new URL(page.url()).search).toBe(new URL(shared).search);
  await page.getByRole('button', { name: 'Failed, Cancelled' }).waitFor();
  expect(await page.getByLabel('Find').inputValue()).toBe('R-2026 & co');
  await page.close();
});

it('two browsers: one guest pays, the owner’s table shows it live, without a reload', async () => {
  const payment = await openPayment();
  const { page, context, complaints } = await owner();
  await page.goto(`${app.url}/admin/payments`);
  const row = page.getByRole('row').filter({ hasText: 'Pending' }).first();
  await row.waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
  await payWithCard(app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
  await page.getByRole('row').filter({ hasText: 'Visa 4242' }).first().waitFor();
  // A new one does not push the others down: it is offered.
  await openPayment();
  await page.getByRole('button', { name: 'Show 1 new' }).click();
  await waitFor('the new row', async () => (await page.getByRole('row').count()) >= 3);
  expect(complaints).toEqual([]);
  await context.close();
});

it('a refund by double click happens once, and the page follows', async () => {
  const payment = await paidPayment();
  const { page, context } = await owner();
  await page.goto(`${app.url}/admin/payments/${payment.id}`);
  await page.getByRole('button', { name: 'Refund', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What').selectOption('SOME');
  await dialog.getByLabel('Amount in USD').fill('10.00');
  await dialog.getByLabel('Reason').fill('cold soup');
  await dialog.getByRole('button', { name: 'Refund $10.00' }).dblclick();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByText('cold soup').first().waitFor();
  await page.getByText('Partially refunded').first().waitFor();
  const { rows } = await app.database.pool.query(
    'SELECT refund_amount::int AS minor FROM payment_refunds WHERE payment_id = $1',
    [payment.id],
  );
  expect(rows).toEqual([{ minor: 1000 }]);
  await context.close();
});

it('another tenant’s payment is not there, and its restaurant cannot be chosen', async () => {
  const payment = await paidPayment();
  const elsewhere = await seedRestaurant(service);
  const { email } = await makePerson(app, 'owner', elsewhere.ownerId);
  const { page, context } = await signIn(browser, app, email);
  const response = await page.goto(`${app.url}/admin/payments/${payment.id}`);
  expect(response?.status()).toBe(404);
  await page.getByText('There is nothing here').waitFor();
  expect(await page.getByText(payment.id).count()).toBe(0);
  await page.goto(`${app.url}/admin/payments?restaurant=${place.restaurantId}`);
  await page.getByText('No payments here').waitFor();
  await context.close();
});

it('a session that ends in the middle of a refund loses nothing: what was typed stays, and nothing was refunded', async () => {
  const payment = await paidPayment();
  const { page, context } = await owner();
  await page.goto(`${app.url}/admin/payments/${payment.id}`);
  await page.getByRole('button', { name: 'Refund', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('typed before the session ended');
  await app.database.pool.query('DELETE FROM login_sessions');
  await dialog.getByRole('button', { name: 'Refund $25.00' }).click();
  await dialog.getByRole('alert').waitFor();
  expect(await dialog.getByLabel('Reason').inputValue()).toBe('typed before the session ended');
  expect((await guest.payments.get.query({ paymentId: payment.id })).refundedMinor).toBe(0);
  await context.close();
});

it('dead letters are seen with their error and replayed', async () => {
  const payment = await openPayment();
  const blocker = await app.database.pool.connect();
  await blocker.query('BEGIN');
  await blocker.query('SELECT FROM orders WHERE id = $1 FOR UPDATE', [payment.orderId]);
  await payWithCard(app, payment);
  await app.simulator.control.waitForDeliveries();
  await blocker.query('ROLLBACK');
  blocker.release();
  // As after the last attempt in vain.
  await app.database.pool.query(
    `UPDATE webhook_events SET state = 'DEAD', next_attempt_at = NULL WHERE state = 'RETRY'`,
  );
  const { email } = await makePerson(app, 'admin', null);
  const { page, context } = await signIn(browser, app, email);
  await page.goto(`${app.url}/admin/webhooks?state=DEAD`);
  await page.getByRole('row').filter({ hasText: 'lock timeout' }).first().click();
  await page.getByRole('dialog').getByText('lock timeout').waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('button', { name: /^Replay \d+ shown$/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
  await page.getByText('No event is in this state').waitFor();
  await waitForStatus(guest, payment.id, 'COMPLETED');
  await context.close();
});
