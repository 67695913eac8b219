import { afterAll, beforeAll, expect, it } from 'vitest';
import { routes } from '@/rest/routes';
import {
  newKey,
  type SeededRestaurant,
  type SeededSession,
  seedRestaurant,
  seedSession,
} from '../support/app';
import { type LegacyWorld, startLegacyWorld } from './support';
import { breaches } from './wire-rules';

const ACTORS = [
  'nobody',
  'payer', // the guest whose order and payment it is
  'table mate',
  'other guest', // of another restaurant
  'stranger', // a signed-in customer
  'staff',
  'other staff', // of another restaurant
  'admin',
  'service',
] as const;
type ActorName = (typeof ACTORS)[number];
type Row = Record<ActorName, number>;

/** One thing to ask about, made anew for every cell of a row that changes something. */
interface Target {
  restaurantId: string;
  sessionId: string;
  orderId: string;
  paymentId: string;
  splitGroupId: string;
  participantId: string;
  guestId: string;
}

const row = (allowed: Partial<Row>): Row => ({
  ...(Object.fromEntries(ACTORS.map((actor) => [actor, 403])) as Row),
  nobody: 401,
  ...allowed,
});
const ofTable = (status: number) => ({ payer: status, 'table mate': status, staff: status, admin: status });
const SEES = row(ofTable(200));
const STARTS = row(ofTable(201));
const ADMIN = row({ admin: 200 });
const OF_STAFF = row({ staff: 200, 'other staff': 200, admin: 200 });
const AT_TABLE = row({ payer: 200, 'table mate': 200 });
/** Who pays and the restaurant may change it; a mate sees it, but may not. */
const CHANGES = row({ payer: 200, staff: 200, admin: 200 });

/** What each row answers to each actor about one restaurant's things, and what is sent. */
const EXPECTED: Record<string, { expected: Row; body?: (target: Target) => object }> = {
  'GET /payments': { expected: ADMIN },
  // Without a restaurant in the query: members see their own.
  'GET /payments/metrics': { expected: OF_STAFF },
  'GET /payments/metrics/realtime': { expected: OF_STAFF },
  'GET /payments/alerts': { expected: OF_STAFF },
  'GET /payments/health': { expected: OF_STAFF },
  // The books of all restaurants, as no restaurant is named: owners name theirs (reconciliation.test.ts).
  'GET /payments/reconciliation': { expected: ADMIN },
  'POST /payments/intent': { expected: STARTS, body: ({ orderId }) => ({ orderId }) },
  'POST /payments/order': { expected: STARTS, body: ({ orderId }) => ({ orderId, paymentMethod: 'CASH' }) },
  'POST /payments/cash': {
    expected: row({ staff: 201, admin: 201 }),
    body: ({ orderId }) => ({ orderId }),
  },
  // A guest who may not see a payment is sent to its public form.
  'GET /payments/:paymentId': { expected: { ...SEES, 'other guest': 401 } },
  'GET /payments/:paymentId/receipt': { expected: { ...SEES, 'other guest': 401 } },
  'POST /payments/split': {
    expected: STARTS,
    body: ({ orderId }) => ({ orderId, splits: [{ amount: 20 }, { amount: 7, email: 'ada@example.org' }] }),
  },
  'GET /payments/split/:splitGroupId': { expected: SEES },
  'GET /payments/split/:splitGroupId/status': { expected: SEES },
  'PATCH /payments/split/:splitGroupId/participant/:participantId': {
    expected: row({ staff: 200, admin: 200 }),
    body: () => ({ tipAmount: 1 }),
  },
  'POST /payments/split/:splitGroupId/cancel': { expected: CHANGES },
  'POST /payments/split/:splitGroupId/participant/:participantId/remind': {
    expected: row({ staff: 200, admin: 200 }),
  },
  'GET /payments/:paymentId/public': {
    expected: Object.fromEntries(ACTORS.map((actor) => [actor, 200])) as Row,
  },
  'DELETE /payments/:paymentId': { expected: ADMIN },
  'PATCH /payments/:paymentId': { expected: CHANGES, body: () => ({ tipAmount: 1 }) },
  'PUT /payments/:paymentId/status': { expected: CHANGES, body: () => ({ status: 'CANCELLED' }) },
  'PUT /payments/:paymentId/method': { expected: CHANGES, body: () => ({ paymentMethod: 'CASH' }) },
  // It is open: whoever may refund hears that there is nothing to.
  'POST /payments/:paymentId/refund': { expected: row({ staff: 409, admin: 409 }) },
  'POST /payments/:paymentId/simulate-webhook': { expected: SEES },
  'GET /orders/:orderId': { expected: SEES },
  'GET /orders/:orderId/payments': { expected: SEES },
  'POST /orders/:orderId/payments': { expected: STARTS, body: () => ({ paymentMethod: 'CASH' }) },
  'PATCH /orders/:orderId/tip': { expected: CHANGES, body: () => ({ tipAmount: 1 }) },
  // Guests and customers get their own part of it, which may be empty.
  'GET /restaurants/:restaurantId/payments': {
    expected: { ...SEES, 'other guest': 200, stranger: 200 },
  },
  'GET /restaurants/payments': { expected: ADMIN },
  'GET /table-sessions/:sessionId/bill': { expected: SEES },
  'GET /table-sessions/:sessionId/users': { expected: SEES },
  'GET /table-sessions/:sessionId/orders': { expected: SEES },
  'GET /table-sessions/:sessionId/status': { expected: SEES },
  'GET /table-sessions/:sessionId/payment-status': { expected: SEES },
  'POST /table-sessions/:sessionId/payment': {
    expected: STARTS,
    body: () => ({ paymentMethod: 'CASH', amount: 1 }),
  },
  'POST /table-sessions/:sessionId/payments/:paymentId/cancel': { expected: CHANGES },
  'PATCH /table-sessions/:sessionId/payments/:paymentId/tip': {
    expected: CHANGES,
    body: () => ({ tipAmount: 1 }),
  },
  'POST /table-sessions/:sessionId/extend': { expected: AT_TABLE },
  // Without a restaurant in the query: members hear of their own alone.
  'GET /restaurant/table-sessions': { expected: OF_STAFF },
  'GET /restaurant/table-sessions/metrics': { expected: OF_STAFF },
  'GET /restaurant/table-sessions/alerts': { expected: OF_STAFF },
  'GET /restaurant/table-sessions/:sessionId': { expected: row({ staff: 200, admin: 200 }) },
  'GET /restaurant/table-sessions/:sessionId/payment-summary': { expected: row({ staff: 200, admin: 200 }) },
  'POST /restaurant/table-sessions/:sessionId/close': {
    expected: row({ staff: 200, admin: 200 }),
    body: () => ({ reason: 'Matrix', forceClose: true }),
  },
  'POST /table-sessions/split-calculation/cleanup-stale-locks': { expected: ADMIN },
  'POST /table-sessions/:sessionId/split-calculation': {
    expected: AT_TABLE,
    body: () => ({ splitType: 'EQUAL' }),
  },
  'GET /table-sessions/:sessionId/split-calculation': { expected: SEES },
  'GET /table-sessions/:sessionId/split-calculation/lock-status': { expected: SEES },
  'POST /table-sessions/:sessionId/split-calculation/lock': { expected: AT_TABLE },
  'DELETE /table-sessions/:sessionId/split-calculation/lock': { expected: AT_TABLE },
  'POST /table-sessions/:sessionId/split-calculation/recover-lock': { expected: AT_TABLE },
  'POST /table-sessions/:sessionId/split-calculation/force-unlock': {
    expected: row({ staff: 200, admin: 200 }),
  },
  // Each guest their own share alone.
  'PATCH /table-sessions/:sessionId/split-calculation/:guestId': {
    expected: row({ payer: 200 }),
    body: () => ({ percentage: 10 }),
  },
};

let world: LegacyWorld;
let elsewhere: SeededRestaurant;
let otherSession: SeededSession;
const tokens = {} as Partial<Record<ActorName, string>>;
beforeAll(async () => {
  world = await startLegacyWorld();
  const { app, restaurant } = world;
  const service = await app.asService();
  elsewhere = await seedRestaurant(service);
  otherSession = await seedSession(service, elsewhere);
  Object.assign(tokens, {
    stranger: await app.token('CUSTOMER', `customer-${newKey()}`),
    staff: await app.token('RESTAURANT_STAFF', restaurant.staffId),
    'other staff': await app.token('RESTAURANT_STAFF', elsewhere.staffId),
    admin: await app.token('ADMIN', 'admin-1'),
    service: await app.token('SERVICE', 'platform'),
  });
});
afterAll(() => world.app.stop());

it('every row of the legacy API has a rule here', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
});

it.each(Object.keys(EXPECTED))('%s', async (name) => {
  const [method = '', pattern = ''] = name.split(' ');
  const { expected, body } = EXPECTED[name] ?? { expected: SEES };
  const met: Partial<Row> = {};
  const problems: string[] = [];
  for (const actor of ACTORS) {
    const session = await world.newSession();
    const target = await targetAt(session, pattern);
    const path = pattern.replace(/:(\w+)/g, (_, key: keyof Target) => encodeURIComponent(target[key]));
    const response = await fetch(`${world.app.url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...credentialsOf(actor, session) },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body?.(target) ?? {}) }),
    });
    met[actor] = response.status;
    problems.push(...breaches({ request: name, status: response.status, body: await response.json() }));
  }
  expect(met).toEqual(expected);
  expect(problems).toEqual([]);
});

async function targetAt(session: SeededSession, pattern: string): Promise<Target> {
  const [payer] = session.guests;
  const orderId = await world.order({ session, guestSessionId: payer });
  const guest = world.guest('v2', payer);
  const started = pattern.includes(':paymentId') ? await guest.post('/payments/intent', { orderId }) : null;
  const splits = [{ amount: 20 }, { amount: 7 }];
  const divided = pattern.includes(':splitGroupId')
    ? await guest.post('/payments/split', { orderId, splits })
    : null;
  if (pattern.includes('split-calculation')) {
    const path = `/table-sessions/${session.sessionId}/split-calculation`;
    await guest.post(path, { splitType: 'BY_PERCENTAGE', participants: session.guests });
  }
  return {
    guestId: payer,
    restaurantId: world.restaurant.restaurantId,
    sessionId: session.sessionId,
    orderId,
    paymentId: started?.data.id ?? '',
    splitGroupId: divided?.data.groupId ?? '',
    participantId: divided?.data.payments[0].id ?? '',
  };
}

function credentialsOf(actor: ActorName, session: SeededSession): Record<string, string> {
  const token = tokens[actor];
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (actor === 'payer') return { 'x-session-id': session.guests[0] };
  if (actor === 'table mate') return { 'x-session-id': session.guests[1] };
  if (actor === 'other guest') return { 'x-session-id': otherSession.guests[0] };
  return {};
}
