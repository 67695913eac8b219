import { afterAll, beforeAll, expect, it } from 'vitest';
import { nth, payShareOf, whenState } from '../integration/splits/support';
import { newKey } from '../support/app';
import { type AdminScene, setAdminScene } from './admin-scene';

let scene: AdminScene;
beforeAll(async () => {
  scene = await setAdminScene();
}, 300_000);
afterAll(() => scene?.stop());

/** A bill of 25.00 among three, of whom the first has paid. */
async function group() {
  const created = await scene.guest.splits.create.mutate({
    orderId: await scene.order(),
    parts: [
      { name: 'Marco', amountMinor: 1000 },
      { name: 'Anna', email: 'anna@example.com', amountMinor: 1000 },
      { name: 'Luca', amountMinor: 500 },
    ],
    idempotencyKey: newKey(),
  });
  await payShareOf(scene.app, scene.guest, nth(created, 0));
  return created;
}
const reminders = async () =>
  (await scene.app.database.pool.query(`SELECT 1 FROM notifications WHERE kind = 'SHARE_REMINDER'`)).rows
    .length;

it('staff see who has paid, remind who has not, and take cash: each once, however often they click', async () => {
  const { id } = await group();
  const { page, context, complaints } = await scene.open('staff');
  await page.goto(`${scene.app.url}/admin/splits`);
  const card = page.getByRole('region', { name: '$10.00 of $25.00 paid' });
  const of = (name: string) => card.getByRole('listitem').filter({ hasText: name });
  await of('Marco').getByText('Completed').waitFor();
  expect(await of('Marco').getByRole('button').count()).toBe(0);
  // Nobody can be reminded without an address.
  expect(await of('Luca').getByRole('button', { name: 'Remind' }).count()).toBe(0);

  const dialog = page.getByRole('dialog');
  await of('Anna').getByRole('button', { name: 'Remind' }).click();
  await dialog.getByText('To anna@example.com.').waitFor();
  await dialog.getByRole('button', { name: 'Send' }).dblclick();
  await page.getByText('The reminder is on its way.').waitFor();
  expect(await reminders()).toBe(1);

  await of('Luca').getByRole('button', { name: 'Took cash' }).click();
  await page.getByRole('dialog', { name: 'Took $5.00 in cash' }).waitFor();
  await dialog.getByRole('button', { name: 'The money is here' }).dblclick();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('region', { name: '$15.00 of $25.00 paid' }).waitFor();
  const cash = await scene.app.database.pool.query(
    `SELECT p.total_amount, p.status FROM payments p JOIN split_payment_participants s ON s.payment_id = p.id
     WHERE s.split_group_id = $1 AND p.method = 'CASH'`,
    [id],
  );
  expect(cash.rows).toEqual([{ total_amount: 500, status: 'COMPLETED' }]);
  expect(complaints).toEqual([]);
  await context.close();
});

it('a restaurant that sends no reminders says so instead of promising one', async () => {
  const { restaurantId, ownerId } = scene.place;
  const owner = await scene.app.asOwner(ownerId);
  const set = (splitRemindersEnabled: boolean) =>
    owner.settings.change.mutate({ restaurantId, splitRemindersEnabled, idempotencyKey: newKey() });
  await set(false);
  const { page, context } = await scene.open('staff');
  await page.goto(`${scene.app.url}/admin/splits`);
  await page.getByRole('button', { name: 'Remind' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  await page.getByText('Nothing was sent').waitFor();
  await set(true);
  await context.close();
});

it('a group is called off: what was paid goes back, and it leaves the list', async () => {
  const { id } = await group();
  const { page, context } = await scene.open('staff');
  await page.goto(`${scene.app.url}/admin/splits`);
  const card = page.getByRole('region', { name: '$10.00 of $25.00 paid' });
  await card.getByRole('button', { name: 'Cancel group' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('They pay together after all');
  await dialog.getByRole('button', { name: 'Cancel the group' }).dblclick();
  await dialog.waitFor({ state: 'hidden' });
  const staff = await scene.app.asStaff(scene.place.staffId);
  await whenState(staff, id, 'CANCELLED');
  await card.waitFor({ state: 'detached' });
  const refunds = await scene.app.database.pool.query(
    `SELECT r.refund_amount FROM payment_refunds r JOIN split_payment_participants s ON s.payment_id = r.payment_id WHERE s.split_group_id = $1`,
    [id],
  );
  expect(refunds.rows).toEqual([{ refund_amount: 1000 }]);
  await page.goto(`${scene.app.url}/admin/splits?show=all`);
  await page.getByText('Cancelled', { exact: true }).first().waitFor();
  await context.close();
});
