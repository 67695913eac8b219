import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedRestaurant, waitFor } from '../support/app';
import { makePerson, signIn } from './admin';
import { type AdminScene, setAdminScene } from './admin-scene';
import { textOf } from './support';

let scene: AdminScene;
let disputeId: string;
let paymentId: string;
beforeAll(async () => {
  scene = await setAdminScene();
  const payment = await scene.paid('pm_card_createDispute');
  const { control } = scene.app.simulator;
  control.runScheduled();
  await control.waitForDeliveries();
  paymentId = payment.id;
  const staff = await scene.app.asStaff(scene.place.staffId);
  disputeId = await waitFor('the dispute is here', async () => {
    const { items } = await staff.disputes.list.query({ paymentId });
    return items[0]?.id ?? null;
  });
}, 300_000);
afterAll(() => scene?.stop());

it('a restaurant sees the clock, answers with texts and a file, and the bank is answered once', async () => {
  const { page, context, complaints } = await scene.open('staff');
  await page.goto(`${scene.app.url}/admin/disputes`);
  const row = page.getByRole('row').filter({ hasText: 'Needs response' });
  await row.waitFor();
  expect(await textOf(row)).toMatch(/\d+ d( \d+ h)? left/);
  await row.click();
  await page.waitForURL(`${scene.app.url}/admin/disputes/${disputeId}`);
  expect(await page.getByRole('link', { name: paymentId }).getAttribute('href')).toBe(
    `/admin/payments/${paymentId}`,
  );

  await page.getByRole('button', { name: 'Review and send' }).click();
  await page.getByText('Say or show something first').waitFor();
  await page.getByLabel('What was sold').fill('Dinner for two at table 4');
  await page.getByRole('button', { name: 'Add a file' }).click();
  await page.getByLabel('Id at Stripe').fill('file_123abc');
  await page.getByLabel('The same file on this device').setInputFiles({
    name: 'receipt.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF-1.4'),
  });
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Receipt: receipt.pdf').waitFor();
  await page.getByRole('button', { name: 'Review and send' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('2 parts go to the bank').waitFor();
  await dialog.getByRole('button', { name: 'Send to the bank' }).dblclick();
  await dialog.waitFor({ state: 'hidden' });

  await page.getByText('Dinner for two at table 4').waitFor();
  await page.getByText('receipt.pdf, file_123abc').waitFor();
  await page.getByRole('button', { name: 'Review and send' }).waitFor({ state: 'detached' });
  const { rows } = await scene.app.database.pool.query(
    'SELECT count(*)::int AS sent FROM dispute_evidence WHERE dispute_id = $1',
    [disputeId],
  );
  expect(rows).toEqual([{ sent: 1 }]);
  expect(complaints).toEqual([]);
  await context.close();
});

it('the decision of the bank appears live', async () => {
  const { page, context } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/disputes/${disputeId}`);
  await page.getByText('Live', { exact: true }).waitFor();
  scene.app.simulator.control.resolveDispute({ dispute: disputeId, outcome: 'won' });
  await page.getByText('Won', { exact: true }).waitFor();
  await page.goto(`${scene.app.url}/admin/disputes?show=decided`);
  await page.getByRole('row').filter({ hasText: 'Won' }).waitFor();
  await context.close();
});

it('another tenant’s dispute is not there', async () => {
  const elsewhere = await seedRestaurant(scene.service);
  const { email } = await makePerson(scene.app, 'owner', elsewhere.ownerId);
  const { page, context } = await signIn(scene.browser, scene.app, email);
  const answer = await page.goto(`${scene.app.url}/admin/disputes/${disputeId}`);
  expect(answer?.status()).toBe(404);
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  expect(await page.getByText(paymentId).count()).toBe(0);
  await page.goto(`${scene.app.url}/admin/disputes?show=all`);
  await page.getByText('No disputes').waitFor();
  await context.close();
});
