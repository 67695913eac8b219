import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO_PLACES } from '@/server/seed-places';
import { startTestApp, type TestApp, waitFor } from '../support/app';
import { launchBrowser } from '../support/browser';
import { assertBooksBalance } from '../support/invariants';
import { ensureNextBuild } from '../support/next-build';
import { openPage } from './support';

/* A guest's phone of the demo, in a browser: /demo. */

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  await ensureNextBuild();
  [app, browser] = await Promise.all([
    startTestApp({ mount: 'next', env: { DEMO_SEED: 'true' } }),
    launchBrowser(),
  ]);
}, 400_000);
afterAll(async () => {
  await browser?.close();
  if (app) await assertBooksBalance(app.database.pool);
  await app?.stop();
});

async function orderedAt(guest: string): Promise<Page> {
  const { page } = await openPage(browser, `${app.url}/demo`);
  await page.getByLabel('You are').selectOption({ label: guest });
  await page.getByRole('button', { name: 'Order something' }).click();
  await page.getByRole('button', { name: /^Pay \D?[1-9]/ }).waitFor();
  return page;
}

async function paymentsAt(place: keyof typeof DEMO_PLACES): Promise<string[]> {
  const { rows } = await app.database.pool.query<{ status: string }>(
    'SELECT status FROM payments WHERE restaurant_id = $1 ORDER BY created_at',
    [DEMO_PLACES[place].id],
  );
  return rows.map(({ status }) => status);
}

it('a payment that was left goes on: after “Back to the bill”, and after a reload', async () => {
  const before = await paymentsAt('bella');
  const page = await orderedAt('Marco');
  await page.getByRole('button', { name: /^Pay / }).click();
  await page.getByRole('button', { name: 'Visa, works' }).waitFor();
  await page.getByRole('button', { name: 'Back to the bill' }).click();
  await page.getByRole('button', { name: /^Continue paying \D?[1-9]/ }).click();
  await page.getByRole('button', { name: 'Visa, works' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: /^Continue paying/ }).click();
  await page.getByRole('button', { name: 'Visa, works' }).click();
  await page.getByRole('link', { name: 'Receipt' }).waitFor();
  await page.getByRole('button', { name: 'Back to the bill' }).click();
  await page.getByText('Everything is paid.').waitFor();
  expect((await paymentsAt('bella')).slice(before.length)).toEqual(['COMPLETED']);
  await page.close();
});

it('a second try after an answer that got lost is the same payment', async () => {
  const before = await paymentsAt('sakura');
  const page = await orderedAt('Kenji');
  await page.route(
    /tableSessions\.pay\?/,
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );
  await page.getByRole('button', { name: /^Pay / }).click();
  await page.getByRole('alert').waitFor();
  await waitFor('the payment was made', async () => (await paymentsAt('sakura')).length > before.length);
  await page.getByRole('button', { name: /^(Try again|Continue paying)/ }).click();
  await page.getByRole('button', { name: 'Visa, works' }).click();
  await page.getByRole('link', { name: 'Receipt' }).waitFor();
  expect((await paymentsAt('sakura')).slice(before.length)).toEqual(['COMPLETED']);
  await page.close();
});
