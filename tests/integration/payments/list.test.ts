import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  payWithCard,
  refusalOf,
  seedOrder,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { pay, type Scene, setScene } from './support';

let app: TestApp;
let now = new Date('2026-11-20T12:00:00.000Z');
beforeAll(async () => {
  app = await startTestApp({
    env: { STRIPE_REQUESTS_PER_SECOND: '1000' },
    app: { clock: { now: () => now } },
  });
});
afterAll(() => app.stop());

/** So many open payments of one table, all of the same millisecond. */
async function openPayments(scene: Scene, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const orderId = await seedOrder(scene.service, scene.at, {
      session: scene.session,
      subtotalMinor: 1000 + n,
    });
    ids.push((await pay(scene.guest, orderId)).id);
  }
  return ids;
}

async function walk(
  client: Client,
  filter: Parameters<Client['payments']['list']['query']>[0],
  onPage?: () => Promise<unknown>,
) {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.payments.list.query({ ...filter, cursor });
    ids.push(...page.items.map((item) => item.id));
    cursor = page.nextCursor ?? undefined;
    await onPage?.();
  } while (cursor);
  return ids;
}

test('pages show every payment once, newest first, though all have the same time', async () => {
  const scene = await setScene(app);
  const ids = await openPayments(scene, 7);
  for (const limit of [1, 2, 3, 7, 200]) {
    expect(await walk(scene.staff, { restaurantId: scene.at.restaurantId, limit })).toEqual(
      [...ids].reverse(),
    );
  }
});

test('pages stay stable while payments are added', async () => {
  const scene = await setScene(app);
  const ids = await openPayments(scene, 6);
  const seen = await walk(scene.staff, { restaurantId: scene.at.restaurantId, limit: 2 }, () =>
    openPayments(scene, 1),
  );
  expect(seen).toEqual([...ids].reverse());
});

test('a cursor that this service did not give is refused with CURSOR_INVALID', async () => {
  const { staff } = await setScene(app);
  const foreign = Buffer.from(JSON.stringify([1, 'not-an-id'])).toString('base64url');
  for (const cursor of [
    '',
    'x',
    '%%%',
    '../..',
    foreign,
    'a'.repeat(512),
    Buffer.from('[1]').toString('base64url'),
  ]) {
    expect(await refusalOf(staff.payments.list.query({ cursor }))).toMatchObject({
      code: 'BAD_REQUEST',
      appCode: 'CURSOR_INVALID',
    });
  }
  expect(await refusalOf(staff.payments.list.query({ cursor: 'a'.repeat(513) }))).toMatchObject({
    appCode: 'INVALID_INPUT',
  });
});

describe('filters', () => {
  test('by status, method, order, session, total and time', async () => {
    const scene = await setScene(app);
    now = new Date('2026-11-20T13:00:00.000Z');
    const paid = await pay(scene.guest, scene.orderId, { tipMinor: 300 });
    await payWithCard(app, paid);
    await waitForStatus(scene.guest, paid.id, 'COMPLETED');
    now = new Date('2026-11-20T14:00:00.000Z');
    const orderId = await seedOrder(scene.service, scene.at, { session: scene.session });
    const open = await pay(scene.guest, orderId);
    const list = (filter: Parameters<Client['payments']['list']['query']>[0]) => walk(scene.staff, filter);
    expect(await list({ status: ['COMPLETED'] })).toEqual([paid.id]);
    expect(await list({ status: ['PENDING', 'FAILED'] })).toEqual([open.id]);
    expect(await list({ status: ['REFUNDED'] })).toEqual([]);
    expect(await list({ method: ['CARD'] })).toEqual([open.id, paid.id]);
    expect(await list({ method: ['CASH'] })).toEqual([]);
    expect(await list({ orderId })).toEqual([open.id]);
    expect(await list({ tableSessionId: scene.session.sessionId })).toEqual([open.id, paid.id]);
    expect(await list({ tableSessionId: 'another' })).toEqual([]);
    expect(await list({ totalFromMinor: 2701 })).toEqual([paid.id]);
    expect(await list({ totalToMinor: 2700 })).toEqual([open.id]);
    expect(await list({ createdFrom: new Date('2026-11-20T14:00:00.000Z') })).toEqual([open.id]);
    expect(await list({ createdTo: new Date('2026-11-20T14:00:00.000Z') })).toEqual([paid.id]);
  });

  test.each([{ limit: 0 }, { limit: 201 }, { limit: 1.5 }, { totalFromMinor: -1 }])(
    'that make no sense are refused: %j',
    async (filter) => {
      const { staff } = await setScene(app);
      expect(await refusalOf(staff.payments.list.query(filter))).toMatchObject({ appCode: 'INVALID_INPUT' });
    },
  );
});

describe('everyone sees their own', () => {
  test('staff their restaurants, guests their table, customers what they paid and their table, admins all', async () => {
    const a = await setScene(app);
    const b = await setScene(app);
    const customerId = `regular-${a.orderId}`;
    const own = await seedOrder(a.service, a.at, { customerId });
    const [atA] = await openPayments(a, 1);
    const [atB] = await openPayments(b, 1);
    const byCustomer = (await pay(await app.asCustomer(customerId), own)).id;

    expect(await walk(a.staff, {})).toEqual([byCustomer, atA]);
    expect(await walk(b.staff, {})).toEqual([atB]);
    expect(await walk(a.guest, {})).toEqual([atA]);
    expect(await walk(a.mate, {})).toEqual([atA]);
    expect(await walk(await app.asCustomer(customerId), {})).toEqual([byCustomer]);
    expect(await walk(await app.asCustomer(customerId, b.session.guests[0]), {})).toEqual([byCustomer, atB]);
    expect(await walk(await app.asCustomer('nobody-special'), {})).toEqual([]);
    const all = await walk(await app.asAdmin(), {});
    expect(all).toEqual(expect.arrayContaining([atA, atB, byCustomer]));
  });

  test('no filter widens that: another restaurant is not found for staff and empty for guests', async () => {
    const a = await setScene(app);
    const b = await setScene(app);
    await openPayments(b, 1);
    const filter = { restaurantId: b.at.restaurantId };
    expect(await refusalOf(a.staff.payments.list.query(filter))).toMatchObject({
      code: 'NOT_FOUND',
      appCode: 'NOT_FOUND',
    });
    expect(await walk(a.guest, filter)).toEqual([]);
    expect(await walk(a.staff, { tableSessionId: b.session.sessionId })).toEqual([]);
    expect(await walk(a.guest, { tableSessionId: b.session.sessionId })).toEqual([]);
    expect(await refusalOf(app.anonymous().payments.list.query({}))).toMatchObject({
      appCode: 'UNAUTHENTICATED',
    });
    expect(await refusalOf(a.service.payments.list.query({}))).toMatchObject({ appCode: 'FORBIDDEN' });
  });

  test('and a cursor of somebody else opens nothing', async () => {
    const a = await setScene(app);
    const b = await setScene(app);
    await openPayments(b, 2);
    const { nextCursor } = await b.staff.payments.list.query({ limit: 1 });
    const own = await openPayments(a, 1);
    const page = await a.staff.payments.list.query({ cursor: nextCursor ?? '' });
    expect(page.items.filter((item) => !own.includes(item.id))).toEqual([]);
  });
});

test('a list shows the client secret to the payer alone', async () => {
  const scene = await setScene(app);
  const payment = await scene.guest.payments.create.mutate({
    orderId: scene.orderId,
    idempotencyKey: newKey(),
  });
  expect((await scene.guest.payments.list.query({})).items[0]?.clientSecret).toBe(payment.clientSecret);
  expect((await scene.mate.payments.list.query({})).items[0]?.clientSecret).toBeNull();
  expect((await scene.staff.payments.list.query({})).items[0]?.clientSecret).toBeNull();
});

test('the table narrows by the beginning of its name, within what the caller sees, wildcards as they are', async () => {
  const [scene, other] = [await setScene(app), await setScene(app)];
  const [mine] = await openPayments(scene, 1);
  await openPayments(other, 1);
  const found = (table: string, client = scene.staff) => walk(client, { table });
  expect(await found('Table')).toEqual([mine]);
  expect(await found('tABLE 1')).toEqual([mine]);
  expect(await found('Table 2')).toEqual([]);
  expect(await found('%able')).toEqual([]);
  expect(await walk(scene.staff, { restaurantId: scene.at.restaurantId, table: 'Table' })).toEqual([mine]);
  expect((await found('Table', await app.asAdmin())).length).toBeGreaterThan(1);
});

test('a search finds by the beginning of id, receipt number and order number, and takes wildcards as they are', async () => {
  const scene = await setScene(app);
  const [first = '', second = ''] = await openPayments(scene, 2);
  const found = async (search: string) => {
    const { items } = await scene.staff.payments.list.query({ restaurantId: scene.at.restaurantId, search });
    return items.map(({ id }) => id);
  };
  expect(await found(first.slice(0, 36))).toEqual([first]);
  expect(await found(first.toUpperCase())).toEqual([first]);
  // Both were made within the same moment: their ids begin alike.
  expect(await found(first.slice(0, 8))).toEqual([second, first]);
  const { items } = await scene.staff.payments.list.query({ restaurantId: scene.at.restaurantId });
  const [newest] = items;
  expect(newest).toMatchObject({ tableName: expect.any(String), restaurantName: expect.any(String) });
  const number = newest?.orderNumbers[0] ?? '';
  expect(await found(number)).toContain(newest?.id);
  expect(await found('%')).toEqual([]);
  expect(await found(`_${number.slice(1)}`)).toEqual([]);
});
