import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Client,
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

const HOUR_MS = 3_600_000;
const PER_ACTOR = 8;
const PER_ADDRESS = 30;

let app: TestApp;
let here: SeededRestaurant;
let offsetMs = 0;
const open: LegacySocket[] = [];

beforeAll(async () => {
  app = await startTestApp({
    app: { clock: { now: () => new Date(Date.now() + offsetMs) } },
    env: {
      LIVE_RECHECK_SECONDS: '1',
      LIVE_CONNECTIONS_PER_ACTOR: String(PER_ACTOR),
      LIVE_CONNECTIONS_PER_IP: String(PER_ADDRESS),
    },
  });
  here = await seedRestaurant(await app.asService());
});
afterEach(async () => {
  offsetMs = 0;
  for (const socket of open.splice(0)) socket.close();
  await waitFor('the server has room again', () =>
    connectLegacy(app.url, { namespace: '/restaurant' }).then(
      (socket) => {
        socket.close();
        return true;
      },
      () => false,
    ),
  );
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
const guestOf = (session: SeededSession, guest = 0) =>
  asCustomer({
    tableId: here.tableId,
    restaurantId: here.restaurantId,
    sessionId: session.guests[guest] ?? '',
  });
const newSession = async () => seedSession(await app.asService(), here);

/** How the connection ended, and how the client's own attempt to come back did. */
function endOf({ socket }: LegacySocket): Promise<{ reason: string; code: string | undefined }> {
  return new Promise((resolve) => {
    let reason = '';
    socket.once('disconnect', (why) => {
      reason = why;
    });
    socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
      if (error.data) resolve({ reason, code: error.data.code });
    });
  });
}

async function syncSession(session: SeededSession, change: { status?: 'CLOSED'; guests?: string[] }) {
  const service = await app.asService();
  await service.platform.sessions.sync.mutate({
    sessions: [
      {
        id: session.sessionId,
        restaurantId: here.restaurantId,
        tableId: here.tableId,
        code: session.sessionId.slice(-6),
        status: change.status ?? 'ACTIVE',
        expiresAt: new Date(Date.now() + HOUR_MS),
        guests: (change.guests ?? session.guests).map((guestSessionId) => ({
          guestSessionId,
          isHost: false,
          joinedAt: new Date(),
        })),
        version: 2,
      },
    ],
  });
}

/** Only the owner is left. */
async function dismissStaff(place: SeededRestaurant) {
  await syncMembers(place, [{ userId: place.ownerId, role: 'OWNER' }], 2);
}

type Sync = Parameters<Client['platform']['restaurants']['sync']['mutate']>[0];
async function syncMembers(
  place: SeededRestaurant,
  members: Sync['restaurants'][number]['members'],
  version: number,
) {
  const service = await app.asService();
  await service.platform.restaurants.sync.mutate({
    restaurants: [
      {
        id: place.restaurantId,
        name: 'Chez Test',
        currency: 'USD',
        timeZone: 'America/New_York',
        members,
        version,
      },
    ],
  });
}

const disconnected = ({ socket }: LegacySocket) =>
  new Promise<string>((resolve) => socket.once('disconnect', resolve));
const backAgain = ({ socket }: LegacySocket) =>
  waitFor('the client comes back by itself', () => socket.connected);

describe('when access ends', () => {
  it('a closed session tells its guests, ends their connections, and keeps them out; staff stay', async () => {
    const session = await newSession();
    const [first, second] = [await connect(guestOf(session)), await connect(guestOf(session, 1))];
    const waiter = await staff();
    const ends = [endOf(first), endOf(second)];
    await syncSession(session, { status: 'CLOSED' });
    for (const end of ends) expect(await end).toEqual({ reason: 'transport close', code: 'SESSION_CLOSED' });
    for (const guest of [first, second]) {
      expect(guest.of('table:session_closed')).toMatchObject([
        { tableSessionId: session.sessionId, tableId: here.tableId, status: 'CLOSED' },
      ]);
    }
    await waiter.next('table:session_closed', (closed) => closed.tableSessionId === session.sessionId);
    expect(waiter.socket.connected).toBe(true);
    expect(await refusedLegacy(app.url, guestOf(session))).toMatchObject({ code: 'SESSION_CLOSED' });
  });

  it('a guest of a closed session who only joined one payment in the default namespace is out too', async () => {
    const session = await newSession();
    const orderId = await seedOrder(await app.asService(), here, {
      session,
      guestSessionId: session.guests[0],
    });
    const payment = await app
      .asGuest(session.guests[0])
      .payments.create.mutate({ orderId, idempotencyKey: newKey() });
    const socket = await connect({ namespace: '/', query: { sessionId: session.guests[0] } });
    expect(await socket.ask('join:payment', { paymentId: payment.id })).toEqual({ success: true });
    const gone = new Promise<string>((resolve) => socket.socket.once('disconnect', resolve));
    await syncSession(session, { status: 'CLOSED' });
    expect(await gone).toBe('transport close');
  });

  it('who leaves the table hears of it no more; the others go on', async () => {
    const session = await newSession();
    const [leaver, stayer] = [await connect(guestOf(session)), await connect(guestOf(session, 1))];
    const end = endOf(leaver);
    await syncSession(session, { guests: session.guests.slice(1) });
    expect(await end).toEqual({ reason: 'transport close', code: 'SESSION_UNKNOWN' });
    await stayer.next('table:user_left');
    expect(stayer.socket.connected).toBe(true);
  });

  it('an expired token ends the connection, and the client is told on its way back', async () => {
    const socket = await staff();
    const guest = await connect(guestOf(await newSession()));
    const end = endOf(socket);
    offsetMs = HOUR_MS + 10_000;
    expect(await end).toEqual({ reason: 'transport close', code: 'TOKEN_EXPIRED' });
    expect(guest.socket.connected).toBe(true);
  });

  it('a member of staff who is dismissed is out within the recheck interval, though no event tells', async () => {
    const service = await app.asService();
    const place = await seedRestaurant(service);
    const [dismissed, kept] = [
      await staff(place),
      await connect(asRestaurant(await app.token('RESTAURANT_OWNER', place.ownerId), place.restaurantId)),
    ];
    const end = endOf(dismissed);
    await dismissStaff(place);
    expect(await end).toEqual({ reason: 'transport close', code: 'NOT_FOUND' });
    expect(kept.socket.connected).toBe(true);
  });

  it.each([
    ['/restaurant', 'join-room', (id: string) => `restaurant:${id}`],
    ['/restaurant', 'join-room', (id: string) => `kitchen:${id}`],
    ['/', 'join-room', (id: string) => `restaurant:${id}`],
    ['/', 'join:payment', (restaurantId: string) => ({ restaurantId })],
  ] as const)('so is who joined later, in %s with %s', async (namespace, request, bodyOf) => {
    const place = await seedRestaurant(await app.asService());
    const token = await app.token('RESTAURANT_STAFF', place.staffId);
    const dismissed = await connect({ namespace, auth: { token } });
    expect(await dismissed.ask(request, bodyOf(place.restaurantId))).toEqual({ success: true });
    const end = disconnected(dismissed);
    await dismissStaff(place);
    expect(await end).toBe('transport close');
    await backAgain(dismissed);
    expect(await dismissed.ask(request, bodyOf(place.restaurantId))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('and who joined one payment or order of the restaurant', async () => {
    const service = await app.asService();
    const place = await seedRestaurant(service);
    const orderId = await seedOrder(service, place);
    const socket = await connect({
      namespace: '/restaurant',
      auth: { token: await app.token('RESTAURANT_STAFF', place.staffId) },
    });
    expect(await socket.ask('join-room', `order:${orderId}`)).toEqual({ success: true });
    const end = disconnected(socket);
    await dismissStaff(place);
    expect(await end).toBe('transport close');
  });

  it('who stays in one restaurant hears that one alone; who had left the room of the other is not disturbed', async () => {
    const service = await app.asService();
    const [kept, lost] = [await seedRestaurant(service), await seedRestaurant(service)];
    const userId = newKey();
    for (const place of [kept, lost]) await syncMembers(place, [{ userId, role: 'STAFF' }], 2);
    const token = await app.token('RESTAURANT_STAFF', userId);
    const [left, listening] = [
      await connect(asRestaurant(token, kept.restaurantId)),
      await connect(asRestaurant(token, kept.restaurantId)),
    ];
    for (const socket of [left, listening])
      expect(await socket.ask('join-room', `restaurant:${lost.restaurantId}`)).toEqual({ success: true });
    expect(await left.ask('leave-room', `restaurant:${lost.restaurantId}`)).toEqual({ success: true });
    let wasDropped = false;
    left.socket.once('disconnect', () => {
      wasDropped = true;
    });
    const end = disconnected(listening);
    await syncMembers(lost, [], 3);
    expect(await end).toBe('transport close');
    await backAgain(listening);
    const foreign = await seedOrder(service, lost);
    const own = await seedOrder(service, kept);
    const isOf = (orderId: string) => (payload: { orderId: string }) => payload.orderId === orderId;
    await listening.next('order:created', isOf(own));
    expect(listening.of('order:created').some(isOf(foreign))).toBe(false);
    expect(wasDropped).toBe(false);
  });
});

describe('limits', () => {
  it('one guest holds as many sockets as allowed, and gets room again when one closes', async () => {
    const session = await newSession();
    const sockets = await Promise.all(Array.from({ length: PER_ACTOR }, () => connect(guestOf(session))));
    expect(await refusedLegacy(app.url, guestOf(session))).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
    await connect(guestOf(session, 1));
    sockets[0]?.close();
    await waitFor('a place is free', () =>
      connect(guestOf(session)).then(
        () => true,
        () => false,
      ),
    );
  });

  it('a setting below six sockets per guest counts as six', async () => {
    const strict = await startTestApp({ env: { LIVE_CONNECTIONS_PER_ACTOR: '1' } });
    try {
      const service = await strict.asService();
      const place = await seedRestaurant(service);
      const session = await seedSession(service, place);
      const target = asCustomer({
        tableId: place.tableId,
        restaurantId: place.restaurantId,
        sessionId: session.guests[0],
      });
      const sockets = await Promise.all(Array.from({ length: 6 }, () => connectLegacy(strict.url, target)));
      expect(sockets.every(({ socket }) => socket.connected)).toBe(true);
      for (const socket of sockets) socket.close();
    } finally {
      await strict.stop();
    }
  });

  it('one address holds no more connections than allowed', async () => {
    const sessions = await Promise.all(Array.from({ length: 2 }, newSession));
    const targets = sessions.flatMap((session) => [0, 1, 2].map((guest) => guestOf(session, guest)));
    const connected: LegacySocket[] = [];
    for (let i = 0; i < PER_ADDRESS; i++) {
      const target = targets[i % targets.length];
      if (target) connected.push(await connect(target));
    }
    const refusal = await refusedLegacy(app.url, guestOf(await newSession()));
    expect(refusal.code).toBeUndefined();
    expect(connected.every(({ socket }) => socket.connected)).toBe(true);
  });

  it('a socket that floods is refused message by message; five joins at once are no flood', async () => {
    const socket = await connect({
      namespace: '/restaurant',
      auth: { token: await app.token('ADMIN', 'admin-1') },
    });
    const rooms = ['system', 'analytics', 'restaurants', 'users', 'payments'];
    const joins = await Promise.all(rooms.map((room) => socket.ask('join-room', `admin:${room}`)));
    expect(joins).toEqual(rooms.map(() => ({ success: true })));
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => socket.ask('join-room', 'admin:payments')),
    );
    expect(answers.some(({ code }) => code === 'RATE_LIMIT_EXCEEDED')).toBe(true);
    expect(socket.socket.connected).toBe(true);
  });

  it('a message of more than 16 KB ends the connection that sent it', async () => {
    const socket = await staff();
    const gone = new Promise<string>((resolve) => socket.socket.once('disconnect', resolve));
    socket.socket.emit('join-room', 'x'.repeat(20_000));
    expect(await gone).toBe('transport close');
  });
});

describe('a graceful stop', () => {
  it('ends connections so that clients come back by themselves', async () => {
    const leaving = await startTestApp();
    const socket = await connectLegacy(leaving.url, { namespace: '/restaurant' });
    const gone = new Promise<string>((resolve) => socket.socket.once('disconnect', resolve));
    await leaving.stop();
    expect(await gone).toBe('transport close');
    expect(socket.socket.active).toBe(true);
    socket.close();
  });
});
