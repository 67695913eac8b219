import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeExports } from '@/services/exports/make';
import { seedRestaurant } from '../support/app';
import { waitFor } from '../support/wait-for';
import { type AdminScene, setAdminScene } from './admin-scene';
import { textOf } from './support';

let scene: AdminScene;
let paymentIds: string[];
beforeAll(async () => {
  scene = await setAdminScene();
  paymentIds = [];
  for (let n = 0; n < 3; n++) paymentIds.push((await scene.paid()).id);
}, 300_000);
afterAll(() => scene?.stop());

it('every filter stands in the address: who opens it sees the same', async () => {
  const { page, context } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/payments`);
  await page.getByRole('row').nth(3).waitFor();
  await page.getByLabel('Table', { exact: true }).fill('table');
  await page.getByLabel('At least').fill('20');
  await page.getByLabel('At most').fill('30.00');
  await page.getByLabel(/^From day \(E[SD]T\)$/).fill('2026-01-01');
  await page.getByRole('button', { name: 'Any' }).first().click();
  await page.getByLabel('Completed').check();
  await page.keyboard.press('Escape');
  await page.getByLabel('Find').fill(paymentIds[0] ?? '');
  await page.waitForURL((url) => url.searchParams.get('q') === paymentIds[0]);
  const { searchParams } = new URL(page.url());
  expect(Object.fromEntries(searchParams)).toEqual({
    q: paymentIds[0],
    table: 'table',
    status: 'COMPLETED',
    min: '20',
    max: '30.00',
    from: '2026-01-01',
  });
  const colleague = await scene.open('staff');
  await colleague.page.goto(page.url());
  const rows = colleague.page.getByRole('table', { name: 'Payments' }).getByRole('row');
  await rows.nth(1).waitFor();
  expect(await rows.count()).toBe(2);
  expect(await colleague.page.getByLabel('At most').inputValue()).toBe('30.00');
  await colleague.page.getByLabel('Table', { exact: true }).fill('terrace');
  await colleague.page.getByText('No payments here').waitFor();
  await colleague.context.close();
  await context.close();
});

it('an amount that is none is told in its field and in the export; several currencies are not filtered by amount', async () => {
  const { page, context } = await scene.open('admin');
  await page.goto(`${scene.app.url}/admin/payments?min=20`);
  const min = page.getByLabel('At least (USD)');
  await min.fill('much');
  await page.getByText('This is no amount in USD.').waitFor();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByText('An amount of the filters is no amount in USD').waitFor();
  expect(await page.getByRole('button', { name: 'Make the file' }).isDisabled()).toBe(true);
  await page.keyboard.press('Escape');

  const euro = await seedRestaurant(scene.service, { currency: 'EUR' });
  await page.goto(`${scene.app.url}/admin/payments?min=20`);
  await page.getByText('Amounts do not filter several currencies.').waitFor();
  expect(await min.count()).toBe(0);
  await page.goto(`${scene.app.url}/admin/payments?min=20&restaurant=${euro.restaurantId}`);
  await page.getByLabel('At least (EUR)').waitFor();
  await context.close();
});

it('days are those of the restaurant’s zone, which is shown', async () => {
  const { restaurantId, ownerId, staffId } = scene.place;
  const { createdAt } = await scene.guest.payments.get.query({ paymentId: paymentIds[0] ?? '' });
  const sync = (timeZone: string, version: number) =>
    scene.service.platform.restaurants.sync.mutate({
      restaurants: [
        {
          id: restaurantId,
          name: 'Chez Test',
          currency: 'USD',
          timeZone,
          members: [
            { userId: staffId, role: 'STAFF' },
            { userId: ownerId, role: 'OWNER' },
          ],
          version,
        },
      ],
    });
  // At any hour it is another day than in Greenwich in one of them.
  for (const [version, timeZone, zone] of [
    [2, 'Pacific/Kiritimati', 'GMT+14'],
    [3, 'Pacific/Pago_Pago', 'GMT-11'],
  ] as const) {
    await sync(timeZone, version);
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone }).format(new Date(createdAt));
    const { page, context } = await scene.open('owner');
    await page.goto(`${scene.app.url}/admin/payments?from=${day}&to=${day}`);
    await page.getByRole('row').nth(3).waitFor();
    await page.getByLabel(`To day (${zone})`).fill(dayBefore(day));
    await page.getByLabel(`From day (${zone})`).fill(dayBefore(day));
    await page.getByText('No payments here').waitFor();
    await context.close();
  }
  await sync('America/New_York', 4);
});

const dayBefore = (day: string) => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);

it('a file of what the filters show is made in the background, followed, and downloaded, also after a reload', async () => {
  const { page, context, complaints } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/payments?q=${paymentIds[1]}`);
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Make the file' }).dblclick();
  await dialog.getByText('Waiting').waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Export' }).click();
  await dialog.getByText('0 rows so far').waitFor();
  const { pool } = scene.app.database;
  await pool.query(
    `UPDATE export_jobs SET state = 'RUNNING', row_count = 1200, total_row_count = 3000, lease_until = now() + interval '1 hour'`,
  );
  await dialog.getByText('1,200 of 3,000 rows so far').waitFor();
  expect(await dialog.getByRole('progressbar').getAttribute('value')).toBe('1200');
  expect(await dialog.getByRole('progressbar').getAttribute('max')).toBe('3000');
  await pool.query(`UPDATE export_jobs SET state = 'WAITING'`);
  await makeExports(scene.app.server.app.deps);
  const link = dialog.getByRole('link', { name: 'Download' });
  await link.waitFor();
  expect(await textOf(dialog.getByRole('listitem'))).toMatch(/^Done .* 1 row Download$/);
  const file = await fetch((await link.getAttribute('href')) ?? '');
  const text = await file.text();
  expect(file.headers.get('content-type')).toContain('text/csv');
  expect(text).toContain(paymentIds[1]);
  expect(text).not.toContain(paymentIds[0]);
  expect(complaints).toEqual([]);
  await context.close();
});

it('columns and views are kept on this device', async () => {
  const { page, context } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/payments?status=COMPLETED`);
  await page.getByRole('columnheader', { name: 'Tip' }).waitFor();
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('dialog', { name: 'Columns' }).getByLabel('Tip').uncheck();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByLabel('Save these filters as').fill('Paid ones');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.goto(`${scene.app.url}/admin/payments`);
  await page.getByRole('row').nth(1).waitFor();
  expect(await page.getByRole('columnheader', { name: 'Tip' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('button', { name: 'Paid ones', exact: true }).click();
  await page.waitForURL((url) => url.searchParams.get('status') === 'COMPLETED');
  await context.close();
});

it('everything is reached without a mouse: search with a slash, arrows in the table, Enter opens', async () => {
  const { page, context } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  const palette = page.getByPlaceholder('Page, payment id, receipt or order number');
  // The page stands there before it listens to keys.
  await waitFor('the palette opens', async () => {
    await page.keyboard.press('/');
    return palette.isVisible();
  });
  await palette.fill('Paym');
  await page.getByRole('option', { name: 'Payments', exact: true, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(`${scene.app.url}/admin/payments`);
  const rows = page.getByRole('table', { name: 'Payments' }).getByRole('row');
  await rows.nth(3).waitFor();
  await rows.nth(1).getByRole('link').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  // Newest first: the second row is the second payment.
  await page.waitForURL(`${scene.app.url}/admin/payments/${paymentIds[1]}`);
  await page.keyboard.press('Control+k');
  await palette.fill(paymentIds[2] ?? '');
  await page.getByRole('option', { name: 'Find payments with', selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('q') === paymentIds[2]);
  await rows.nth(1).waitFor();
  expect(await rows.count()).toBe(2);
  await context.close();
});
