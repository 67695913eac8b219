import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedRestaurant, waitFor } from '../support/app';
import { type AdminScene, setAdminScene } from './admin-scene';
import { textOf } from './support';

/* What holds on whichever page somebody is. */

let scene: AdminScene;
/** Comes first in the list of its owner's restaurants. */
let other: string;
beforeAll(async () => {
  scene = await setAdminScene({ LIVE_RECHECK_SECONDS: '1' });
  const { service, place } = scene;
  other = (await seedRestaurant(service)).restaurantId;
  await service.platform.restaurants.sync.mutate({
    restaurants: [
      {
        id: other,
        name: 'Antipasti',
        currency: 'USD',
        timeZone: 'America/New_York',
        members: [{ userId: place.ownerId, role: 'OWNER' }],
        version: 2,
      },
    ],
  });
}, 300_000);
afterAll(() => scene?.stop());

it('who opens a payment of one restaurant stays there: its live events come, and the menu leads to its drawer', async () => {
  const { restaurantId } = scene.place;
  const payment = await scene.paid();
  const { page, context, complaints } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/payments?restaurant=${restaurantId}`);
  // Newest first.
  await page.getByRole('table', { name: 'Payments' }).getByRole('row').nth(1).click();
  await page.waitForURL((url) => url.pathname === `/admin/payments/${payment.id}`);
  expect(new URL(page.url()).searchParams.get('restaurant')).toBe(restaurantId);

  // From a bookmark that names none.
  await page.goto(`${scene.app.url}/admin/payments/${payment.id}`);
  const menu = page.getByRole('navigation', { name: 'Pages' });
  const choice = page.getByLabel('Restaurant', { exact: true });
  await waitFor('the page is about the payment’s restaurant', async () => {
    return (await choice.inputValue()) === restaurantId;
  });
  expect(await menu.getByRole('link', { name: 'Cash' }).getAttribute('href')).toBe(
    `/admin/cash?restaurant=${restaurantId}`,
  );
  await page.getByText('Live', { exact: true }).waitFor();
  const owner = await scene.app.asStaff(scene.place.ownerId);
  await owner.refunds.create.mutate({
    paymentId: payment.id,
    amountMinor: 100,
    reason: 'cold soup',
    idempotencyKey: crypto.randomUUID(),
  });
  await page.getByText('cold soup').first().waitFor();

  // A record stays with its restaurant: another one's are in its list.
  await choice.selectOption(other);
  await page.waitForURL(`${scene.app.url}/admin/payments?restaurant=${other}`);
  await page.getByText('No payments here').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

it('the light says what is true: pages that hear nothing are not live, also after those that do', async () => {
  const { page, context } = await scene.open('owner');
  const menu = page.getByRole('navigation', { name: 'Pages' });
  await page.goto(`${scene.app.url}/admin/payments?restaurant=${scene.place.restaurantId}`);
  await page.getByText('Live', { exact: true }).waitFor();
  await menu.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  await page.getByText('Not live', { exact: true }).waitFor();
  await menu.getByRole('link', { name: 'Refunds' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  await context.close();
});

it('a session that ends is told on every live page, with the way to sign in again', async () => {
  const { page, context } = await scene.open('staff');
  await page.goto(`${scene.app.url}/admin/refunds`);
  await page.getByText('Live', { exact: true }).waitFor();
  await scene.app.database.pool.query('DELETE FROM login_sessions');
  await page.getByRole('alert').getByText('Your session has ended').first().waitFor();
  await page.getByRole('status').getByText('No longer live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Sign in again' }).first().click();
  await page.waitForURL((url) => url.pathname === '/admin/login');
  expect(new URL(page.url()).searchParams.get('next')).toBe('/admin/refunds');
  await context.close();
});

it('a list’s rows are links, one of which the tab key reaches', async () => {
  const payment = await scene.paid();
  const { page, context } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/payments?restaurant=${scene.place.restaurantId}`);
  const table = page.getByRole('table', { name: 'Payments' });
  const link = table.getByRole('row').nth(1).getByRole('link');
  expect(await link.getAttribute('href')).toBe(
    `/admin/payments/${payment.id}?restaurant=${scene.place.restaurantId}`,
  );
  await link.focus();
  await page.keyboard.press('ArrowDown');
  expect(await table.getByRole('row').nth(2).getByRole('link').getAttribute('tabindex')).toBe('0');
  expect(await table.locator('[tabindex="0"]').count()).toBe(1);
  await context.close();
});

it('what was typed for the bank outlasts a reload, and a page that cannot be read again', async () => {
  const payment = await scene.paid('pm_card_createDispute');
  const { control } = scene.app.simulator;
  control.runScheduled();
  await control.waitForDeliveries();
  const staff = await scene.app.asStaff(scene.place.staffId);
  const disputeId = await waitFor('the dispute is here', async () => {
    const { items } = await staff.disputes.list.query({ paymentId: payment.id });
    return items[0]?.id ?? null;
  });
  const { page, context } = await scene.open('staff');
  await page.goto(`${scene.app.url}/admin/disputes/${disputeId}`);
  const sold = page.getByLabel('What was sold');
  await sold.fill('Dinner for two');
  await page.reload();
  await sold.waitFor();
  expect(await sold.inputValue()).toBe('Dinner for two');

  await page.getByText('Live', { exact: true }).waitFor();
  await page.route(/disputes\.get/, (route) => route.abort());
  control.resolveDispute({ dispute: disputeId, outcome: 'won' });
  await page.getByRole('alert').getByText('This may be old').waitFor();
  expect(await sold.inputValue()).toBe('Dinner for two');
  await page.unroute(/disputes\.get/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Won', { exact: true }).waitFor();
  expect(await page.getByText('This may be old').count()).toBe(0);
  await context.close();
});

it('the overview has the success metrics with their targets, says what is not measured, and what could not be read', async () => {
  await scene.paid();
  const { page, context, complaints } = await scene.open('owner');
  const { restaurantId } = scene.place;
  await page.goto(`${scene.app.url}/admin?restaurant=${restaurantId}`);
  const panel = page.getByRole('region', { name: 'Success metrics' });
  const uptime = panel.getByRole('listitem').filter({ hasText: 'Uptime' });
  await uptime.waitFor();
  expect(await textOf(uptime)).toContain('not measured');
  const lost = await textOf(panel.getByRole('listitem').filter({ hasText: 'Lost payments' }));
  expect(lost).toContain('0');
  expect(lost).toContain('Met');

  await page.route(/analytics\.(kpis|alerts)/, (route) => route.abort());
  await page.reload();
  await panel.getByText('The server cannot be reached.').waitFor();
  await page.getByRole('region', { name: 'Health' }).getByText('The server cannot be reached.').waitFor();
  expect(await page.getByText('No alert is open.').count()).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});
