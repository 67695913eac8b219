import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDb } from '@/db/db';
import { announceAnalytics } from '@/services/live/announce-analytics';
import type { LiveEvent } from '@/services/live/events';
import {
  newKey,
  payWithCard,
  seedOrder,
  seedRestaurant,
  startTestApp,
  type TestApp,
  waitFor,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { openLiveClient } from '../../support/live-client';

let first: TestApp;
let second: TestApp;
beforeAll(async () => {
  first = await startTestApp();
  second = await startTestApp({ database: first.database });
});
afterAll(async () => {
  await assertBooksBalance(first.database.pool);
  await second?.stop();
  await first?.stop();
});

test('payments at the same time cause few updates of the figures, whichever node made them, and one follows the last', async () => {
  const service = await first.asService();
  const at = await seedRestaurant(service);
  const client = openLiveClient(second.url, { token: await first.token('RESTAURANT_STAFF', at.staffId) });
  const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
  await watching.ready();
  const pay = async () => {
    const userId = newKey();
    const payer = await first.asCustomer(userId);
    const orderId = await seedOrder(service, at, { customerId: userId });
    const payment = await payer.payments.create.mutate({ orderId, idempotencyKey: newKey() });
    await payWithCard(first, payment);
    return payment.id;
  };
  const paid = await Promise.all([pay(), pay(), pay(), pay()]);
  const completed = () => watching.events().filter((e) => e.type === 'payment:completed');
  await waitFor('all are completed', () => completed().length === paid.length);
  const lastMove = () => watching.events().findLastIndex((e) => e.type.startsWith('payment:'));
  const lastWord = () => watching.events().findLastIndex((e) => e.type === 'analytics:updated');
  await waitFor('the word after the last move', () => lastWord() > lastMove());
  const words = watching.events().filter((e) => e.type === 'analytics:updated');
  const times = words.map((e) => Date.parse(e.at));
  for (const [index, time] of times.slice(1).entries())
    expect(time - (times[index] ?? 0)).toBeGreaterThan(400);
  // The last word carries the figures that whoever asks now is answered with.
  const { today } = words.at(-1) as Extract<LiveEvent, { type: 'analytics:updated' }>;
  const owner = await first.asOwner(at.ownerId);
  const day = today?.businessDay ?? '';
  const metrics = await owner.analytics.metrics.query({
    restaurantId: at.restaurantId,
    fromDay: day,
    toDay: day,
  });
  const { grossMinor, tipMinor, refundedMinor, successful, refunds } = metrics.currencies[0]?.current ?? {};
  expect(today).toEqual({
    businessDay: day,
    currency: 'USD',
    grossMinor,
    tipMinor,
    refundedMinor,
    successful,
    refunds,
  });
  expect(today?.successful).toBe(paid.length);
  await client.close();
});

test('a position is announced once, and not before the pause after the last announcement is over', async () => {
  const deps = { db: createDb(first.database.pool), clock: { now: () => new Date() } };
  const id = newKey();
  const tell = (sequence: number) => announceAnalytics(deps, new Map([[id, { xid: 5, sequence }]]));
  const toldAgo = (interval: string) =>
    first.database.pool.query(
      'UPDATE analytics_announcements SET announced_at = now() - $2::interval WHERE restaurant_id = $1',
      [id, interval],
    );
  expect([...(await tell(1))]).toEqual([]);
  // However long this test takes.
  await toldAgo('-1 minute');
  expect([...(await tell(2))]).toEqual([id]);
  expect([...(await tell(1))]).toEqual([]);
  await toldAgo('1 second');
  expect([...(await tell(2))]).toEqual([]);
  const { rows } = await first.database.pool.query(
    'SELECT type FROM outbox_events WHERE restaurant_id = $1',
    [id],
  );
  expect(rows).toHaveLength(2);
});
