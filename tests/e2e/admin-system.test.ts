import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AdminScene, setAdminScene } from './admin-scene';
import { textOf } from './support';

let scene: AdminScene;
beforeAll(async () => {
  scene = await setAdminScene();
}, 300_000);
afterAll(() => scene?.stop());

it('an admin sees versions, migrations and connections, and what needs a person in words', async () => {
  await scene.app.database.pool.query(
    `INSERT INTO webhook_events (event_id, type, object_id, event_created_at, state)
     VALUES ('evt_dead', 'charge.updated', 'ch_1', now(), 'DEAD')`,
  );
  scene.app.simulator.control.addFault({
    kind: 'reset',
    times: 20,
    method: 'GET',
    pathPattern: '/v1/events',
  });
  const { page, context, complaints } = await scene.open('admin');
  await page.goto(`${scene.app.url}/admin/system`);
  const problems = page.getByRole('list', { name: 'Problems' });
  await problems.getByText('Webhook events that gave up: 1.').waitFor();
  // Test apps run no worker.
  await problems.getByText('No worker has run').waitFor();
  await problems.getByText('Stripe does not answer').waitFor();
  expect(await textOf(page.getByRole('table', { name: 'Applied migrations' }))).toContain('0001_core');
  expect(await textOf(page.getByRole('table', { name: 'Connections' }))).toContain('tabsy-payments');
  scene.app.simulator.control.clearFaults();
  // It asks anew by itself.
  await problems.getByText('Stripe does not answer').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Look at them' }).click();
  await page.waitForURL(`${scene.app.url}/admin/webhooks?state=DEAD`);
  expect(complaints).toEqual([]);
  await context.close();
});

it('an owner is told that the page is for platform staff, and gets no table of it', async () => {
  const { page, context } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/system`);
  await page.getByText('For platform staff').waitFor();
  expect(await page.getByRole('table').count()).toBe(0);
  await context.close();
});
