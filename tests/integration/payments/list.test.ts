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

describe('pages of a search and of a period, from any depth', () => {
  /** Payments of two restaurants with receipts, order numbers and ids that begin alike; some cover two orders. */
  async function plant(restaurantId: string): Promise<void> {
    const sql = (text: string) => app.database.pool.query(text, [restaurantId]);
    await sql(`INSERT INTO orders (id, restaurant_id, order_number, status, currency, subtotal_amount, placed_at, version)
      SELECT $1 || '-' || n, $1, '2025' || lpad((n / 2)::text, 3, '0'), 'COMPLETED', 'USD', 100, now(), 1 FROM generate_series(1, 30) n`);
    await sql(`INSERT INTO payments (id, order_id, restaurant_id, payer_key, amount, total_amount, method, provider, status, receipt_number, created_at)
      SELECT CASE WHEN n % 5 = 0 THEN ('20250000-0000-7000-8000-' || lpad((hashtext($1) & 65535)::text || n, 12, '0'))::uuid ELSE gen_random_uuid() END,
        $1 || '-' || n, $1, 'user:' || n, 100, 100, 'CARD', 'STRIPE', 'CANCELLED',
        CASE WHEN n % 3 = 0 THEN '20250105-' || lpad(n::text, 4, '0') END, timestamptz '2025-01-05 12:00Z' + make_interval(secs => n / 4)
      FROM generate_series(1, 30) n`);
    await sql(`INSERT INTO payment_allocations (payment_id, order_id, subtotal_amount, tax_amount, tip_amount)
      SELECT p.id, o.id, 100, 0, 0 FROM payments p JOIN orders o ON o.id = p.order_id OR (p.total_amount = 100 AND o.id = p.order_id || '0')
      WHERE p.restaurant_id = $1`);
  }
  const scenes: Scene[] = [];
  beforeAll(async () => {
    for (let i = 0; i < 2; i++) {
      const scene = await setScene(app);
      await plant(scene.at.restaurantId);
      scenes.push(scene);
    }
  });

  type Row = { id: string; receipt: string | null; numbers: string[]; at: Date };
  const rowsOf = async (restaurantIds: string[]) =>
    (
      await app.database.pool.query<Row>(
        `SELECT p.id, p.receipt_number AS receipt, p.created_at AS at,
           array(SELECT o.order_number::text FROM payment_allocations a JOIN orders o ON o.id = a.order_id WHERE a.payment_id = p.id) AS numbers
         FROM payments p WHERE p.restaurant_id = ANY ($1) AND p.payer_key LIKE 'user:%'`,
        [restaurantIds],
      )
    ).rows;

  test.each(['2025', '20250', '20250105', '20250105-001', '202500', '2025001', '2025010', '20250000-0000-7'])(
    '%s finds each payment once: by id, then by receipt, then by order, each in falling order',
    async (search) => {
      const ids = scenes.map((scene) => scene.at.restaurantId);
      for (const [client, restaurantIds, filter] of [
        [scenes[0]?.staff, ids.slice(0, 1), { restaurantId: ids[0] }],
        [await app.asAdmin(), ids, {}],
      ] as const) {
        if (!client) throw new Error('no scene');
        const found = (await rowsOf([...restaurantIds]))
          .map((row) => {
            const number = row.numbers
              .filter((one) => one.startsWith(search))
              .sort()
              .at(-1);
            const byId =
              /^[\da-f-]{4,}$/.test(search) &&
              row.id.replaceAll('-', '').startsWith(search.replaceAll('-', ''));
            if (byId) return { ...row, way: 0, key: '' };
            if (row.receipt?.startsWith(search)) return { ...row, way: 1, key: row.receipt };
            return number === undefined ? null : { ...row, way: 2, key: number };
          })
          .filter((row) => row !== null);
        const wayOf = new Map(found.map((row) => [row.id, row]));
        for (const limit of [1, 4, 50]) {
          const walked = await walk(client, { ...filter, search, limit });
          expect([...walked].sort()).toEqual(found.map(({ id }) => id).sort());
          const order = walked.map((id) => wayOf.get(id)).map((row) => `${9 - (row?.way ?? 9)} ${row?.key}`);
          expect(order).toEqual([...order].sort().reverse());
        }
      }
    },
  );

  test('a period comes newest first, each payment once, though several have the same time', async () => {
    const { staff, at } = scenes[0] ?? (await setScene(app));
    const [from, to] = [new Date('2025-01-05T12:00:02Z'), new Date('2025-01-05T12:00:06Z')];
    const own = (await rowsOf([at.restaurantId])).filter((row) => row.at >= from && row.at < to);
    expect(own.length).toBeGreaterThan(10);
    const atOf = new Map(own.map((row) => [row.id, row.at.getTime()]));
    for (const limit of [1, 3, 50])
      for (const filter of [
        { restaurantId: at.restaurantId },
        { restaurantId: at.restaurantId, status: ['CANCELLED' as const] },
      ]) {
        const walked = await walk(staff, { ...filter, createdFrom: from, createdTo: to, limit });
        expect([...walked].sort()).toEqual(own.map(({ id }) => id).sort());
        const times = walked.map((id) => atOf.get(id) ?? 0);
        expect(times).toEqual([...times].sort((a, b) => b - a));
      }
  });
});
