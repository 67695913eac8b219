import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, payWithCard, seedOrder, seedRestaurant, waitFor, waitForStatus } from '../support/app';
import { makePerson, PASSWORD, signIn } from './admin';
import { type AdminScene, expectAccessibleAndFitting, setAdminScene } from './admin-scene';
import { accessibilityProblems, PHONE, textOf } from './support';

let scene: AdminScene;
beforeAll(async () => {
  scene = await setAdminScene();
}, 300_000);
afterAll(() => scene?.stop());

/** 25.00 with a tip of 5.00, by card. */
async function tippedPayment(): Promise<string> {
  const payment = await scene.guest.payments.create.mutate({
    orderId: await scene.order(),
    tipMinor: 500,
    idempotencyKey: newKey(),
  });
  await payWithCard(scene.app, payment);
  await waitForStatus(scene.guest, payment.id, 'COMPLETED');
  await scene.app.simulator.control.waitForDeliveries();
  return payment.id;
}

/** The payment's page with a dialog open. */
async function openDialog(page: Page, paymentId: string, button: string) {
  await page.goto(`${scene.app.url}/admin/payments/${paymentId}`);
  await page.getByRole('button', { name: button, exact: true }).click();
  return page.getByRole('dialog');
}

async function refundsOf(paymentId: string): Promise<{ minor: number; tip: number }[]> {
  const { rows } = await scene.app.database.pool.query(
    'SELECT refund_amount::int AS minor, tip_refund_amount::int AS tip FROM payment_refunds WHERE payment_id = $1 ORDER BY id',
    [paymentId],
  );
  return rows;
}

describe('the story of a payment', () => {
  it('is one line of time: steps, calls, webhooks, postings and mails, with times, zone and who', async () => {
    const paymentId = await tippedPayment();
    const { page, context, complaints } = await scene.open('owner');
    await page.goto(`${scene.app.url}/admin/payments/${paymentId}`);
    const timeline = page.getByRole('region', { name: 'Timeline' });
    const succeeded = timeline.getByText('payment_intent.succeeded');
    await succeeded.first().waitFor();
    const text = await textOf(timeline);
    // By Tabsy when the guest's page asked Stripe before the webhook came through.
    expect(text).toMatch(/Completed \w+ \d+, 2026, \d+:\d\d:\d\d [AP]M (EST|EDT) by (Stripe|Tabsy)/);
    expect(text).toContain('Create intent Asked Stripe');
    expect(text).toMatch(/request req_\w+/);
    expect(text).toContain('Capture Ledger');
    expect(text).toMatch(/Created .* by Guest [0-9a-f]{8}/);
    // What is not wanted is left out, and a shared address leaves it out, too.
    await timeline.getByLabel('Stripe told').uncheck();
    await waitFor('events are left out', async () => (await succeeded.count()) === 0);
    await page.waitForURL(/hide=/);
    await page.reload();
    await timeline.getByText('Capture').waitFor();
    expect(await succeeded.count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows an event as Stripe sent it, without secrets, to the owner; staff see neither events’ content nor the books', async () => {
    const paymentId = await tippedPayment();
    const owner = await scene.open('owner');
    await owner.page.goto(`${scene.app.url}/admin/payments/${paymentId}`);
    await owner.page.getByRole('button', { name: 'View event payment_intent.succeeded' }).click();
    const raw = owner.page.getByRole('dialog').locator('pre');
    await raw.waitFor();
    expect(await raw.textContent()).toContain('"type": "payment_intent.succeeded"');
    expect(await raw.textContent()).toContain('"client_secret": null');
    expect(await raw.textContent()).not.toContain('_secret_');
    await owner.page.keyboard.press('Escape');
    await owner.page.getByRole('dialog').waitFor({ state: 'detached' });
    await owner.context.close();
    const staff = await scene.open('staff');
    await staff.page.goto(`${scene.app.url}/admin/payments/${paymentId}`);
    await staff.page.getByText('payment_intent.succeeded').first().waitFor();
    expect(await staff.page.getByRole('button', { name: /^View event/ }).count()).toBe(0);
    expect(await staff.page.getByRole('region', { name: 'Ledger' }).count()).toBe(0);
    await staff.context.close();
  });

  it('is explained by the books in double entry with sums, and by what was eaten', async () => {
    const paymentId = await tippedPayment();
    const { page, context } = await scene.open('owner');
    await page.goto(`${scene.app.url}/admin/payments/${paymentId}`);
    const ledger = page.getByRole('region', { name: 'Ledger' });
    await ledger.getByText('Explains this payment').waitFor();
    expect(await textOf(ledger.getByRole('row', { name: /^Sum USD/ }).first())).toMatch(
      /^Sum USD (\$[\d.]+) \1$/,
    );
    expect(await textOf(ledger.getByRole('row', { name: /Tips owed/ }).first())).toContain('$5.00');
    const order = page.getByRole('region', { name: 'Order', exact: true });
    await order.getByText('Steak').waitFor();
    expect(await textOf(order)).toMatch(
      /Soup \$12\.50 1 × Steak \$12\.50 Bill \$25\.00 Of it this payment \$25\.00/,
    );
    await context.close();
  });

  it('goes on while it is looked at: the guest pays in another browser, and the page tells', async () => {
    const payment = await scene.guest.payments.create.mutate({
      orderId: await scene.order(),
      idempotencyKey: newKey(),
    });
    const { page, context } = await scene.open('staff');
    await page.goto(`${scene.app.url}/admin/payments/${payment.id}`);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Cancel payment' }).waitFor();
    await payWithCard(scene.app, payment);
    await page.getByRole('button', { name: 'Refund', exact: true }).waitFor();
    await page.getByRole('region', { name: 'Timeline' }).getByText('Completed', { exact: true }).waitFor();
    await context.close();
  });
});

describe('a refund', () => {
  it('gives back the tip, all but the tip, a part and the rest, and says before what will be left', async () => {
    const { page, context } = await scene.open('owner');
    const tipped = await tippedPayment();
    let dialog = await openDialog(page, tipped, 'Refund');
    await dialog.getByLabel('What').selectOption('TIP');
    await dialog.getByText('After this $25.00 of the payment can still be refunded.').waitFor();
    await dialog.getByLabel('Reason').fill('rude');
    await dialog.getByRole('button', { name: 'Refund $5.00' }).dblclick();
    await dialog.waitFor({ state: 'detached' });
    dialog = await openDialog(page, tipped, 'Refund');
    await dialog.getByText('$25.00 of $30.00 can be refunded.').waitFor();
    expect(await textOf(dialog.getByRole('option'))).toBe('Everything that is left, $25.00 A part');
    await dialog.getByLabel('What').selectOption('SOME');
    await dialog.getByLabel('Amount in USD').fill('25.01');
    await dialog.getByText('Type an amount up to $25.00.').waitFor();
    await dialog.getByLabel('Amount in USD').fill('10');
    await dialog.getByLabel('Reason').fill('cold');
    await dialog.getByRole('button', { name: 'Refund $10.00' }).click();
    await dialog.waitFor({ state: 'detached' });
    dialog = await openDialog(page, tipped, 'Refund');
    await dialog.getByLabel('Reason').fill('the rest');
    await dialog.getByRole('button', { name: 'Refund $15.00' }).click();
    await dialog.waitFor({ state: 'detached' });
    await waitFor('all is back', async () => (await refundsOf(tipped)).length === 3);
    expect(await refundsOf(tipped)).toEqual([
      { minor: 500, tip: 500 },
      { minor: 1000, tip: 0 },
      { minor: 1500, tip: 0 },
    ]);
    await page.getByRole('button', { name: 'Refund', exact: true }).waitFor({ state: 'detached' });

    const other = await tippedPayment();
    dialog = await openDialog(page, other, 'Refund');
    await dialog.getByLabel('What').selectOption('BILL');
    await dialog.getByLabel('Reason').fill('not the waiter’s fault');
    await dialog.getByRole('button', { name: 'Refund $25.00' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await refundsOf(other)).toEqual([{ minor: 2500, tip: 0 }]);
    await context.close();
  });

  it('whose answer got lost is done once, though the page is loaded anew and it is asked for again', async () => {
    const paymentId = await tippedPayment();
    const { page, context } = await scene.open('owner');
    const dialog = await openDialog(page, paymentId, 'Refund');
    await dialog.getByLabel('What').selectOption('SOME');
    await dialog.getByLabel('Amount in USD').fill('3.00');
    await dialog.getByLabel('Reason').fill('typed before the answer got lost');
    await page.route('**/api/trpc/refunds.create*', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await dialog.getByRole('button', { name: 'Refund $3.00' }).click();
    await dialog.getByText('The server cannot be reached.').waitFor();
    await page.unroute('**/api/trpc/refunds.create*');
    await page.reload();
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('typed before the answer got lost');
    await dialog.getByRole('button', { name: 'Refund $3.00' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await refundsOf(paymentId)).toEqual([{ minor: 300, tip: 50 }]);
    await context.close();
  });

  it('outlasts the end of the session: after signing in again the dialog is as it was, and the money goes back once', async () => {
    const paymentId = await tippedPayment();
    const { email } = await makePerson(scene.app, 'owner', scene.place.ownerId);
    const { page, context } = await signIn(scene.browser, scene.app, email);
    const dialog = await openDialog(page, paymentId, 'Refund');
    await dialog.getByLabel('What').selectOption('SOME');
    await dialog.getByLabel('Amount in USD').fill('4.00');
    await dialog.getByLabel('Reason').fill('typed before the session ended');
    await dialog.getByLabel('Take it off the bill too').check();
    await scene.app.database.pool.query('DELETE FROM login_sessions');
    await dialog.getByRole('button', { name: 'Refund $4.00' }).click();
    await dialog.getByText('Your session has ended.').waitFor();
    expect(await refundsOf(paymentId)).toEqual([]);
    await dialog.getByRole('button', { name: 'Sign in again' }).click();
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.getByRole('button', { name: 'Refund $4.00' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/admin/payments/${paymentId}`);
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('typed before the session ended');
    expect(await dialog.getByLabel('Take it off the bill too').isChecked()).toBe(true);
    await dialog.getByRole('button', { name: 'Refund $4.00' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await refundsOf(paymentId)).toEqual([{ minor: 400, tip: 67 }]);
    // Given up is forgotten.
    const again = await openDialog(page, paymentId, 'Refund');
    expect(await again.getByLabel('Reason').inputValue()).toBe('');
    await context.close();
  });
});

describe('what else can be done', () => {
  it('a declined payment is opened for another try, and the guest pays', async () => {
    const created = await scene.guest.payments.create.mutate({
      orderId: await scene.order(),
      idempotencyKey: newKey(),
    });
    await payWithCard(scene.app, created, 'pm_card_chargeDeclined');
    await waitForStatus(scene.guest, created.id, 'FAILED');
    const { page, context } = await scene.open('staff');
    const dialog = await openDialog(page, created.id, 'Let try again');
    await dialog.getByText('3 tries are left.').waitFor();
    await dialog.getByRole('button', { name: 'Let try again' }).dblclick();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Timeline' }).getByText('Retried').waitFor();
    expect((await scene.guest.payments.get.query({ paymentId: created.id })).retryCount).toBe(1);
    await payWithCard(scene.app, created);
    await page.getByRole('button', { name: 'Refund', exact: true }).waitFor();
    await context.close();
  });

  it('the receipt is mailed again, once per click; who has no address is named, and the link is offered', async () => {
    const customerId = `customer-${newKey()}`;
    await scene.service.platform.users.sync.mutate({
      users: [{ id: customerId, email: `${customerId}@guests.example`, version: 1 }],
    });
    const customer = await scene.app.asCustomer(customerId);
    const orderId = await seedOrder(scene.service, scene.place, { customerId });
    const payment = await customer.payments.create.mutate({ orderId, idempotencyKey: newKey() });
    await payWithCard(scene.app, payment);
    await waitForStatus(customer, payment.id, 'COMPLETED');
    const { page, context } = await scene.open('staff');
    let dialog = await openDialog(page, payment.id, 'Send receipt again');
    await dialog.getByRole('button', { name: 'Send', exact: true }).dblclick();
    await page.getByText('The receipt is on its way.').waitFor();
    await page.getByRole('region', { name: 'Timeline' }).getByText('Receipt sent again').waitFor();
    const { rows } = await scene.app.database.pool.query(
      'SELECT kind FROM notifications WHERE payment_id = $1',
      [payment.id],
    );
    expect(rows).toEqual([{ kind: 'PAYMENT_COMPLETED' }, { kind: 'PAYMENT_COMPLETED' }]);

    const { id } = await scene.paid();
    dialog = await openDialog(page, id, 'Send receipt again');
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.getByText('No e-mail address is known of this guest.').waitFor();
    await dialog.getByRole('button', { name: 'Copy the receipt’s link' }).waitFor();
    await context.close();
  });
});

describe('what belongs to others', () => {
  it('answers 404, as what never was', async () => {
    const { id } = await scene.paid();
    const elsewhere = await seedRestaurant(scene.service);
    const { email } = await makePerson(scene.app, 'owner', elsewhere.ownerId);
    const { page, context } = await signIn(scene.browser, scene.app, email);
    for (const path of [
      `/admin/payments/${id}`,
      `/admin/payments/${newKey()}`,
      '/admin/payments/no-id',
      '/admin/disputes/dp_unknown',
      `/admin/reconciliation/${newKey()}`,
    ]) {
      const response = await page.goto(scene.app.url + path);
      expect({ path, status: response?.status() }).toEqual({ path, status: 404 });
      await page.getByText('There is nothing here').waitFor();
      expect(await page.getByText(id).count()).toBe(0);
    }
    await context.close();
    const own = await scene.open('owner');
    expect((await own.page.goto(`${scene.app.url}/admin/payments/${id}`))?.status()).toBe(200);
    await own.context.close();
  });
});

it(
  'the page of an unknown payment is accessible, fits a phone and a desk, and causes no browser error',
  () => expectAccessibleAndFitting(scene, 'owner', [`/admin/payments/${newKey()}`]),
  120_000,
);

it('the refund dialog has no serious accessibility problem, and its first field has the focus', async () => {
  const paymentId = await tippedPayment();
  const { page, context } = await scene.open('owner', { theme: 'dark', size: PHONE });
  const dialog = await openDialog(page, paymentId, 'Refund');
  await dialog.getByLabel('What').waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  expect(await dialog.getByLabel('What').evaluate((field) => field === document.activeElement)).toBe(true);
  await context.close();
});
