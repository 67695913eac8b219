import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  refusalOf,
  type SeededRestaurant,
  seedRestaurant,
  startTestApp,
  type TestApp,
} from '../../support/app';

let app: TestApp;
let at: SeededRestaurant;
beforeAll(async () => {
  app = await startTestApp();
  at = await seedRestaurant(await app.asService());
});
afterAll(() => app.stop());

test('its people see who works at a restaurant, owners first', async () => {
  const team = await (await app.asStaff(at.staffId)).team.list.query({ restaurantId: at.restaurantId });
  expect(team.map(({ userId, role }) => ({ userId, role }))).toEqual([
    { userId: at.ownerId, role: 'OWNER' },
    { userId: at.staffId, role: 'STAFF' },
  ]);
});

test('another tenant sees nobody, and a restaurant that is not there has nobody', async () => {
  const elsewhere = await seedRestaurant(await app.asService());
  const asked = (await app.asOwner(elsewhere.ownerId)).team.list.query({ restaurantId: at.restaurantId });
  expect((await refusalOf(asked))?.code).toBe('NOT_FOUND');
  const unknown = (await app.asAdmin()).team.list.query({ restaurantId: 'nowhere' });
  expect((await refusalOf(unknown))?.code).toBe('NOT_FOUND');
});
