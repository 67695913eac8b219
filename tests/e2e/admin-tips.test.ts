import { afterAll, beforeAll, expect, it } from 'vitest';
import { businessDayOf } from '@/domain/business-day';
import { newKey } from '../support/app';
import { type AdminScene, setAdminScene } from './admin-scene';
import { textsOf } from './support';

let scene: AdminScene;
beforeAll(async () => {
  scene = await setAdminScene();
  const { place } = scene;
  const staff = await scene.app.asStaff(place.staffId);
  const orderId = await scene.order({ serverId: place.staffId });
  await staff.cash.record.mutate({ orderId, tipMinor: 900, idempotencyKey: newKey() });
}, 300_000);
afterAll(() => scene?.stop());

it('an owner reads the tips, says who worked how long, and each gets their part to the cent', async () => {
  const { page, context, complaints } = await scene.open('owner');
  const day = businessDayOf(new Date(), 'America/New_York', 4);
  await page.goto(`${scene.app.url}/admin/tips?from=${day}&to=${day}`);
  const people = page.getByRole('table', { name: 'Tips by person in USD' }).locator('tbody tr');
  await people.first().waitFor();
  expect(await textsOf(people)).toEqual([`${scene.place.staffId} $9.00 $9.00`]);

  await page
    .getByRole('button', { name: /^Hours and points of/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  for (const [userId, hours] of [
    [scene.place.ownerId, '2:30'],
    [scene.place.staffId, '7.5'],
  ] as const) {
    await dialog.getByLabel(userId, { exact: true }).check();
    await dialog.getByLabel(`Hours of ${userId}`).fill(hours);
  }
  await dialog.getByRole('button', { name: 'Save the pool' }).dblclick();
  await dialog.waitFor({ state: 'hidden' });

  await page.getByLabel('Shared').selectOption('BY_HOURS');
  await people.filter({ hasText: scene.place.ownerId }).waitFor();
  expect(await textsOf(people)).toEqual([
    `${scene.place.ownerId} $0.00 $2.25`,
    `${scene.place.staffId} $9.00 $6.75`,
  ]);
  await page.waitForURL((url) => url.searchParams.get('rule') === 'BY_HOURS');

  // Opened again it shows what was said.
  await page
    .getByRole('button', { name: /^Hours and points of/ })
    .first()
    .click();
  expect(await dialog.getByLabel(`Hours of ${scene.place.staffId}`).inputValue()).toBe('7:30');
  expect(complaints).toEqual([]);
  await context.close();
});

it('a period that makes no sense is refused in words, and staff see no tips', async () => {
  const owner = await scene.open('owner');
  await owner.page.goto(`${scene.app.url}/admin/tips?from=2026-02-01&to=2026-01-01`);
  await owner.page.getByRole('main').getByRole('alert').waitFor();
  await owner.context.close();
  const staff = await scene.open('staff');
  await staff.page.goto(`${scene.app.url}/admin/tips`);
  await staff.page.getByText('Only owners see tips').waitFor();
  await staff.context.close();
});
