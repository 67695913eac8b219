import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
import { assertBooksBalance } from '../support/invariants';

/** A restaurant with a table of guests and something of everything that an id can name. */
interface Side {
  restaurant: SeededRestaurant;
  session: SeededSession;
  guest: Client;
  staff: Client;
  owner: Client;
  orderId: string;
  paidId: string;
  openId: string;
  groupId: string;
  participantIds: string[];
  guestPublicId: string;
  discrepancyId: string;
  headers: Record<string, string>;
}

let app: TestApp;
let mine: Side;
let theirs: Side;
beforeAll(async () => {
  app = await startTestApp({
    env: { PAYMENT_RATE_LIMIT_PER_15_MINUTES: '1000', PAYMENT_RATE_LIMIT_PER_HOUR: '1000' },
  });
  mine = await makeSide();
  theirs = await makeSide();
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

const key = () => ({ idempotencyKey: newKey() });

/** The first id is the caller's own and opens the door; the second one is not, and must not come in with it. */
const CALLS: Readonly<Record<string, () => Promise<unknown>>> = {
  'a share of their group, in a group of mine': () =>
    mine.staff.splits.takeCash.mutate({
      groupId: mine.groupId,
      participantId: theirs.participantIds[0] ?? '',
      ...key(),
    }),
  'a reminder for it': () =>
    mine.staff.splits.remind.mutate({
      groupId: mine.groupId,
      participantId: theirs.participantIds[0] ?? '',
      ...key(),
    }),
  'a change of it': () =>
    mine.staff.splits.changeParticipant.mutate({
      groupId: mine.groupId,
      participantId: theirs.participantIds[0] ?? '',
      tipMinor: 1,
      ...key(),
    }),
  'their order, paid with my table’s': () =>
    mine.guest.tableSessions.pay.mutate({
      tableSessionId: mine.session.sessionId,
      orderIds: [theirs.orderId],
      ...key(),
    }),
  'their order, split with my table’s': () =>
    mine.guest.splits.create.mutate({
      tableSessionId: mine.session.sessionId,
      orderIds: [theirs.orderId],
      parts: [{ amountMinor: 1350 }, { amountMinor: 1350 }],
      ...key(),
    }),
  'their guest, in a split of my order': async () =>
    mine.guest.splits.create.mutate({
      orderId: await newOrder(mine),
      parts: [{ amountMinor: 1350, guestPublicId: theirs.guestPublicId }, { amountMinor: 1350 }],
      ...key(),
    }),
  'their discrepancy, linked to mine': () =>
    mine.owner.reconciliation.discrepancies.link.mutate({
      discrepancyId: mine.discrepancyId,
      to: { kind: 'DISCREPANCY', discrepancyId: theirs.discrepancyId },
      reason: 'the same',
      ...key(),
    }),
  'their staff, made responsible for mine': () =>
    mine.owner.reconciliation.discrepancies.assign.mutate({
      discrepancyId: mine.discrepancyId,
      userId: theirs.restaurant.staffId,
      reason: 'take it',
      ...key(),
    }),
};

describe('an own id does not bring in', () => {
  it.each(Object.keys(CALLS))('%s', async (name) => {
    const refusal = await refusalOf(CALLS[name]?.() ?? Promise.resolve());
    expect(['NOT_FOUND', 'BAD_REQUEST']).toContain(refusal.code);
    // Whatever it says, it is what is said of a thing that never was.
    expect(refusal.message).not.toContain(theirs.restaurant.restaurantId);
  });

  it.each([
    ['POST', (s: Side, t: Side) => `/table-sessions/${s.session.sessionId}/payments/${t.openId}/cancel`],
    ['PATCH', (s: Side, t: Side) => `/table-sessions/${s.session.sessionId}/payments/${t.openId}/tip`],
    ['PATCH', (s: Side, t: Side) => `/payments/split/${s.groupId}/participant/${t.participantIds[0]}`],
    ['POST', (s: Side, t: Side) => `/payments/split/${s.groupId}/participant/${t.participantIds[0]}/remind`],
  ] as const)('their payment or share in a path of mine: %s', async (method, path) => {
    const response = await fetch(`${app.url}/api/v1${path(mine, theirs)}`, {
      method,
      headers: { ...mine.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ tipAmount: 1 }),
    });
    expect([401, 403, 404]).toContain(response.status);
    expect(await theirs.guest.payments.get.query({ paymentId: theirs.openId })).toMatchObject({
      status: 'PENDING',
      tipMinor: 0,
    });
  });
});

describe('a filter with their id shows nothing of theirs', () => {
  it.each([
    ['orderId', () => theirs.orderId],
    ['tableSessionId', () => theirs.session.sessionId],
    ['splitGroupId', () => theirs.groupId],
  ] as const)('payments.list by %s', async (name, id) => {
    for (const client of [mine.guest, mine.staff, mine.owner]) {
      const page = await client.payments.list.query({ [name]: id() });
      expect(page.items).toEqual([]);
    }
  });

  it('payments.list by a search, and by a cursor that names one of theirs', async () => {
    const found = await mine.staff.payments.list.query({ search: theirs.paidId });
    expect(found.items).toEqual([]);
    const { nextCursor } = await theirs.staff.payments.list.query({ limit: 1 });
    const cursor = nextCursor ?? 'none';
    const page = await mine.staff.payments.list.query({ cursor });
    expect(page.items.map((item) => item.restaurantId)).not.toContain(theirs.restaurant.restaurantId);
  });

  it('the download of the same', async () => {
    const query = `restaurantId=${mine.restaurant.restaurantId}&orderId=${theirs.orderId}`;
    const response = await fetch(`${app.url}/api/exports/payments.csv?${query}`, { headers: mine.headers });
    expect(response.status).toBe(200);
    expect(await response.text()).not.toContain(theirs.paidId);
  });
});

describe('what a caller must not choose is not theirs to send', () => {
  const EXTRA = {
    id: newKey(),
    status: 'COMPLETED',
    amount: 1,
    amountMinor: 1,
    totalMinor: 1,
    isAdmin: true,
    role: 'ADMIN',
    version: 99,
    actor: { kind: 'admin' },
    completedAt: '2026-11-01T00:00:00Z',
    stripePaymentIntentId: 'pi_mine',
  };

  it('of a payment over tRPC: state, sums, owner and intent are the server’s', async () => {
    const orderId = await newOrder(mine);
    const input = {
      ...EXTRA,
      orderId,
      restaurantId: theirs.restaurant.restaurantId,
      customerId: 'somebody',
      ...key(),
    };
    const made = (await mine.guest.payments.create.mutate(input)) as { id: string };
    expect(made).toMatchObject({
      status: 'PENDING',
      totalMinor: 2_700,
      restaurantId: mine.restaurant.restaurantId,
      completedAt: null,
    });
    expect(made.id).not.toBe(EXTRA.id);
    expect(made).not.toHaveProperty('paymentIntentId', 'pi_mine');
  });

  it('nor over REST', async () => {
    const orderId = await newOrder(mine);
    const { amount: _, ...extra } = EXTRA;
    const response = await fetch(`${app.url}/api/v1/payments/intent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-session-id': mine.session.guests[0] },
      body: JSON.stringify({ ...extra, orderId, restaurantId: theirs.restaurant.restaurantId }),
    });
    const { data } = (await response.json()) as { data: Record<string, unknown> };
    expect(data).toMatchObject({
      status: 'PENDING',
      totalAmount: 27,
      restaurantId: mine.restaurant.restaurantId,
    });
  });

  it('of settings: only those that there are, of the restaurant that was named', async () => {
    const input = {
      ...EXTRA,
      restaurantId: mine.restaurant.restaurantId,
      staffRefundWindowDays: 3,
      ...key(),
    };
    const changed = await mine.owner.settings.change.mutate(input);
    expect(changed.staffRefundWindowDays).toBe(3);
    expect(changed.version).not.toBe(EXTRA.version);
    expect(changed).not.toHaveProperty('isAdmin');
  });

  it('an input with __proto__ and constructor changes no prototype', async () => {
    const json =
      '{"json":{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}},"meta":{"values":{"__proto__.isAdmin":["Date"]}}}';
    const response = await fetch(`${app.url}/api/trpc/payments.create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-session-id': mine.session.guests[0] },
      body: json,
    });
    expect(response.status).toBe(400);
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });
});

function newOrder({ restaurant, session }: Pick<Side, 'restaurant' | 'session'>): Promise<string> {
  return app
    .asService()
    .then((service) => seedOrder(service, restaurant, { session, guestSessionId: session.guests[0] }));
}

async function makeSide(): Promise<Side> {
  const service = await app.asService();
  const restaurant = await seedRestaurant(service);
  const session = await seedSession(service, restaurant);
  const at = { restaurant, session };
  const guest = app.asGuest(session.guests[0]);
  const paid = await guest.payments.create.mutate({ orderId: await newOrder(at), ...key() });
  await payWithCard(app, paid);
  await waitForStatus(guest, paid.id, 'COMPLETED');
  const open = await guest.payments.create.mutate({ orderId: await newOrder(at), ...key() });
  const group = await guest.splits.create.mutate({
    orderId: await newOrder(at),
    parts: [{ amountMinor: 1350 }, { amountMinor: 1350, method: 'CASH' }],
    ...key(),
  });
  const { users } = await guest.tableSessions.users.query({ tableSessionId: session.sessionId });
  const discrepancyId = newKey();
  await app.database.pool.query(
    `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, description)
     VALUES ($1, $2, $3, 'STATUS_MISMATCH', 'PLANTED', 'LOW', 'Planted')`,
    [discrepancyId, `planted:${discrepancyId}`, restaurant.restaurantId],
  );
  return {
    ...at,
    guest,
    staff: await app.asStaff(restaurant.staffId),
    owner: await app.asOwner(restaurant.ownerId),
    orderId: await newOrder(at),
    paidId: paid.id,
    openId: open.id,
    groupId: group.id,
    participantIds: group.participants.map(({ id }) => id),
    guestPublicId: users[0]?.publicId ?? '',
    discrepancyId,
    headers: { authorization: `Bearer ${await app.token('RESTAURANT_OWNER', restaurant.ownerId)}` },
  };
}
