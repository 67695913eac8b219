import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey } from '../support/app';
import { type AdminScene, expectAccessibleAndFitting, setAdminScene } from './admin-scene';
import { textOf } from './support';

let scene: AdminScene;
beforeAll(async () => {
  scene = await setAdminScene();
}, 300_000);
afterAll(() => scene?.stop());

it('a drawer from its float to its count: cash comes in live, the difference is shown and booked once', async () => {
  const { page, context, complaints } = await scene.open('staff');
  await page.goto(`${scene.app.url}/admin/cash`);
  await page.getByText('No drawer is open').waitFor();
  await page.getByRole('button', { name: 'Open the drawer' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Float (USD)').fill('150');
  await dialog.getByRole('button', { name: 'Open', exact: true }).dblclick();
  await dialog.waitFor({ state: 'hidden' });
  const expected = page
    .locator('div')
    .filter({ hasText: /^Should lie in the drawer/ })
    .last();
  await expected.getByText('$150.00').waitFor();

  await page.getByText('Live', { exact: true }).waitFor();
  const staff = await scene.app.asStaff(scene.place.staffId);
  await staff.cash.record.mutate({ orderId: await scene.order(), idempotencyKey: newKey() });
  await expected.getByText('$175.00').waitFor();

  await page.getByRole('button', { name: 'Take cash out' }).click();
  await dialog.getByLabel('Amount (USD)').fill('20.50');
  await dialog.getByLabel('Why').fill('Paid the flower shop');
  await dialog.getByRole('button', { name: 'Take cash out' }).dblclick();
  await dialog.waitFor({ state: 'hidden' });
  await expected.getByText('$154.50').waitFor();
  const moved = await textOf(page.getByRole('table', { name: 'Cash put in and taken out' }));
  expect(moved).toContain('-$20.50 Paid the flower shop');

  await page.getByRole('button', { name: 'Count and close' }).click();
  await dialog.getByLabel('Counted (USD)').fill('154');
  await dialog.getByText('$0.50 short').waitFor();
  await dialog.getByRole('button', { name: 'Close the drawer' }).dblclick();
  await page.getByText('No drawer is open').waitFor();

  await page.getByRole('tab', { name: 'All drawers' }).click();
  // The address follows a moment after the tab.
  await page.waitForURL((url) => url.searchParams.get('show') === 'drawers');
  const drawer = page.getByRole('row').filter({ hasText: '$0.50 short' });
  await drawer.click();
  await dialog.getByText('Counted').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

it('the Z-report of the day is made once, and opens with its figures', async () => {
  const { page, context } = await scene.open('staff');
  await page.goto(`${scene.app.url}/admin/cash?show=z-reports`);
  await page.getByText('No Z-report yet').waitFor();
  for (let round = 0; round < 2; round++) {
    await page.getByRole('button', { name: 'Make a Z-report' }).click();
    await page.getByRole('button', { name: 'Make the report' }).click();
    const report = page.getByRole('dialog', { name: /^Z-report 1 of/ });
    await report.getByText('Paid, cash').waitFor();
    expect(await textOf(report)).toContain('Net $25.00');
    await report.getByRole('button', { name: 'Close' }).click();
    await report.waitFor({ state: 'hidden' });
  }
  expect(await page.getByRole('table', { name: 'Z-reports' }).getByRole('row').count()).toBe(2);

  await page.getByRole('table', { name: 'Z-reports' }).getByRole('row').nth(1).click();
  const report = page.getByRole('dialog', { name: /^Z-report 1 of/ });
  const file = page.waitForEvent('download');
  await report.getByRole('link', { name: 'PDF' }).click();
  expect((await file).suggestedFilename()).toBe('z-report.pdf');
  const printed = page.evaluate(
    () => new Promise((resolve) => Object.assign(window, { print: () => resolve('printed') })),
  );
  await report.getByRole('button', { name: 'Print' }).click();
  expect(await printed).toBe('printed');
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await report.getByText('Paid, cash').isVisible()).toBe(true);
  expect(await report.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
  expect(await page.getByRole('heading', { level: 1, includeHidden: true }).isVisible()).toBe(false);
  await context.close();
});

it('a refusal stays in the dialog with what was typed', async () => {
  const { page, context } = await scene.open('staff');
  await page.goto(`${scene.app.url}/admin/cash`);
  await page.getByRole('button', { name: 'Open the drawer' }).click();
  const staff = await scene.app.asStaff(scene.place.staffId);
  await staff.cash.drawer.open.mutate({
    restaurantId: scene.place.restaurantId,
    floatMinor: 0,
    idempotencyKey: newKey(),
  });
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Float (USD)').fill('99');
  await dialog.getByRole('button', { name: 'Open', exact: true }).click();
  await dialog.getByRole('alert').getByText('A drawer is open already.').waitFor();
  expect(await dialog.getByLabel('Float (USD)').inputValue()).toBe('99');
  await context.close();
});

it(
  'the lists of drawers and Z-reports are accessible, fit a phone and a desk, and cause no browser error',
  () =>
    expectAccessibleAndFitting(scene, 'owner', ['/admin/cash?show=drawers', '/admin/cash?show=z-reports']),
  120_000,
);
