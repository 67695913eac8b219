import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REQUESTS } from '@/realtime/socket-io/requests';
import { ROOM_FORMS } from '@/realtime/socket-io/rooms';
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
  'customer', // whose order it is, in rows that say so
  'other customer',
  'admin',
  'service',
] as const;
type ActorName = (typeof ACTORS)[number];
type Answer = 'taken' | 'INVALID_INPUT' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND';
type Row = Record<ActorName, Answer>;

const STRANGERS: Row = {
  ...(Object.fromEntries(ACTORS.map((actor) => [actor, 'NOT_FOUND'])) as Row),
  nobody: 'UNAUTHENTICATED',
};
const GUESTS = {
  payer: 'taken',
  'table mate': 'taken',
  'payer in the default namespace': 'taken',
} as const;
const STAFF = {
  staff: 'taken',
  owner: 'taken',
  'staff in the default namespace': 'taken',
  admin: 'taken',
} as const;
const ADMIN: Row = {
  ...(Object.fromEntries(ACTORS.map((actor) => [actor, 'FORBIDDEN'])) as Row),
  nobody: 'UNAUTHENTICATED',
  admin: 'taken',
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
  'admin:system': ADMIN,
  'admin:analytics': ADMIN,
  'admin:restaurants': ADMIN,
  'admin:users': ADMIN,
  'admin:payments': ADMIN,
};

const EVERYONE: Row = Object.fromEntries(ACTORS.map((actor) => [actor, 'taken'])) as Row;

/** What each message of a client is answered, sent about the payment of a customer at this restaurant. */
const MESSAGES: Readonly<Record<string, Row>> = {
  // Room by room above.
  'join-room': { ...STRANGERS, ...STAFF, customer: 'taken' },
  // The restaurant's room is left out for who pays.
  'join:payment': { ...STRANGERS, ...STAFF, customer: 'taken' },
  // Who is in no room leaves none.
  'leave-room': EVERYONE,
  'leave:payment': EVERYONE,
  // Of the own table, whatever is sent along; who sits at none calls nobody.
  'table:assistance-requested': {
    ...(Object.fromEntries(ACTORS.map((actor) => [actor, 'INVALID_INPUT'])) as Row),
    ...GUESTS,
    'other guest': 'taken',
  },
};

let app: TestApp;
let here: SeededRestaurant;
let session: SeededSession;
/** By what stands before the id in a room's name. */
const ids: Record<string, string> = {};
/** What is sent with each message. */
const bodies: Record<string, unknown> = {};
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
  const customerId = `customer-${newKey()}`;
  const ownOrderId = await seedOrder(service, here, { customerId });
  const { id: ownPaymentId } = await (await app.asCustomer(customerId)).payments.create.mutate({
    orderId: ownOrderId,
    idempotencyKey: newKey(),
  });
  const ofCustomer = { paymentId: ownPaymentId, orderId: ownOrderId, restaurantId };
  Object.assign(bodies, {
    'join-room': `payment:${ownPaymentId}`,
    'leave-room': `payment:${ownPaymentId}`,
    'join:payment': ofCustomer,
    'leave:payment': ofCustomer,
    'table:assistance-requested': { tableSessionId: session.sessionId, requestType: 'bill' },
  });
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
    customer: { namespace: '/', auth: { token: await app.token('CUSTOMER', customerId) } },
    'other customer': {
      namespace: '/',
      auth: { token: await app.token('CUSTOMER', `customer-${newKey()}`) },
    },
    admin: { namespace: '/restaurant', auth: { token: await app.token('ADMIN', 'admin-1') } },
    service: { namespace: '/', auth: { token: await app.token('SERVICE', 'platform') } },
  };
  for (const actor of ACTORS) sockets.set(actor, await connectLegacy(app.url, targets[actor]));
});
afterAll(async () => {
  for (const socket of sockets.values()) socket.close();
  await app?.stop();
});

it('every room that a client can name and every message that it can send has a rule here, in every namespace', () => {
  const names = ROOM_FORMS.flatMap(({ name, ids: all = ['<id>'] }) =>
    all.map((id) => name.replace('<id>', id)),
  );
  expect(Object.keys(EXPECTED).sort()).toEqual(names.sort());
  expect(Object.keys(MESSAGES).sort()).toEqual(Object.keys(REQUESTS).sort());
  expect(Object.keys(bodies).sort()).toEqual(Object.keys(REQUESTS).sort());
  expect(NAMESPACES).toEqual(['/restaurant', '/customer', '/']);
});

describe.each(Object.keys(EXPECTED))('%s', (name) => {
  it.each(ACTORS)('to %s', async (actor) => {
    const [prefix = ''] = name.split(':');
    const room = name.replace('<id>', ids[prefix] ?? '');
    expect(await answerTo(actor, 'join-room', room)).toBe(EXPECTED[name]?.[actor]);
  });
});

describe.each(Object.keys(MESSAGES))('the message %s', (name) => {
  it.each(ACTORS)('of %s', async (actor) => {
    expect(await answerTo(actor, name, bodies[name])).toBe(MESSAGES[name]?.[actor]);
  });
});

it('a call for somebody to come is of the caller’s own table, whatever table they name', async () => {
  const { rows } = await app.database.pool.query<{ tableSessionId: string }>(
    `SELECT payload->>'tableSessionId' AS "tableSessionId" FROM outbox_events WHERE payload->>'type' = 'assistance:requested'`,
  );
  const ofHere = rows.filter(({ tableSessionId }) => tableSessionId === session.sessionId);
  // Payer twice, table mate; the guest of another restaurant called there.
  expect([ofHere.length, rows.length]).toEqual([3, 4]);
});

async function answerTo(actor: ActorName, message: string, body: unknown): Promise<string | undefined> {
  const answer = await sockets.get(actor)?.ask(message, body);
  return answer?.success ? 'taken' : answer?.code;
}
