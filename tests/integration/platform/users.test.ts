import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  seedOrder,
  seedRestaurant,
  startTestApp,
  type TestApp,
} from '../../support/app';

let app: TestApp;
let service: Client;
beforeAll(async () => {
  app = await startTestApp();
  service = await app.asService();
});
afterAll(() => app.stop());

const sync = (...users: Parameters<Client['platform']['users']['sync']['mutate']>[0]['users']) =>
  service.platform.users.sync.mutate({ users });

async function userRow(id: string) {
  const { rows } = await app.database.pool.query('SELECT email, name, version FROM users WHERE id = $1', [
    id,
  ]);
  return rows[0];
}

test('a person’s address is taken by version: an older or equal one is stale, null takes it back', async () => {
  const id = `customer-${newKey()}`;
  const outcomes = async (version: number, email: string | null) =>
    (await sync({ id, email, name: 'Olivia', version })).results.map(({ outcome }) => outcome);
  expect(await outcomes(2, 'olivia@example.com')).toEqual(['APPLIED']);
  expect(await outcomes(2, 'other@example.com')).toEqual(['STALE']);
  expect(await outcomes(1, 'older@example.com')).toEqual(['STALE']);
  expect(await userRow(id)).toEqual({ email: 'olivia@example.com', name: 'Olivia', version: 2 });
  expect(await outcomes(3, null)).toEqual(['APPLIED']);
  expect((await userRow(id)).email).toBeNull();
});

test('a restaurant that names its people with an older address overrules nobody’s own, nor brings back one taken away', async () => {
  const at = await seedRestaurant(service);
  await sync({ id: at.staffId, email: 'new@example.com', name: 'New', version: 7 });
  const named = (version: number) =>
    service.platform.restaurants.sync.mutate({
      restaurants: [
        {
          id: at.restaurantId,
          name: 'Chez Test',
          currency: at.currency,
          timeZone: 'America/New_York',
          closingHour: 4,
          members: [{ userId: at.staffId, role: 'STAFF', email: 'old@example.com', name: 'Old' }],
          version,
        },
      ],
    });
  expect((await named(2)).results).toMatchObject([{ outcome: 'APPLIED' }]);
  expect(await userRow(at.staffId)).toEqual({ email: 'new@example.com', name: 'New', version: 7 });
  await sync({ id: at.staffId, email: null, version: 8 });
  expect((await named(3)).results).toMatchObject([{ outcome: 'APPLIED' }]);
  expect((await userRow(at.staffId)).email).toBeNull();
});

test('one who was only referred to so far gets their address', async () => {
  const id = `customer-${newKey()}`;
  const orderId = await seedOrder(service, await seedRestaurant(service), { customerId: id });
  await (await app.asCustomer(id)).payments.create.mutate({ orderId, idempotencyKey: newKey() });
  expect(await userRow(id)).toMatchObject({ email: null, version: 0 });
  await sync({ id, email: 'late@example.com', version: 1 });
  expect(await userRow(id)).toMatchObject({ email: 'late@example.com', version: 1 });
});

test('a row that is wrong is refused alone', async () => {
  const id = `customer-${newKey()}`;
  const { results } = await sync(
    { id: newKey(), email: 'nobody', version: 1 },
    { id, email: 'a@example.com', version: 1 },
    { id: newKey(), email: null, version: 0 },
  );
  expect(results.map(({ outcome }) => outcome)).toEqual(['REFUSED', 'APPLIED', 'REFUSED']);
});
