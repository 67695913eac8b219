import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../support/app';
import { type AdminScene, setAdminScene } from './admin-scene';
import { textOf } from './support';

let scene: AdminScene;
const pool = () => scene.app.database.pool;
beforeAll(async () => {
  scene = await setAdminScene();
}, 300_000);
afterAll(() => scene?.stop());

/** Events of a payment that was made, as if they could not have been applied. */
async function deadLetters(): Promise<string[]> {
  await scene.paid();
  await scene.app.simulator.control.waitForDeliveries();
  const { rows } = await pool().query(
    `UPDATE webhook_events SET state = 'DEAD', attempts = 4, last_error = 'no room left on device' WHERE state = 'APPLIED' RETURNING event_id`,
  );
  return rows.map((row) => row.event_id);
}
const deadCount = async () =>
  (await pool().query(`SELECT count(*)::int AS dead FROM webhook_events WHERE state = 'DEAD'`)).rows[0].dead;

it('a dead letter shows why it failed and what Stripe sent, and is replayed; then all that are left at once', async () => {
  const dead = await deadLetters();
  expect(dead.length).toBeGreaterThan(1);
  const { page, context, complaints } = await scene.open('admin');
  await page.goto(`${scene.app.url}/admin/webhooks?state=DEAD`);
  const rows = page.getByRole('table', { name: 'Webhook events' }).getByRole('row');
  await waitFor('all are shown', async () => (await rows.count()) === dead.length + 1);
  expect(await textOf(rows.nth(1))).toContain('no room left on device');
  await rows.nth(1).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('What Stripe sent').click();
  expect(await textOf(dialog.locator('pre'))).toContain('"object": "event"');
  await dialog.getByRole('button', { name: 'Replay' }).dblclick();
  await dialog.waitFor({ state: 'hidden' });
  await waitFor('one is applied', async () => (await deadCount()) === dead.length - 1);
  await waitFor('it has left the list', async () => (await rows.count()) === dead.length);

  await page.getByRole('button', { name: `Replay ${dead.length - 1} shown` }).click();
  await dialog.getByRole('button', { name: 'Replay', exact: true }).dblclick();
  await page.getByText('No event is in this state').waitFor();
  expect(await deadCount()).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});

it('the graph says by hour how long events took', async () => {
  await pool().query(
    `UPDATE webhook_events SET received_at = now() - interval '3 hours', finished_at = now() - interval '3 hours' + interval '95 seconds'
     WHERE event_id = (SELECT event_id FROM webhook_events ORDER BY event_id LIMIT 1)`,
  );
  const { page, context } = await scene.open('admin');
  await page.goto(`${scene.app.url}/admin/webhooks`);
  const graph = page.getByRole('region', { name: 'How long events took, last 24 hours' });
  await graph.getByText('the longest took 1 min 35 s').waitFor();
  const table = graph.getByRole('table', { name: 'Longest wait by hour of arrival, UTC' });
  expect(await table.getByRole('row').count()).toBe(24);
  expect(await textOf(table)).toContain('1 events, longest 1 min 35 s, median 1 min 35 s');
  await context.close();
});

it('an owner gets a refusal and no webhook event', async () => {
  const { page, context } = await scene.open('owner');
  await page.goto(`${scene.app.url}/admin/webhooks`);
  await page.getByRole('main').getByRole('alert').first().waitFor();
  expect(await page.getByRole('row').count()).toBe(0);
  await context.close();
});
