import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../support/app';
import { type AdminScene, expectAccessibleAndFitting, setAdminScene } from './admin-scene';

let scene: AdminScene;
beforeAll(async () => {
  scene = await setAdminScene();
}, 300_000);
afterAll(() => scene?.stop());

const stored = async () => {
  const owner = await scene.app.asOwner(scene.place.ownerId);
  return owner.settings.get.query({ restaurantId: scene.place.restaurantId });
};

it('an owner sets a limit, sees it saved, and undoes it', async () => {
  const { page, context, complaints } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/settings`);
  const save = page.getByRole('button', { name: 'Save settings' });
  await save.waitFor();
  expect(await save.isDisabled()).toBe(true);
  await page.getByLabel('Staff may refund up to (USD)').fill('50.5');
  await page.getByLabel('Tips of a day').selectOption('BY_HOURS');
  await page.getByLabel('Failed payments from (percent)').fill('35');
  await save.click();
  await page.getByText('Settings saved.').waitFor();
  expect(await stored()).toMatchObject({
    staffRefundLimitMinor: 5050,
    tipPoolRule: 'BY_HOURS',
    alertFailureRatePercent: 35,
    version: 1,
  });
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('It is as before.').waitFor();
  expect(await stored()).toMatchObject({
    staffRefundLimitMinor: null,
    tipPoolRule: 'NONE',
    alertFailureRatePercent: null,
    version: 2,
  });
  await waitFor('the field is as before', async () => {
    const typed = await page.getByLabel('Staff may refund up to (USD)').inputValue();
    return typed === '';
  });
  expect(complaints).toEqual([]);
  await context.close();
});

it('what is no amount and no number of days is said at once and cannot be saved', async () => {
  const { page, context } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/settings`);
  await page.getByLabel('Owners may refund for (days)').fill('soon');
  await page.getByText('Type whole days, 0 to 3650.').waitFor();
  await page.getByLabel('Owners may refund up to (USD)').fill('1.234');
  await page.getByText('This is no amount in USD.').waitFor();
  expect(await page.getByRole('button', { name: 'Save settings' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Discard' }).click();
  expect(await page.getByLabel('Owners may refund for (days)').inputValue()).toBe('180');
  await context.close();
});

it('a session that ends before saving loses nothing of what was typed', async () => {
  const { page, context } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/settings`);
  await page.getByLabel('Staff may refund for (days)').fill('7');
  await scene.app.database.pool.query('DELETE FROM login_sessions');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await page.locator('[data-sonner-toast][data-type="error"]').waitFor();
  expect(await page.getByLabel('Staff may refund for (days)').inputValue()).toBe('7');
  expect((await stored()).staffRefundWindowDays).toBe(180);
  await context.close();
});

it('staff read the rules and the team, and change nothing', async () => {
  const { page, context } = await scene.open('staff');
  await page.goto(`${scene.app.url}/admin/settings`);
  await page.getByText('Owners change these.').waitFor();
  expect(await page.getByRole('button', { name: 'Save settings' }).count()).toBe(0);
  const team = page.getByRole('region', { name: 'Team' });
  await team.getByText(scene.place.ownerId).waitFor();
  await context.close();
});

it('the settings of owner and admin are accessible, fit a phone and a desk, and cause no browser error', async () => {
  await expectAccessibleAndFitting(scene, 'owner', ['/admin/settings']);
  await expectAccessibleAndFitting(scene, 'admin', ['/admin/settings']);
}, 120_000);
