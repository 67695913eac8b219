import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  newKey,
  payWithCard,
  refusalOf,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { pay, type Scene, setScene, syncOrder } from '../payments/support';

/** Decision 1: the platform keeps its copy of payment states by reading on from where it was. */

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterAll(() => app.stop());

/** A reader with a place of its own, as the platform is one. */
function reader({ service }: Scene) {
  let cursor: string | undefined;
  const next = async (limit?: number) => {
    const page = await service.platform.orders.paymentStates.query({ cursor, limit });
    cursor = page.cursor;
    return page.items;
  };
  /** What has come since, until there is something: transactions of others hold it up for a moment. */
  const news = () =>
    waitFor('there are news', async () => {
      const items = await next();
      return items.length > 0 ? items : null;
    });
  return { next, news };
}

async function payOrder(scene: Scene) {
  const payment = await pay(scene.guest, scene.orderId);
  await payWithCard(app, payment);
  return waitForStatus(scene.guest, payment.id, 'COMPLETED');
}

/** Reads until the order has come with this state. */
async function comesAs(platform: ReturnType<typeof reader>, orderId: string, state: string) {
  return waitFor(`order ${orderId} comes as ${state}`, async () => {
    const items = await platform.next();
    return items.find((item) => item.orderId === orderId && item.state === state);
  });
}

test('an order comes again with every change of what its bill has received, and only then', async () => {
  const scene = await setScene(app);
  const platform = reader(scene);
  expect(await comesAs(platform, scene.orderId, 'UNPAID')).toMatchObject({
    restaurantId: scene.at.restaurantId,
    capturedMinor: 0,
    refundedMinor: 0,
    currency: 'USD',
  });
  const payment = await payOrder(scene);
  expect(await comesAs(platform, scene.orderId, 'PAID')).toMatchObject({ capturedMinor: 2700 });
  expect(await platform.next()).toEqual([]);

  const wish = { paymentId: payment.id, amountMinor: 700, reason: 'Cold soup', idempotencyKey: newKey() };
  await scene.staff.refunds.create.mutate(wish);
  expect(await comesAs(platform, scene.orderId, 'PARTIALLY_PAID')).toMatchObject({
    capturedMinor: 2700,
    refundedMinor: 700,
  });
  await syncOrder(scene, { version: 2, subtotalMinor: 1000, taxMinor: 0 });
  expect(await comesAs(platform, scene.orderId, 'OVERPAID')).toMatchObject({ capturedMinor: 2700 });
  expect(await platform.next()).toEqual([]);
});

test('page by page nothing is skipped and nothing comes twice', async () => {
  const scene = await setScene(app);
  const platform = reader(scene);
  await comesAs(platform, scene.orderId, 'UNPAID');
  const others = await Promise.all(Array.from({ length: 5 }, () => setScene(app)));
  await Promise.all(others.map(payOrder));
  const ids = others.map(({ orderId }) => orderId);
  const seen: string[] = [];
  await waitFor('all have come', async () => {
    const page = await platform.next(1);
    expect(page.length).toBeLessThanOrEqual(1);
    seen.push(...page.map(({ orderId, state }) => `${orderId} ${state}`));
    return ids.every((id) => seen.includes(`${id} PAID`)) ? true : null;
  });
  expect(seen).toEqual([...new Set(seen)]);
});

test('a change that commits late is not overtaken: what came after it waits for it', async () => {
  const [late, early] = [await setScene(app), await setScene(app)];
  const platform = reader(late);
  await comesAs(platform, early.orderId, 'UNPAID');
  const slow = await app.database.pool.connect();
  try {
    await slow.query('BEGIN');
    await slow.query(
      `UPDATE order_payment_states SET change_xid = pg_current_xact_id()::text::bigint,
         change_position = nextval('order_payment_states_change_position_seq') WHERE order_id = $1`,
      [late.orderId],
    );
    await payOrder(early);
    expect(await platform.next()).toEqual([]);
    await slow.query('COMMIT');
  } finally {
    slow.release();
  }
  const told = (await platform.news()).map(({ orderId }) => orderId);
  while (!told.includes(early.orderId)) told.push(...(await platform.news()).map(({ orderId }) => orderId));
  expect(told).toEqual([late.orderId, early.orderId]);
});

test('a place that nobody gave out is refused', async () => {
  const { service } = await setScene(app);
  const call = service.platform.orders.paymentStates.query({ cursor: 'nowhere' });
  expect((await refusalOf(call)).appCode).toBe('CURSOR_INVALID');
});
