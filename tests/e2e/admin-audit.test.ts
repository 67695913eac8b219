import { afterAll, beforeAll, expect, it } from 'vitest';
import { newKey, seedRestaurant } from '../support/app';
import { type AdminScene, setAdminScene } from './admin-scene';

let scene: AdminScene;
let elsewhere: string;
beforeAll(async () => {
  scene = await setAdminScene();
  const { restaurantId, ownerId } = scene.place;
  const owner = await scene.app.asOwner(ownerId);
  await owner.settings.change.mutate({ restaurantId, staffRefundLimitMinor: 5000, idempotencyKey: newKey() });
  await owner.cash.drawer.open.mutate({ restaurantId, floatMinor: 15_000, idempotencyKey: newKey() });
  const other = await seedRestaurant(scene.service);
  elsewhere = other.restaurantId;
  await (await scene.app.asOwner(other.ownerId)).settings.change.mutate({
    restaurantId: elsewhere,
    tipPoolRule: 'EQUAL',
    idempotencyKey: newKey(),
  });
}, 300_000);
afterAll(() => scene?.stop());

it('an owner finds who changed what, from what to what, and nothing of other restaurants', async () => {
  const { page, context, complaints } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/audit`);
  await page.getByRole('row').filter({ hasText: 'Float: $150.00' }).waitFor();
  expect(await page.getByText(elsewhere).count()).toBe(0);
  expect(await page.getByRole('row').filter({ hasText: 'Login' }).count()).toBe(0);
  await page.getByLabel('What begins with').fill('settings');
  await page.getByRole('row').filter({ hasText: 'Drawer opened' }).waitFor({ state: 'detached' });
  await page.waitForURL((url) => url.searchParams.get('action') === 'settings');
  await page.getByRole('row').filter({ hasText: 'Settings changed' }).click();
  const dialog = page.getByRole('dialog', { name: 'Settings changed' });
  await dialog.getByText('none to $50.00').waitFor();
  await dialog.getByText(`user:${scene.place.ownerId}`).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await page.getByLabel('Who, by id').fill('nobody');
  await page.getByText('Nothing matches').waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByRole('row').filter({ hasText: 'Drawer opened' }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

it('an admin also sees sign-ins; staff see nothing', async () => {
  const admin = await scene.open('admin');
  await admin.page.goto(`${scene.app.url}/admin/audit`);
  await admin.page
    .getByRole('row')
    .filter({ hasText: 'Ada Lovelace' })
    .filter({ hasText: 'Login' })
    .first()
    .waitFor();
  await admin.context.close();
  const staff = await scene.open('staff');
  await staff.page.goto(`${scene.app.url}/admin/audit`);
  await staff.page.getByText('Only owners read the audit log').waitFor();
  await staff.context.close();
});
