import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_ROOMS, ROOM_PREFIXES } from '@/realtime/socket-io/rooms';
import { NAMESPACES } from '@/realtime/socket-io/types';
import {
  newKey,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
} from '../support/app';
import { asCustomer, asRestaurant, connectLegacy, type LegacySocket } from '../support/legacy-socket';

/** Each as their screens connect; `in the default namespace` as the requirements show it. */
const ACTORS = [
  'nobody',
  'payer',
  'table mate',
  'other guest',
  'payer in the default namespace',
  'staff',
  'owner',
  'other staff',
  'staff in the default namespace',
  'customer',
  'admin',
  'service',
] as const;
type ActorName = (typeof ACTORS)[number];
type Answer = 'joined' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND';
type Row = Record<ActorName, Answer>;

const STRANGERS: Row = {
  ...(Object.fromEntries(ACTORS.map((actor) => [actor, 'NOT_FOUND'])) as Row),
  nobody: 'UNAUTHENTICATED',
};
const GUESTS = {
  payer: 'joined',
  'table mate': 'joined',
  'payer in the default namespace': 'joined',
} as const;
const STAFF = {
  staff: 'joined',
  owner: 'joined',
  'staff in the default namespace': 'joined',
  admin: 'joined',
} as const;
const ADMIN: Row = {
  ...(Object.fromEntries(ACTORS.map((actor) => [actor, 'FORBIDDEN'])) as Row),
  nobody: 'UNAUTHENTICATED',
  admin: 'joined',
};

/** Who may join a room about this restaurant and what happens at its table, by the room's name on the wire. */
const EXPECTED: Readonly<Record<string, Row>> = {
  'restaurant:<id>': { ...STRANGERS, ...STAFF },
  'restaurant:<id>:payments': { ...STRANGERS, ...STAFF },
  'kitchen:<id>': { ...STRANGERS, ...STAFF },
  'staff:<id>': { ...STRANGERS, ...STAFF },
  'session:<id>': { ...STRANGERS, ...GUESTS, ...STAFF },
  'payment:<id>': { ...STRANGERS, ...GUESTS, ...STAFF },
  'order:<id>': { ...STRANGERS, ...GUESTS, ...STAFF },
  ...Object.fromEntries(ADMIN_ROOMS.map((name) => [`admin:${name}`, ADMIN])),
};

let app: TestApp;
let here: SeededRestaurant;
let session: SeededSession;
const ids: Record<string, string> = {};
const sockets = new Map<ActorName, LegacySocket>();

beforeAll(async () => {
  app = await startTestApp();
  const service = await app.asService();
  here = await seedRestaurant(service);
  const elsewhere = await seedRestaurant(service);
  session = await seedSession(service, here);
  const strangers = await seedSession(service, elsewhere);
  const [payer] = session.guests;
  const orderId = await seedOrder(service, here, { session, guestSessionId: payer });
  const payment = await app.asGuest(payer).payments.create.mutate({ orderId, idempotencyKey: newKey() });
  const { restaurantId } = here;
  Object.assign(ids, {
    restaurant: restaurantId,
    kitchen: restaurantId,
    staff: restaurantId,
    session: session.sessionId,
    payment: payment.id,
    order: orderId,
  });
  const at = (at: SeededRestaurant, sessionId: string) => asCustomer({ ...at, sessionId });
  const staffToken = await app.token('RESTAURANT_STAFF', here.staffId);
  const targets: Record<ActorName, Parameters<typeof connectLegacy>[1]> = {
    nobody: { namespace: '/restaurant' },
    payer: at(here, payer),
    'table mate': at(here, session.guests[1]),
    'other guest': at(elsewhere, strangers.guests[0]),
    'payer in the default namespace': { namespace: '/', auth: { sessionId: payer } },
    staff: asRestaurant(staffToken, restaurantId),
    owner: asRestaurant(await app.token('RESTAURANT_OWNER', here.ownerId), restaurantId),
    'other staff': asRestaurant(
      await app.token('RESTAURANT_STAFF', elsewhere.staffId),
      elsewhere.restaurantId,
    ),
    'staff in the default namespace': { namespace: '/', auth: { token: staffToken } },
    customer: { namespace: '/', auth: { token: await app.token('CUSTOMER', `customer-${newKey()}`) } },
    admin: { namespace: '/restaurant', auth: { token: await app.token('ADMIN', 'admin-1') } },
    service: { namespace: '/', auth: { token: await app.token('SERVICE', 'platform') } },
  };
  for (const actor of ACTORS) sockets.set(actor, await connectLegacy(app.url, targets[actor]));
});
afterAll(async () => {
  for (const socket of sockets.values()) socket.close();
  await app?.stop();
});

it('every room that a client can name has a rule here, in every namespace that there is', () => {
  const names = [
    ...Object.keys(ROOM_PREFIXES).map((prefix) => `${prefix}:<id>`),
    'restaurant:<id>:payments',
    ...ADMIN_ROOMS.map((name) => `admin:${name}`),
  ];
  expect(Object.keys(EXPECTED).sort()).toEqual(names.sort());
  expect(NAMESPACES).toEqual(['/restaurant', '/customer', '/']);
});

describe.each(Object.keys(EXPECTED))('%s', (name) => {
  it.each(ACTORS)('to %s', async (actor) => {
    const [prefix = ''] = name.split(':');
    const room = name.replace('<id>', ids[prefix] ?? '');
    const answer = await sockets.get(actor)?.ask('join-room', room);
    expect(answer?.success ? 'joined' : answer?.code).toBe(EXPECTED[name]?.[actor]);
  });
});
