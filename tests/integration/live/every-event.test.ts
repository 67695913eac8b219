import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type LiveEvent, liveEvent } from '@/services/live/events';
import { seedOrder, seedRestaurant, seedSession, waitFor } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { asCustomer, asRestaurant, connectLegacy, type LegacySocket } from '../../support/legacy-socket';
import { type LiveClient, openLiveClient, type Watching } from '../../support/live-client';
import { type RecoveryStage, startStage } from '../recovery/support';
import { splitScene } from '../splits/support';
import { STORIES, type StoryScene } from './stories';

/*
 * Every type of live event that the union knows, from the door that causes it to the hands of a real subscriber: through tRPC, through
 * Socket.IO, and to nobody else. A type that is added to the union fails here until something writes it and somebody hears it.
 */

type Type = LiveEvent['type'];

/** All types of the union, read from its schemas. */
const TYPES: readonly Type[] = liveEvent.options.flatMap(({ shape: { type } }): readonly Type[] =>
  type instanceof z.ZodLiteral ? [...type.values] : type.options,
);

/** Nobody sits at a table that is not there yet. */
const BEFORE_GUESTS: readonly Type[] = ['table:session_created'];
const OF_NO_RESTAURANT: readonly Type[] = ['webhook:dead'];
const NOT_FOR_GUESTS: readonly Type[] = [
  'dispute:created',
  'dispute:updated',
  'analytics:updated',
  'webhook:dead',
  'reconciliation:finished',
];

const AUDIENCES = {
  admin: TYPES,
  restaurant: TYPES.filter((type) => !OF_NO_RESTAURANT.includes(type)),
  tableSession: TYPES.filter((type) => !NOT_FOR_GUESTS.includes(type) && !BEFORE_GUESTS.includes(type)),
  platform: TYPES.filter((type) => type.startsWith('payment:')),
} satisfies Record<string, readonly Type[]>;
type Audience = keyof typeof AUDIENCES;

let stage: RecoveryStage;
let scene: StoryScene;
let subscribers: Record<Audience, Watching>;
let pages: { restaurant: LegacySocket; customer: LegacySocket; admin: LegacySocket };
let strangers: Awaited<ReturnType<typeof openStrangers>>;
const open: LiveClient[] = [];

beforeAll(async () => {
  stage = await startStage({ env: { STRIPE_TIMEOUT_MS: '8000' } });
  const { app } = stage;
  const table = await splitScene(app);
  const { at, session } = table;
  const watch = (credentials: Parameters<typeof openLiveClient>[1], path: Audience) => {
    const client = openLiveClient(app.url, credentials);
    open.push(client);
    return client.watch(path, { restaurantId: at.restaurantId, tableSessionId: session.sessionId });
  };
  const staffToken = await app.token('RESTAURANT_STAFF', at.staffId);
  const adminToken = await app.token('ADMIN', 'admin-1');
  subscribers = {
    admin: watch({ token: adminToken }, 'admin'),
    restaurant: watch({ token: staffToken }, 'restaurant'),
    tableSession: watch({ sessionId: session.guests[1] }, 'tableSession'),
    platform: watch({ token: await app.token('SERVICE', 'platform') }, 'platform'),
  };
  pages = {
    restaurant: await connectLegacy(app.url, asRestaurant(staffToken, at.restaurantId)),
    customer: await connectLegacy(app.url, asCustomer({ ...at, sessionId: session.guests[0] })),
    admin: await connectLegacy(app.url, { namespace: '/restaurant', auth: { token: adminToken } }),
  };
  expect(await pages.admin.ask('join-room', 'admin:system')).toEqual({ success: true });
  scene = { ...table, stage, guestPage: pages.customer };
  strangers = await openStrangers();
  await Promise.all(Object.values(subscribers).map((subscriber) => subscriber.ready()));
});
afterAll(async () => {
  for (const page of [...Object.values(pages ?? {}), ...(strangers ? [strangers.page] : [])]) page.close();
  await Promise.all(open.map((client) => client.close()));
  await assertBooksBalance(stage.app.database.pool);
  await stage?.stop();
});

/** People of another restaurant, who listen to the same node. */
async function openStrangers() {
  const { app } = stage;
  const service = await app.asService();
  const at = await seedRestaurant(service);
  const session = await seedSession(service, at);
  const token = await app.token('RESTAURANT_STAFF', at.staffId);
  const [staff, guest] = [
    openLiveClient(app.url, { token }),
    openLiveClient(app.url, { sessionId: session.guests[0] }),
  ];
  open.push(staff, guest);
  const restaurant = staff.watch('restaurant', { restaurantId: at.restaurantId });
  const table = guest.watch('tableSession', { tableSessionId: session.sessionId });
  await Promise.all([restaurant.ready(), table.ready()]);
  return {
    restaurantId: at.restaurantId,
    restaurant,
    table,
    page: await connectLegacy(app.url, asRestaurant(token, at.restaurantId)),
    placeOrder: () => seedOrder(service, at, { session }),
  };
}

describe('what happens', () => {
  test.each(Object.entries(STORIES))('%s', async (_what, play) => play(scene));
});

describe.each(Object.entries(AUDIENCES) as [Audience, readonly Type[]][])('live.%s hears', (path, types) => {
  test.each(types)('%s', async (type) => {
    const { position, ...event } = await subscribers[path].event(type);
    expect(liveEvent.safeParse(event).error).toBeUndefined();
    expect(position).toMatch(/^[0-9a-z]+-[0-9a-z]+$/);
  });
});

describe('the existing clients hear', () => {
  test.each(AUDIENCES.restaurant)('/restaurant: %s', async (type) => {
    expect(await pages.restaurant.next(type)).toMatchObject({ restaurantId: scene.at.restaurantId });
  });

  test.each(AUDIENCES.tableSession)('/customer: %s', async (type) => {
    expect(await pages.customer.next(type)).toMatchObject({ tableSessionId: scene.session.sessionId });
  });

  test('/restaurant, as an admin: webhook:dead', async () => {
    expect(await pages.admin.next('webhook:dead')).toMatchObject({ stripeEventType: expect.any(String) });
  });
});

describe('a dispute', () => {
  const PAID = { amountMinor: 2500, totalMinor: 2700, status: 'COMPLETED', disputedMinor: 2700 };

  test('is told with its own state and the payment’s, which it leaves as it was', async () => {
    const { restaurantId } = scene.at;
    const created = await subscribers.restaurant.event('dispute:created');
    expect(created).toMatchObject({ ...PAID, restaurantId, disputeStatus: 'needs_response' });
    const { paymentId, disputeId } = created;
    await waitFor('its end', () => disputesHeard(subscribers.restaurant).at(-1)?.disputeStatus === 'won');
    for (const event of disputesHeard(subscribers.restaurant))
      expect(event).toMatchObject({ ...PAID, restaurantId, paymentId, disputeId });
  });

  test('reaches the dashboard in dollars', async () => {
    const { paymentId, disputeId } = await subscribers.restaurant.event('dispute:created');
    const told = { paymentId, disputeId, disputedAmount: 27, amount: 27, status: 'COMPLETED' };
    expect(await pages.restaurant.next('dispute:created')).toMatchObject({
      ...told,
      disputeStatus: 'needs_response',
    });
    const isWon = (payload: { disputeStatus: string }) => payload.disputeStatus === 'won';
    expect(await pages.restaurant.next('dispute:updated', isWon)).toMatchObject(told);
  });
});

test('nobody hears more than is theirs, and nobody anything twice', async () => {
  const orderId = await strangers.placeOrder();
  await waitFor('it is heard last', () =>
    [subscribers.admin, strangers.restaurant, strangers.table].every((subscriber) =>
      subscriber.events().some((event) => event.orderId === orderId),
    ),
  );
  await strangers.page.next('order:created');
  for (const stranger of [strangers.restaurant, strangers.table]) {
    const heard = stranger.events();
    expect(new Set(heard.map((event) => event.restaurantId))).toEqual(new Set([strangers.restaurantId]));
    expect(heard.filter((event) => event.orderId === orderId)).toHaveLength(1);
  }
  const told = strangers.page.received.map(({ payload }) => payload.restaurantId);
  expect(new Set(told)).toEqual(new Set([strangers.restaurantId]));

  for (const [path, types] of Object.entries(AUDIENCES) as [Audience, readonly Type[]][]) {
    const heard = subscribers[path].events();
    expect(new Set(heard.map(({ eventId }) => eventId)).size).toBe(heard.length);
    // A table may be told of its own beginning, when that is still on its way as its first guest begins to listen.
    const known = heard
      .map(({ type }) => type)
      .filter((type) => types.includes(type) || !BEFORE_GUESTS.includes(type));
    expect([...new Set(known)].toSorted()).toEqual(types.toSorted());
  }
  const toGuests = new Set(pages.customer.received.map(({ name }) => name));
  for (const type of NOT_FOR_GUESTS) expect(toGuests).not.toContain(type);
  for (const type of OF_NO_RESTAURANT) expect(pages.restaurant.of(type)).toEqual([]);
});

function disputesHeard(subscriber: Watching) {
  return subscriber
    .events()
    .flatMap((event) =>
      event.type === 'dispute:created' || event.type === 'dispute:updated' ? [event] : [],
    );
}
