import { afterAll, beforeAll, expect, it } from 'vitest';
import { syncProcessorMoney } from '@/services/processor-money/sync';
import { waitFor } from '../support/app';
import { type AdminScene, setAdminScene } from './admin-scene';
import { textOf } from './support';

let scene: AdminScene;
let payoutId: string;
let paymentId: string;
beforeAll(async () => {
  scene = await setAdminScene();
  const { control } = scene.app.simulator;
  paymentId = (await scene.paid()).id;
  control.runScheduled();
  payoutId = control.createPayout({ currency: 'usd', includePending: true }).id;
  await control.waitForDeliveries();
  const admin = await scene.app.asAdmin();
  await waitFor('the payout is divided', async () => {
    await syncProcessorMoney(scene.app.server.app.deps, { everySec: 0, overlapSec: 300 });
    const { items } = await admin.payouts.list.query({});
    return items.find((payout) => payout.id === payoutId && payout.shares.length > 0) ?? null;
  });
}, 300_000);
afterAll(() => scene?.stop());

it('an admin sees the whole payout, whose money it is, and the way to each payment', async () => {
  const { page, context, complaints } = await scene.open('admin');
  await page.goto(`${scene.app.url}/admin/payouts`);
  const row = page.getByRole('row').filter({ hasText: payoutId });
  await row.click();
  await page.getByRole('region', { name: 'Whose money it is' }).waitFor();
  await page.waitForURL((url) => url.searchParams.get('payout') === payoutId);
  expect(await textOf(page.getByRole('region', { name: 'Whose money it is' }))).toMatch(
    /Chez Test \$2\d\.\d\d/,
  );
  expect(await textOf(page.getByRole('region', { name: 'Payout', exact: true }))).toMatch(
    /Amount \$2\d\.\d\d/,
  );
  const parts = page.getByRole('table', { name: 'What the payout contains' });
  expect(await textOf(parts.getByRole('row', { name: /^Sum/ }))).toMatch(/^Sum 1 \$25\.00 /);
  expect(await textOf(parts.getByRole('row', { name: /^Remainder/ }))).toBe('Remainder $0.00 $0.00 $0.00');
  const movements = page.getByRole('table', { name: 'Movements of the payout' });
  const line = movements.getByRole('row').filter({ hasText: 'Charge' });
  expect(await textOf(line)).toContain('$25.00');
  await line.click();
  await page.waitForURL(`${scene.app.url}/admin/payments/${paymentId}`);
  await page.goBack();
  await page.getByRole('button', { name: 'All payouts' }).click();
  await row.waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

it('the day at the bank is Stripe’s, a day without a zone, west of UTC too', async () => {
  const { rows } = await scene.app.database.pool.query<{ day: string }>(
    `SELECT to_char(arrival_at AT TIME ZONE 'UTC', 'Mon FMDD, YYYY') AS day FROM payouts WHERE id = $1`,
    [payoutId],
  );
  const { page, context } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/payouts`);
  const row = page.getByRole('row').filter({ hasText: payoutId });
  await row.waitFor();
  expect(await textOf(row.getByRole('cell').first())).toBe(rows[0]?.day);
  await row.click();
  const facts = page.getByRole('region', { name: 'Payout', exact: true });
  await facts.waitFor();
  expect(await textOf(facts)).toContain(`At the bank ${rows[0]?.day} On the bank’s line`);
  await context.close();
});

it('an owner sees the part of their restaurant and no whole amount; staff see nothing', async () => {
  const owner = await scene.open('owner');
  await owner.page.goto(`${scene.app.url}/admin/payouts?payout=${payoutId}`);
  await owner.page.getByRole('region', { name: 'Whose money it is' }).waitFor();
  expect(await textOf(owner.page.getByRole('region', { name: 'Payout', exact: true }))).not.toContain(
    'Amount',
  );
  await owner.context.close();
  const staff = await scene.open('staff');
  await staff.page.goto(`${scene.app.url}/admin/payouts`);
  await staff.page.getByText('Only owners see payouts').waitFor();
  await staff.context.close();
});
