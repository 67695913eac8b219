import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS, type Action } from '@/services/authorize';
import { appRouter } from '@/trpc/routers';
import {
  type Client,
  newKey,
  payWithCard,
  refusalOf,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../support/app';

const ACTORS = [
  'anonymous',
  'payer', // the guest whose order it is
  'table mate', // another guest of the same table session
  'other guest', // of another table
  'customer', // whose order it is
  'other customer',
  'staff',
  'owner',
  'other staff', // of another restaurant
  'other owner',
  'admin',
  'service',
] as const;
type ActorName = (typeof ACTORS)[number];

/** What a caller meets: `ok`, or the code of the refusal. */
type Expected = 'ok' | 'UNAUTHORIZED' | 'FORBIDDEN' | 'NOT_FOUND';
type Row = Record<ActorName, Expected>;

const EVERYONE_OK: Row = everyone('ok');
/** Those who may see the payment and everything of it. Strangers learn nothing, not even that it is there. */
const SEES: Row = {
  anonymous: 'UNAUTHORIZED',
  payer: 'ok',
  'table mate': 'ok',
  'other guest': 'NOT_FOUND',
  customer: 'ok',
  'other customer': 'NOT_FOUND',
  staff: 'ok',
  owner: 'ok',
  'other staff': 'NOT_FOUND',
  'other owner': 'NOT_FOUND',
  admin: 'ok',
  service: 'NOT_FOUND',
};
const ADMIN_ONLY: Row = { ...everyone('FORBIDDEN'), anonymous: 'UNAUTHORIZED', admin: 'ok' };
const SERVICE_ONLY: Row = { ...everyone('FORBIDDEN'), anonymous: 'UNAUTHORIZED', service: 'ok' };

/**
 * What each procedure answers to each actor, asked about one restaurant's things. `customer` is asked about an order and
 * a payment of their own, everybody else about those of the guest `payer`.
 */
const EXPECTED: Record<string, Row> = {
  'payments.config': EVERYONE_OK,
  'payments.receiptByToken': EVERYONE_OK,
  // Nobody pays as a service; an account is needed to pay.
  'payments.create': { ...SEES, service: 'FORBIDDEN' },
  'payments.get': SEES,
  'payments.receipt': SEES,
  // Only who pays may call it off or change its tip, besides the restaurant.
  'payments.cancel': { ...SEES, 'table mate': 'FORBIDDEN' },
  'payments.changeTip': { ...SEES, 'table mate': 'FORBIDDEN' },
  'payments.history': { ...SEES, payer: 'FORBIDDEN', 'table mate': 'FORBIDDEN', customer: 'FORBIDDEN' },
  // Asked for the restaurant's list. Guests and customers get their own part of it, which may be empty.
  'payments.list': {
    ...SEES,
    'other guest': 'ok',
    'other customer': 'ok',
    service: 'FORBIDDEN',
  },
  // Money goes back by decision of the restaurant, never of who paid.
  'refunds.create': { ...SEES, payer: 'FORBIDDEN', 'table mate': 'FORBIDDEN', customer: 'FORBIDDEN' },
  'payments.changeMethod': { ...SEES, 'table mate': 'FORBIDDEN' },
  'payments.listForOrder': SEES,
  // Nobody says of their own cash that it was received.
  'cash.request': { ...SEES, service: 'FORBIDDEN' },
  'cash.record': {
    ...SEES,
    payer: 'FORBIDDEN',
    'table mate': 'FORBIDDEN',
    customer: 'FORBIDDEN',
    service: 'FORBIDDEN',
  },
  'cash.confirm': { ...SEES, payer: 'FORBIDDEN', 'table mate': 'FORBIDDEN', customer: 'FORBIDDEN' },
  'orders.get': SEES,
  'orders.changeTip': { ...SEES, 'table mate': 'FORBIDDEN' },
  // A table is no customer's, unless they sit at it.
  'tableSessions.pay': { ...SEES, customer: 'NOT_FOUND', service: 'FORBIDDEN' },
  'tableSessions.bill': { ...SEES, customer: 'NOT_FOUND' },
  'tableSessions.users': { ...SEES, customer: 'NOT_FOUND' },
  'tableSessions.orders': { ...SEES, customer: 'NOT_FOUND' },
  'tableSessions.status': { ...SEES, customer: 'NOT_FOUND' },
  'tableSessions.payments': { ...SEES, customer: 'NOT_FOUND' },
  'tableSessions.paymentStatus': { ...SEES, customer: 'NOT_FOUND' },
  // Those who sit there ask for more time; the restaurant tells the platform.
  'tableSessions.extend': {
    ...SEES,
    customer: 'NOT_FOUND',
    staff: 'FORBIDDEN',
    owner: 'FORBIDDEN',
    admin: 'FORBIDDEN',
  },
  'inbox.list': ADMIN_ONLY,
  'inbox.replay': ADMIN_ONLY,
  'platform.orders.paymentStates': SERVICE_ONLY,
  'platform.restaurants.sync': SERVICE_ONLY,
  'platform.tables.sync': SERVICE_ONLY,
  'platform.sessions.sync': SERVICE_ONLY,
  'platform.orders.sync': SERVICE_ONLY,
};

const PROCEDURES = procedurePaths();

let app: TestApp;
let service: Client;
let restaurant: SeededRestaurant;
let session: SeededSession;
const clients = {} as Record<ActorName, Client>;
const customerId = `customer-${newKey()}`;

beforeAll(async () => {
  app = await startTestApp();
  service = await app.asService();
  restaurant = await seedRestaurant(service);
  session = await seedSession(service, restaurant);
  const elsewhere = await seedRestaurant(service);
  const otherSession = await seedSession(service, elsewhere);
  Object.assign(clients, {
    anonymous: app.anonymous(),
    payer: app.asGuest(session.guests[0]),
    'table mate': app.asGuest(session.guests[1]),
    'other guest': app.asGuest(otherSession.guests[0]),
    customer: await app.asCustomer(customerId),
    'other customer': await app.asCustomer(`customer-${newKey()}`),
    staff: await app.asStaff(restaurant.staffId),
    owner: await app.asOwner(restaurant.ownerId),
    'other staff': await app.asStaff(elsewhere.staffId),
    'other owner': await app.asOwner(elsewhere.ownerId),
    admin: await app.asAdmin(),
    service,
  } satisfies Record<ActorName, Client>);
});
afterAll(() => app?.stop());

describe('the table of expectations is complete', () => {
  it('has a row for every procedure of the router, and none besides', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual([...PROCEDURES.keys()].sort());
  });

  it('every procedure names the rule that guards it', () => {
    const without = [...PROCEDURES]
      .filter(([, action]) => !action || !ACTIONS.includes(action))
      .map(([path]) => path);
    expect(without).toEqual([]);
  });
});

describe.each(Object.keys(EXPECTED))('%s', (path) => {
  it.each(ACTORS)('to %s', async (actor) => {
    const call = CALLS[path];
    if (!call) throw new Error(`say in CALLS how to call ${path}`);
    const client = clients[actor];
    const attempt = call(client, await subjectFor(actor, path));
    const expected = EXPECTED[path]?.[actor];
    if (expected === 'ok') await expect(attempt).resolves.toBeDefined();
    else expect((await refusalOf(attempt)).code).toBe(expected);
  });
});

describe('a list holds nothing of others', () => {
  it.each(['other guest', 'other customer', 'other staff', 'other owner'] as const)(
    'for %s',
    async (actor) => {
      const { paymentId } = await subjectFor('payer', 'payments.get');
      const page = await clients[actor].payments.list.query({});
      expect(page.items.map((item) => item.id)).not.toContain(paymentId);
    },
  );
});

describe('a closed door looks like a wall', () => {
  it('another restaurant’s payment and one that never was get the same answer', async () => {
    const { paymentId } = await subjectFor('payer', 'payments.get');
    const foreign = await refusalOf(clients['other staff'].payments.get.query({ paymentId }));
    const missing = await refusalOf(clients['other staff'].payments.get.query({ paymentId: newKey() }));
    expect(foreign).toEqual(missing);
  });
});

interface Subject {
  orderId: string;
  paymentId: string;
  receiptToken: string;
}

/** How each procedure is called about the subject. */
const CALLS: Record<string, (client: Client, on: Subject) => Promise<unknown>> = {
  'payments.config': (c) => c.payments.config.query(),
  'payments.receiptByToken': (c, on) => c.payments.receiptByToken.query({ token: on.receiptToken }),
  'payments.create': (c, on) => c.payments.create.mutate({ orderId: on.orderId, idempotencyKey: newKey() }),
  'payments.get': (c, on) => c.payments.get.query({ paymentId: on.paymentId }),
  'payments.receipt': (c, on) => c.payments.receipt.query({ paymentId: on.paymentId }),
  'payments.cancel': (c, on) =>
    c.payments.cancel.mutate({ paymentId: on.paymentId, idempotencyKey: newKey() }),
  'payments.changeTip': (c, on) =>
    c.payments.changeTip.mutate({ paymentId: on.paymentId, tipMinor: 100, idempotencyKey: newKey() }),
  'payments.history': (c, on) => c.payments.history.query({ paymentId: on.paymentId }),
  'payments.list': (c) => c.payments.list.query({ restaurantId: restaurant.restaurantId }),
  'refunds.create': (c, on) =>
    c.refunds.create.mutate({
      paymentId: on.paymentId,
      amountMinor: 1,
      reason: 'Cold soup',
      idempotencyKey: newKey(),
    }),
  'payments.changeMethod': (c, on) =>
    c.payments.changeMethod.mutate({ paymentId: on.paymentId, method: 'CASH', idempotencyKey: newKey() }),
  'payments.listForOrder': (c, on) => c.payments.listForOrder.query({ orderId: on.orderId }),
  'cash.request': (c, on) => c.cash.request.mutate({ orderId: on.orderId, idempotencyKey: newKey() }),
  'cash.record': (c, on) => c.cash.record.mutate({ orderId: on.orderId, idempotencyKey: newKey() }),
  'cash.confirm': (c, on) => c.cash.confirm.mutate({ paymentId: on.paymentId, idempotencyKey: newKey() }),
  'orders.get': (c, on) => c.orders.get.query({ orderId: on.orderId }),
  'orders.changeTip': (c, on) =>
    c.orders.changeTip.mutate({ orderId: on.orderId, tipMinor: 100, idempotencyKey: newKey() }),
  'tableSessions.pay': (c) =>
    c.tableSessions.pay.mutate({ ...table(), shareMinor: 100, method: 'CASH', idempotencyKey: newKey() }),
  'tableSessions.bill': (c) => c.tableSessions.bill.query(table()),
  'tableSessions.users': (c) => c.tableSessions.users.query(table()),
  'tableSessions.orders': (c) => c.tableSessions.orders.query(table()),
  'tableSessions.status': (c) => c.tableSessions.status.query(table()),
  'tableSessions.payments': (c) => c.tableSessions.payments.query(table()),
  'tableSessions.paymentStatus': (c) => c.tableSessions.paymentStatus.query(table()),
  'tableSessions.extend': (c) => c.tableSessions.extend.mutate({ ...table(), idempotencyKey: newKey() }),
  'inbox.list': (c) => c.inbox.list.query({}),
  'inbox.replay': (c) => c.inbox.replay.mutate({ eventIds: ['evt_unknown'], idempotencyKey: newKey() }),
  'platform.orders.paymentStates': (c) => c.platform.orders.paymentStates.query({}),
  'platform.restaurants.sync': (c) =>
    c.platform.restaurants.sync.mutate({
      restaurants: [{ id: newKey(), name: 'R', currency: 'USD', timeZone: 'UTC', version: 1 }],
    }),
  'platform.tables.sync': (c) =>
    c.platform.tables.sync.mutate({
      tables: [{ id: newKey(), restaurantId: restaurant.restaurantId, name: 'T', version: 1 }],
    }),
  'platform.sessions.sync': (c) =>
    c.platform.sessions.sync.mutate({
      sessions: [
        {
          id: newKey(),
          restaurantId: restaurant.restaurantId,
          tableId: restaurant.tableId,
          code: 'C',
          status: 'ACTIVE',
          expiresAt: new Date(Date.now() + 60_000),
          version: 1,
        },
      ],
    }),
  'platform.orders.sync': (c) =>
    c.platform.orders.sync.mutate({
      orders: [
        {
          id: newKey(),
          restaurantId: restaurant.restaurantId,
          orderNumber: '1',
          status: 'RECEIVED',
          currency: 'USD',
          subtotalMinor: 100,
          placedAt: new Date(),
          version: 1,
        },
      ],
    }),
};

const table = () => ({ tableSessionId: session.sessionId });

const ON_UNPAID_ORDER = [
  'payments.create',
  'cash.request',
  'cash.record',
  'orders.changeTip',
  'tableSessions.pay',
];
const ON_OPEN_PAYMENT = ['payments.cancel', 'payments.changeTip', 'payments.changeMethod'];

/** Procedures that change their subject get one of their own; the others share one that is paid. */
async function subjectFor(actor: ActorName, path: string): Promise<Subject> {
  const isCustomers = actor === 'customer';
  const payer = isCustomers ? clients.customer : clients.payer;
  if (ON_UNPAID_ORDER.includes(path))
    return { orderId: await newOrder(isCustomers), paymentId: '', receiptToken: '' };
  if (ON_OPEN_PAYMENT.includes(path) || path === 'cash.confirm') {
    const orderId = await newOrder(isCustomers);
    const wanted = { orderId, idempotencyKey: newKey() };
    const payment =
      path === 'cash.confirm'
        ? await payer.cash.request.mutate(wanted)
        : await payer.payments.create.mutate(wanted);
    return { orderId, paymentId: payment.id, receiptToken: '' };
  }
  return paidSubject(isCustomers);
}

function newOrder(isCustomers: boolean): Promise<string> {
  return seedOrder(
    service,
    restaurant,
    isCustomers ? { customerId } : { session, guestSessionId: session.guests[0] },
  );
}

const paid = new Map<boolean, Promise<Subject>>();

function paidSubject(isCustomers: boolean): Promise<Subject> {
  const making = paid.get(isCustomers) ?? makePaid(isCustomers);
  paid.set(isCustomers, making);
  return making;
}

async function makePaid(isCustomers: boolean): Promise<Subject> {
  const payer = isCustomers ? clients.customer : clients.payer;
  const orderId = await newOrder(isCustomers);
  const payment = await payer.payments.create.mutate({ orderId, idempotencyKey: newKey() });
  await payWithCard(app, payment);
  await waitForStatus(payer, payment.id, 'COMPLETED');
  const { url } = await payer.payments.receipt.query({ paymentId: payment.id });
  return { orderId, paymentId: payment.id, receiptToken: url.split('/').at(-1) ?? '' };
}

/** Every procedure of the router with the rule in its meta. */
function procedurePaths(
  node: object = appRouter._def.procedures,
  prefix = '',
): Map<string, Action | undefined> {
  const found = new Map<string, Action | undefined>();
  for (const [name, value] of Object.entries(node)) {
    const path = `${prefix}${name}`;
    if (typeof value === 'function') found.set(path, value._def.meta?.action);
    else for (const [inner, action] of procedurePaths(value, `${path}.`)) found.set(inner, action);
  }
  return found;
}

function everyone(expected: Expected): Row {
  return Object.fromEntries(ACTORS.map((actor) => [actor, expected])) as Row;
}
