import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  newKey,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import {
  asCustomer,
  asRestaurant,
  connectLegacy,
  type LegacySocket,
  refusedLegacy,
} from '../../support/legacy-socket';

let app: TestApp;
let here: SeededRestaurant;
let elsewhere: SeededRestaurant;
let session: SeededSession;
const open: LegacySocket[] = [];

beforeAll(async () => {
  app = await startTestApp();
  const service = await app.asService();
  here = await seedRestaurant(service);
  elsewhere = await seedRestaurant(service);
  session = await seedSession(service, here);
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app.stop();
});

async function connect(target: Parameters<typeof connectLegacy>[1]): Promise<LegacySocket> {
  const socket = await connectLegacy(app.url, target);
  open.push(socket);
  return socket;
}
const staff = async (at = here) =>
  connect(asRestaurant(await app.token('RESTAURANT_STAFF', at.staffId), at.restaurantId));
const admin = async () =>
  connect({ namespace: '/restaurant', auth: { token: await app.token('ADMIN', 'admin-1') } });
const customer = (at = session, guest = 0) =>
  connect(
    asCustomer({ tableId: here.tableId, restaurantId: here.restaurantId, sessionId: at.guests[guest] ?? '' }),
  );

/** A new open payment; everybody who may hear of it gets `payment:created`. */
async function startPayment(at = here, of: SeededSession | undefined = undefined) {
  const service = await app.asService();
  const inSession = of ?? (at === here ? session : await seedSession(service, at));
  const orderId = await seedOrder(service, at, { session: inSession, guestSessionId: inSession.guests[0] });
  const payment = await app
    .asGuest(inSession.guests[0])
    .payments.create.mutate({ orderId, idempotencyKey: newKey() });
  return { ...payment, orderId };
}
const isOf = (payment: { id: string }) => (payload: { paymentId: string }) =>
  payload.paymentId === payment.id;

describe('who is let in (legacy-contract 5.1)', () => {
  it.each([
    [
      'a bad token',
      { namespace: '/restaurant', auth: { token: 'x.y.z', restaurantId: 'r' } },
      'TOKEN_INVALID',
    ],
    ['no guest id', { namespace: '/customer', query: { tableId: 't' } }, 'UNAUTHENTICATED'],
    [
      'the text undefined as guest id',
      { namespace: '/customer', query: { sessionId: 'undefined' } },
      'UNAUTHENTICATED',
    ],
    ['an unknown guest id', { namespace: '/customer', query: { sessionId: 'nobody' } }, 'SESSION_UNKNOWN'],
    ['a bad token in the default namespace', { namespace: '/', auth: { token: 'x' } }, 'TOKEN_INVALID'],
  ] as const)('%s is refused with one connect_error that says why', async (_name, target, code) => {
    expect(await refusedLegacy(app.url, target)).toMatchObject({ code, message: expect.any(String) });
  });

  it('staff of another restaurant are refused: anyone may NOT watch any restaurant', async () => {
    const token = await app.token('RESTAURANT_OWNER', elsewhere.ownerId);
    expect(await refusedLegacy(app.url, asRestaurant(token, here.restaurantId))).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('an expired token is refused and named', async () => {
    const { SignJWT } = await import('jose');
    const token = await new SignJWT({ role: 'ADMIN' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('a')
      .setExpirationTime(Math.floor(Date.now() / 1000) - 60)
      .sign(new TextEncoder().encode(app.env.auth.jwtSecret));
    expect(await refusedLegacy(app.url, asRestaurant(token, here.restaurantId))).toMatchObject({
      code: 'TOKEN_EXPIRED',
    });
  });

  it('the admin portal, which sends no credentials, is let in silently and hears nothing', async () => {
    const portal = await connect({ namespace: '/restaurant' });
    for (const room of ['system', 'analytics', 'restaurants', 'users', 'payments'])
      portal.socket.emit('join-room', `admin:${room}`);
    await waitFor('five refusals', () => portal.of('error').length === 5);
    const witness = await staff();
    const payment = await startPayment();
    await witness.next('payment:created', isOf(payment));
    expect(portal.received.filter(({ name }) => name !== 'error')).toEqual([]);
    expect(portal.socket.connected).toBe(true);
  });

  it('a guest id in the query never opens /restaurant, as one manager shows its first query everywhere', async () => {
    const socket = await connect({
      namespace: '/restaurant',
      query: { sessionId: session.guests[0], restaurantId: here.restaurantId, tableId: here.tableId },
    });
    expect(await socket.ask('join-room', `session:${session.sessionId}`)).toMatchObject({
      success: false,
      code: 'UNAUTHENTICATED',
    });
  });

  it('restaurant and table come from the guest’s session, whatever the query says', async () => {
    const socket = await connect(
      asCustomer({ tableId: 'other', restaurantId: elsewhere.restaurantId, sessionId: session.guests[0] }),
    );
    const foreign = await startPayment(elsewhere);
    const own = await startPayment();
    await socket.next('payment:created', isOf(own));
    expect(socket.of('payment:created').some(isOf(foreign))).toBe(false);
  });

  it('pages of unlisted origins are refused before a connection stands, listed ones are not', async () => {
    const target = { namespace: '/restaurant' } as const;
    await expect(
      refusedLegacy(app.url, { ...target, headers: { origin: 'https://evil.example' } }),
    ).resolves.toMatchObject({ code: undefined });
    await connect({ ...target, headers: { origin: 'http://localhost:3000' } });
  });
});

describe('rooms that are joined at once (5.2)', () => {
  it('each of two sockets of a guest gets each event once, and both stay connected', async () => {
    const sockets = await Promise.all([
      customer(),
      customer(),
      customer(),
      customer(),
      customer(),
      customer(),
    ]);
    const payment = await startPayment();
    for (const socket of sockets) await socket.next('payment:created', isOf(payment));
    await app
      .asGuest(session.guests[0])
      .payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    for (const socket of sockets) {
      await socket.next('payment:cancelled', isOf(payment));
      expect(socket.of('payment:created').filter(isOf(payment))).toHaveLength(1);
      expect(socket.of('payment:cancelled').filter(isOf(payment))).toHaveLength(1);
      expect(socket.socket.connected).toBe(true);
    }
  });

  it('reported bug “a guest who joins as shown gets every event three times”: a guest gets each event once, in however many rooms', async () => {
    const socket = await staff();
    const payment = await startPayment();
    const rooms = { paymentId: payment.id, orderId: payment.orderId, restaurantId: here.restaurantId };
    expect(await socket.ask('join:payment', rooms)).toEqual({ success: true });
    expect(await socket.ask('join-room', `kitchen:${here.restaurantId}`)).toEqual({ success: true });
    await app
      .asGuest(session.guests[0])
      .payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    await socket.next('payment:cancelled', isOf(payment));
    const next = await startPayment();
    await socket.next('payment:created', isOf(next));
    expect(socket.of('payment:cancelled').filter(isOf(payment))).toHaveLength(1);
  });

  it('payments still come after R’s orders page left the restaurant’s room; orders no longer do', async () => {
    const [left, stayed] = await Promise.all([staff(), staff()]);
    expect(await left.ask('leave-room', `restaurant:${here.restaurantId}`)).toEqual({ success: true });
    const payment = await startPayment();
    await left.next('payment:created', isOf(payment));
    await stayed.next('order:created', (order) => order.orderId === payment.orderId);
    expect(left.of('order:created').filter((order) => order.orderId === payment.orderId)).toEqual([]);
  });

  it('a guest hears the own table session alone, not the next one at the same table', async () => {
    const service = await app.asService();
    const other = await seedSession(service, here);
    const [first, second] = await Promise.all([customer(session), customer(other)]);
    const ofFirst = await startPayment(here, session);
    const ofSecond = await startPayment(here, other);
    await first.next('payment:created', isOf(ofFirst));
    await second.next('payment:created', isOf(ofSecond));
    const last = await startPayment(here, session);
    await first.next('payment:created', isOf(last));
    expect(first.of('payment:created').some(isOf(ofSecond))).toBe(false);
    expect(second.of('payment:created').some(isOf(ofFirst))).toBe(false);
  });
});

describe('rooms that are asked for (5.2)', () => {
  it.each([
    'restaurant:undefined',
    'restaurant:null',
    'restaurant:',
    'restaurant:undefined:payments',
    'admin:undefined',
    'undefined',
    '',
    42,
    null,
  ])(
    'reported bug “analytics leak through rooms named undefined”: the room name %j is refused',
    async (name) => {
      const socket = await admin();
      expect(await socket.ask('join-room', name)).toMatchObject({ success: false, code: 'INVALID_INPUT' });
    },
  );

  it('join:payment without a single id is refused', async () => {
    const socket = await admin();
    for (const body of [undefined, {}, { paymentId: undefined, restaurantId: 'undefined' }, 'x']) {
      expect(await socket.ask('join:payment', body)).toMatchObject({ success: false, code: 'INVALID_INPUT' });
    }
  });

  it('reported bug “anyone may join any restaurant”: joining a restaurant of others is refused', async () => {
    const payment = await startPayment();
    const names = [
      `restaurant:${here.restaurantId}`,
      `restaurant:${here.restaurantId}:payments`,
      `kitchen:${here.restaurantId}`,
      `staff:${here.restaurantId}`,
      `session:${session.sessionId}`,
      `payment:${payment.id}`,
      `order:${payment.orderId}`,
      'admin:payments',
      'admin:system',
    ];
    const strangerSession = await seedSession(await app.asService(), elsewhere);
    const strangers = [
      await staff(elsewhere),
      await customer(strangerSession),
      await connect({ namespace: '/', query: { sessionId: strangerSession.guests[0] } }),
      await connect({ namespace: '/' }),
      await connect({ namespace: '/restaurant' }),
    ];
    for (const stranger of strangers) {
      for (const name of names) {
        expect(await stranger.ask('join-room', name), name).toMatchObject({ success: false });
      }
      const rooms = { paymentId: payment.id, orderId: payment.orderId, restaurantId: here.restaurantId };
      expect(await stranger.ask('join:payment', rooms)).toMatchObject({ success: false });
    }
    const witness = await staff();
    const next = await startPayment();
    await witness.next('payment:created', isOf(next));
    // Their own restaurant's they do hear, such as its figures.
    const ofHere = [here.restaurantId, session.sessionId, payment.id, next.id];
    for (const stranger of strangers) {
      const told = stranger.received.map((event) => JSON.stringify(event));
      expect(told.filter((event) => ofHere.some((id) => event.includes(id)))).toEqual([]);
    }
  });

  it('guests join no room of staff, not even of the own restaurant', async () => {
    const guest = await customer();
    for (const name of [
      `restaurant:${here.restaurantId}`,
      `restaurant:${here.restaurantId}:payments`,
      'admin:payments',
    ]) {
      expect(await guest.ask('join-room', name)).toMatchObject({ success: false });
    }
  });

  it('a join that holds one forbidden room joins none of them', async () => {
    const [payment, other] = [await startPayment(here), await startPayment(elsewhere)];
    const token = await app.token('RESTAURANT_STAFF', here.staffId);
    const socket = await connect({ namespace: '/', auth: { token } });
    const rooms = { paymentId: payment.id, orderId: other.orderId };
    expect(await socket.ask('join:payment', rooms)).toMatchObject({ success: false });
    expect(await socket.ask('join:payment', { paymentId: payment.id })).toEqual({ success: true });
  });

  it('a guest who names the restaurant too, as the requirements show, hears the payment and nothing of the staff’s', async () => {
    const payment = await startPayment();
    const socket = await connect({ namespace: '/', query: { sessionId: session.guests[0] } });
    const { id: paymentId, orderId } = payment;
    const restaurantId = here.restaurantId;
    expect(await socket.ask('join:payment', { restaurantId })).toMatchObject({ success: false });
    expect(await socket.ask('join:payment', { paymentId, orderId, restaurantId })).toEqual({ success: true });
    const [witness, elsewhereAtTheHouse] = [await staff(), await seedSession(await app.asService(), here)];
    const ofOthers = await startPayment(here, elsewhereAtTheHouse);
    await witness.next('payment:created', isOf(ofOthers));
    await app.asGuest(session.guests[0]).payments.cancel.mutate({ paymentId, idempotencyKey: newKey() });
    await socket.next('payment:cancelled', isOf(payment));
    expect(socket.received.some(({ payload }) => isOf(ofOthers)(payload))).toBe(false);
  });

  it('so does a signed-in customer, of the own payment alone', async () => {
    const customerId = `customer-${newKey()}`;
    const orderId = await seedOrder(await app.asService(), here, { customerId });
    const client = await app.asCustomer(customerId);
    const payment = await client.payments.create.mutate({ orderId, idempotencyKey: newKey() });
    const { restaurantId } = here;
    const rooms = { paymentId: payment.id, orderId, restaurantId };
    const socket = await connect({
      namespace: '/',
      auth: { token: await app.token('CUSTOMER', customerId) },
    });
    const stranger = await connect({
      namespace: '/',
      auth: { token: await app.token('CUSTOMER', newKey()) },
    });
    expect(await stranger.ask('join:payment', rooms)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await socket.ask('join:payment', { restaurantId })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await socket.ask('join:payment', rooms)).toEqual({ success: true });
    const witness = await staff();
    const ofOthers = await startPayment(here);
    await witness.next('payment:created', isOf(ofOthers));
    await client.payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    await socket.next('payment:cancelled', isOf(payment));
    expect(socket.received.some(({ payload }) => isOf(ofOthers)(payload))).toBe(false);
  });

  it('the default namespace serves the requirements’ join:payment and leave:payment', async () => {
    const payment = await startPayment();
    const rooms = { paymentId: payment.id, orderId: payment.orderId };
    const token = await app.token('RESTAURANT_STAFF', here.staffId);
    const byToken = await connect({ namespace: '/', auth: { token } });
    const byGuest = await connect({ namespace: '/', query: { sessionId: session.guests[0] } });
    const leaver = await connect({ namespace: '/', auth: { token } });
    for (const socket of [byToken, byGuest, leaver]) {
      expect(await socket.ask('join:payment', rooms)).toEqual({ success: true });
    }
    expect(await leaver.ask('leave:payment', rooms)).toEqual({ success: true });
    await app
      .asGuest(session.guests[0])
      .payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    const toStaff = await byToken.next('payment:cancelled', isOf(payment));
    const toGuest = await byGuest.next('payment:cancelled', isOf(payment));
    expect(toStaff.guestSessionId).toBe(toGuest.guestSessionId);
    expect(session.guests).not.toContain(toGuest.guestSessionId);
    expect(leaver.received).toEqual([]);
  });

  it('the platform’s staff hear all restaurants through admin:payments, once', async () => {
    const socket = await admin();
    expect(await socket.ask('join-room', 'admin:payments')).toEqual({ success: true });
    const [one, two] = [await startPayment(here), await startPayment(elsewhere)];
    for (const payment of [one, two]) {
      await socket.next('payment:created', isOf(payment));
      expect(socket.of('payment:created').filter(isOf(payment))).toHaveLength(1);
    }
  });

  it('a leave right behind a join wins, although the join is still being looked up', async () => {
    const socket = await staff();
    const payment = await startPayment();
    const token = await app.token('RESTAURANT_STAFF', here.staffId);
    const own = await connect({ namespace: '/', auth: { token } });
    own.socket.emit('join:payment', { paymentId: payment.id });
    own.socket.emit('leave:payment', { paymentId: payment.id });
    expect(await own.ask('leave-room', `order:${payment.orderId}`)).toEqual({ success: true });
    await app
      .asGuest(session.guests[0])
      .payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    await socket.next('payment:cancelled', isOf(payment));
    expect(own.received).toEqual([]);
  });
});
