import type { Page, Route } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, payWithCard, waitForStatus } from '../support/app';
import { type AdminScene, setAdminScene } from './admin-scene';
import { accessibilityProblems, PHONE, scrollsSideways, THEMES, textOf } from './support';

let scene: AdminScene;
beforeAll(async () => {
  scene = await setAdminScene();
}, 300_000);
afterAll(() => scene?.stop());

const UNKNOWN = 'We do not know whether it was done. Press again: it is not done twice.';
const REFUNDS = '**/api/trpc/refunds.create*';

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

async function openRefund(page: Page, paymentId: string) {
  await page.goto(`${scene.app.url}/admin/payments/${paymentId}`);
  await page.getByRole('button', { name: 'Refund', exact: true }).click();
  return page.getByRole('dialog');
}

async function refundsOf(paymentId: string): Promise<string[]> {
  const { rows } = await scene.app.database.pool.query<{ line: string }>(
    `SELECT concat_ws(' ', refund_amount, status, reason) AS line FROM payment_refunds WHERE payment_id = $1 ORDER BY id`,
    [paymentId],
  );
  return rows.map(({ line }) => line);
}

/** The server does it, and the answer is what a proxy says instead. */
const answerLost = async (route: Route) => {
  await route.fetch();
  await route.fulfill({
    status: 502,
    contentType: 'text/html',
    body: '<html><body>Bad gateway</body></html>',
  });
};

describe('what is shown is what goes back', () => {
  it('a refund under way and what the bank took are not offered again; the toast tells what the server did', async () => {
    const paymentId = await tippedPayment();
    const staff = await scene.app.asStaff(scene.place.staffId);
    scene.app.simulator.control.addFault({
      kind: 'rate_limit',
      times: 1,
      method: 'POST',
      pathPattern: '/v1/refunds',
    });
    await staff.refunds.create.mutate({
      paymentId,
      amountMinor: 1000,
      reason: 'Under way',
      idempotencyKey: newKey(),
    });
    expect(await refundsOf(paymentId)).toEqual(['1000 PROCESSING Under way']);
    const { page, context, complaints } = await scene.open('owner');
    const dialog = await openRefund(page, paymentId);
    await dialog.getByText('$20.00 of $30.00 can be refunded.').waitFor();
    const asked = page.waitForRequest(REFUNDS);
    await dialog.getByLabel('Reason').fill('the rest');
    await dialog.getByRole('button', { name: 'Refund $20.00' }).click();
    expect((await asked).postData()).toContain('"amountMinor":2000');
    await page.getByText('$20.00 is on its way back.').waitFor();
    await page.getByRole('button', { name: 'Refund', exact: true }).waitFor({ state: 'detached' });
    expect(await refundsOf(paymentId)).toEqual(['1000 PROCESSING Under way', '2000 COMPLETED the rest']);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('cash goes back by hand, and the toast says so', async () => {
    const staff = await scene.app.asStaff(scene.place.staffId);
    const { id } = await staff.cash.record.mutate({ orderId: await scene.order(), idempotencyKey: newKey() });
    const { page, context } = await scene.open('owner');
    const dialog = await openRefund(page, id);
    await dialog.getByLabel('Reason').fill('cold');
    await dialog.getByRole('button', { name: 'Refund $25.00' }).click();
    await page.getByText('Give the guest $25.00 from the drawer.').waitFor();
    await context.close();
  });
});

describe('an answer that got lost', () => {
  it('rests the fields, also over a reload, says that nobody knows, and pressing again sends the same: one refund', async () => {
    const paymentId = await tippedPayment();
    const { page, context } = await scene.open('owner', { size: PHONE });
    const dialog = await openRefund(page, paymentId);
    await dialog.getByLabel('What').selectOption('SOME');
    await dialog.getByLabel('Amount in USD').fill('20.00');
    await dialog.getByLabel('Reason').fill('with a tpyo');
    await page.route(REFUNDS, answerLost);
    await dialog.getByRole('button', { name: 'Refund $20.00' }).click();
    await dialog.getByText(UNKNOWN).waitFor();
    await dialog.getByText('The server cannot be reached.').waitFor();
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(await scrollsSideways(page)).toBe(false);
    }
    expect(await dialog.getByLabel('Reason').isDisabled()).toBe(true);
    expect(await dialog.getByLabel('Amount in USD').isDisabled()).toBe(true);
    await page.unroute(REFUNDS);
    // Going back gives nothing up.
    await dialog.getByRole('button', { name: 'Back' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Refund', exact: true }).click();
    await dialog.getByText(UNKNOWN).waitFor();
    expect(await dialog.getByLabel('Reason').isDisabled()).toBe(true);
    expect(await dialog.getByLabel('Reason').inputValue()).toBe('with a tpyo');
    // 20.00 of 30.00 are back: as a new wish it would be too much.
    await dialog.getByText('$10.00 of $30.00 can be refunded.').waitFor();
    await dialog.getByRole('button', { name: 'Refund $20.00' }).click();
    await page.getByText('$20.00 is on its way back.').waitFor();
    expect(await refundsOf(paymentId)).toEqual(['2000 COMPLETED with a tpyo']);
    // Done is forgotten: the next one is another.
    const next = await openRefund(page, paymentId);
    expect(await next.getByLabel('Reason').inputValue()).toBe('');
    expect(await next.getByLabel('Reason').isDisabled()).toBe(false);
    await context.close();
  });

  it('of cash taken out of the drawer moves it once, though the dialog was closed in between', async () => {
    const staff = await scene.app.asStaff(scene.place.staffId);
    const { restaurantId } = scene.place;
    await staff.cash.drawer.open.mutate({ restaurantId, floatMinor: 10_000, idempotencyKey: newKey() });
    const { page, context } = await scene.open('staff');
    await page.goto(`${scene.app.url}/admin/cash`);
    await page.getByRole('button', { name: 'Take cash out' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Amount (USD)').fill('0');
    await dialog.getByText('Type at least $0.01.').waitFor();
    await dialog.getByLabel('Amount (USD)').fill('20');
    await dialog.getByLabel('Why').fill('Flowers');
    await page.route('**/api/trpc/cash.drawer.move*', answerLost);
    await dialog.getByRole('button', { name: 'Take cash out' }).click();
    await dialog.getByText(UNKNOWN).waitFor();
    await page.unroute('**/api/trpc/cash.drawer.move*');
    await dialog.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: 'Take cash out' }).click();
    await dialog.getByText(UNKNOWN).waitFor();
    expect(await dialog.getByLabel('Why').inputValue()).toBe('Flowers');
    await dialog.getByRole('button', { name: 'Take cash out' }).click();
    await page.getByText('The cash is out of the drawer.').waitFor();
    const { rows } = await scene.app.database.pool.query(
      `SELECT amount::int AS amount FROM drawer_movements WHERE kind = 'PAY_OUT'`,
    );
    expect(rows).toEqual([{ amount: -2000 }]);
    await context.close();
  });
});

it('a refund that Stripe refused can be tried again: the next press is another operation', async () => {
  const paymentId = await tippedPayment();
  const { page, context } = await scene.open('owner');
  const dialog = await openRefund(page, paymentId);
  await dialog.getByLabel('Reason').fill('cold');
  scene.app.simulator.control.addFault({
    kind: 'card_declined',
    method: 'POST',
    pathPattern: '/v1/refunds',
    times: 1,
  });
  await dialog.getByRole('button', { name: 'Refund $30.00' }).click();
  const alert = dialog.getByRole('alert');
  await alert.waitFor();
  const said = await textOf(alert);
  expect(said).toMatch(/Request \S+$/);
  expect(said).not.toContain('do not know');
  expect(said).not.toContain('key');
  expect(await dialog.getByLabel('Reason').isDisabled()).toBe(false);
  await dialog.getByRole('button', { name: 'Refund $30.00' }).click();
  await page.getByText('$30.00 is on its way back.').waitFor();
  const refunds = await refundsOf(paymentId);
  expect(refunds.sort()).toEqual(['3000 COMPLETED cold', '3000 FAILED cold']);
  await context.close();
});

it('a browser that keeps nothing and has no randomUUID refunds all the same', async () => {
  const paymentId = await tippedPayment();
  const { page, context, complaints } = await scene.open('owner');
  await page.addInitScript(() => {
    Object.defineProperty(window, 'sessionStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    });
    Object.defineProperty(crypto, 'randomUUID', { value: undefined });
  });
  const dialog = await openRefund(page, paymentId);
  await dialog.getByLabel('What').selectOption('TIP');
  await dialog.getByLabel('Reason').fill('private window');
  await dialog.getByRole('button', { name: 'Refund $5.00' }).dblclick();
  await page.getByText('$5.00 is on its way back.').waitFor();
  expect(await refundsOf(paymentId)).toEqual(['500 COMPLETED private window']);
  expect(complaints).toEqual([]);
  await context.close();
});
