import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seedAtStart } from '@/server/seed-at-start';
import { newKey, payWithCard, startTestApp, type TestApp, waitForStatus } from '../../support/app';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await seedAtStart(app.server.app.deps);
});
afterAll(() => app.stop());

const count = async () => {
  const { rows } = await app.database.pool.query(
    `SELECT (SELECT count(*) FROM restaurants) AS restaurants, (SELECT count(*) FROM tables) AS tables,
            (SELECT count(*) FROM guest_sessions) AS guests, (SELECT count(*) FROM orders) AS orders,
            (SELECT count(*) FROM memberships) AS members`,
  );
  return rows[0];
};

it('every start writes the same people and bills, so a restart adds nothing', async () => {
  const before = await count();
  expect(before).toEqual({ restaurants: 2, tables: 5, guests: 7, orders: 7, members: 4 });
  await seedAtStart(app.server.app.deps);
  expect(await count()).toEqual(before);
});

it('a seeded guest can pay the seeded bill, tax included, in the restaurant’s currency', async () => {
  const { rows } = await app.database.pool.query<{
    guest: string;
    id: string;
    due: number;
    currency: string;
  }>(
    `SELECT guest_session_id AS guest, id, subtotal_amount + tax_amount AS due, currency FROM orders
     WHERE id = ANY ($1) ORDER BY id`,
    [['demo-order-standing-demo-bella-napoli-marco', 'demo-order-standing-demo-sakura-kenji']],
  );
  expect(rows.map(({ due, currency }) => [due, currency])).toEqual([
    [3620, 'USD'],
    [3300, 'JPY'],
  ]);
  for (const { guest, id, due } of rows) {
    const client = app.asGuest(guest);
    const payment = await client.payments.create.mutate({
      orderId: id,
      billMinor: due,
      idempotencyKey: newKey(),
    });
    await payWithCard(app, payment);
    expect((await waitForStatus(client, payment.id, 'COMPLETED')).totalMinor).toBe(due);
  }
});

it('the seed takes the platform’s way: none of its files knows the database', async () => {
  for (const name of ['seed', 'seed-orders', 'seed-places', 'seed-at-start']) {
    expect(await readFile(`src/server/${name}.ts`, 'utf8')).not.toMatch(/@\/db\/|prisma/);
  }
});
