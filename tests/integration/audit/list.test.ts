import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  refusalOf,
  type SeededRestaurant,
  seedRestaurant,
  startTestApp,
  type TestApp,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';

let app: TestApp;
let at: SeededRestaurant;
let other: SeededRestaurant;
let owner: Client;
let admin: Client;

beforeAll(async () => {
  app = await startTestApp();
  const service = await app.asService();
  at = await seedRestaurant(service);
  other = await seedRestaurant(service);
  [owner, admin] = await Promise.all([app.asOwner(at.ownerId), app.asAdmin()]);
  const change = (client: Client, restaurantId: string, staffRefundWindowDays: number) =>
    client.settings.change.mutate({ restaurantId, staffRefundWindowDays, idempotencyKey: newKey() });
  await change(owner, at.restaurantId, 1);
  await change(owner, at.restaurantId, 2);
  await owner.cash.drawer.open.mutate({
    restaurantId: at.restaurantId,
    floatMinor: 100,
    idempotencyKey: newKey(),
  });
  await change(await app.asOwner(other.ownerId), other.restaurantId, 3);
  await app.server.app.login.savePerson({
    email: 'ada@example.com',
    name: 'Ada',
    password: 'correct-horse-battery',
    role: 'admin',
    platformUserId: null,
  });
  await fetch(`${app.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { origin: app.url, 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ada@example.com', password: 'correct-horse-battery' }),
  });
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

const actionsOf = (page: { items: { action: string }[] }) => page.items.map((entry) => entry.action);

describe('who reads what', () => {
  test('an owner reads what concerns their restaurant, newest first, and no more without naming it', async () => {
    const named = await owner.audit.list.query({ restaurantId: at.restaurantId });
    expect(actionsOf(named)).toEqual(['drawer.opened', 'settings.changed', 'settings.changed']);
    expect(await owner.audit.list.query({})).toEqual(named);
    expect(named.items[1]).toMatchObject({
      actor: `user:${at.ownerId}`,
      subjectType: 'restaurant',
      subjectId: at.restaurantId,
      restaurantId: at.restaurantId,
      details: { staffRefundWindowDays: { from: 1, to: 2 } },
    });
  });

  test('an admin reads all, with sign-ins, and calls people by their names', async () => {
    const all = await admin.audit.list.query({});
    expect(new Set(all.items.map((entry) => entry.restaurantId))).toEqual(
      new Set([null, at.restaurantId, other.restaurantId]),
    );
    expect(all.items.find((entry) => entry.action === 'login')).toMatchObject({ actorName: 'Ada' });
  });

  test('another tenant’s restaurant is not there, and staff may not read', async () => {
    const asked = owner.audit.list.query({ restaurantId: other.restaurantId });
    expect((await refusalOf(asked))?.code).toBe('NOT_FOUND');
    const staff = await app.asStaff(at.staffId);
    for (const restaurantId of [undefined, at.restaurantId]) {
      const refused = staff.audit.list.query(restaurantId === undefined ? {} : { restaurantId });
      expect((await refusalOf(refused))?.code).toBe('FORBIDDEN');
    }
  });
});

describe('filters and pages', () => {
  test('by action, actor and subject; an id alone finds its actor', async () => {
    const count = async (filter: Parameters<Client['audit']['list']['query']>[0]) =>
      (await admin.audit.list.query({ restaurantId: at.restaurantId, ...filter })).items.length;
    expect(await count({ action: 'settings' })).toBe(2);
    expect(await count({ action: 'drawer.opened' })).toBe(1);
    expect(await count({ actor: at.ownerId })).toBe(3);
    expect(await count({ actor: `user:${at.ownerId}` })).toBe(3);
    expect(await count({ actor: 'nobody' })).toBe(0);
    for (const pattern of ['%', '_', '\\', '\\%']) {
      expect(await count({ actor: pattern })).toBe(0);
      expect(await count({ action: pattern })).toBe(0);
    }
    expect(await count({ subjectType: 'restaurant', subjectId: at.restaurantId })).toBe(2);
    expect(await count({ to: new Date(Date.now() - 3_600_000) })).toBe(0);
    expect(await count({ from: new Date(Date.now() - 3_600_000) })).toBe(3);
    const beyond = admin.audit.list.query({ to: new Date(8.64e15) });
    expect((await refusalOf(beyond)).appCode).toBe('INVALID_INPUT');
  });

  test('pages follow one another without a gap; a cursor of nobody is refused', async () => {
    const first = await owner.audit.list.query({ limit: 2 });
    expect(first.items).toHaveLength(2);
    const second = await owner.audit.list.query({ limit: 2, cursor: first.nextCursor ?? '' });
    expect([...actionsOf(first), ...actionsOf(second)]).toEqual(actionsOf(await owner.audit.list.query({})));
    expect(second.nextCursor).toBeNull();
    const refused = await refusalOf(owner.audit.list.query({ cursor: 'bm9uc2Vuc2U' }));
    expect(refused?.appCode).toBe('CURSOR_INVALID');
  });
});
