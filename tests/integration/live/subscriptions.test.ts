import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { liveEvent } from '@/services/live/events';
import {
  type Client,
  newKey,
  payWithCard,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { type LiveClient, openLiveClient } from '../../support/live-client';

let app: TestApp;
let service: Client;
let at: SeededRestaurant;
let session: SeededSession;
const open: LiveClient[] = [];

beforeAll(async () => {
  app = await startTestApp({
    env: { LIVE_RECHECK_SECONDS: '1', LIVE_HEARTBEAT_SECONDS: '1', LIVE_BUFFER_BYTES: '65536' },
  });
  service = await app.asService();
  at = await seedRestaurant(service);
  session = await seedSession(service, at);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  await assertBooksBalance(app.database.pool);
  await app?.stop();
});

function connect(credentials: Parameters<typeof openLiveClient>[1]): LiveClient {
  const client = openLiveClient(app.url, credentials);
  open.push(client);
  return client;
}
const asGuest = (index: 0 | 1 | 2 = 0) => connect({ sessionId: session.guests[index] });
const asStaff = async () => connect({ token: await app.token('RESTAURANT_STAFF', at.staffId) });

async function newPayment() {
  const guest = app.asGuest(session.guests[0]);
  const orderId = await seedOrder(service, at, { session });
  const payment = await guest.payments.create.mutate({ orderId, tipMinor: 300, idempotencyKey: newKey() });
  return { guest, orderId, payment, paymentId: payment.id };
}

describe('whoever may see a payment sees it change', () => {
  test('from card to completion, in order, with amounts in minor units', async () => {
    const { guest, payment, paymentId, orderId } = await newPayment();
    const watching = asGuest().watch('payment', { paymentId });
    await watching.ready();
    await payWithCard(app, payment);
    await waitForStatus(guest, paymentId, 'COMPLETED');
    const completed = await watching.event('payment:completed');
    expect(completed).toMatchObject({
      paymentId,
      orderId,
      restaurantId: at.restaurantId,
      tableSessionId: session.sessionId,
      status: 'COMPLETED',
      amountMinor: 2500,
      taxMinor: 200,
      tipMinor: 300,
      totalMinor: 3000,
      currency: 'USD',
      position: expect.any(String),
    });
    for (const { position: _position, ...event } of watching.messages) {
      if (!event.type.startsWith('live:')) liveEvent.parse(event);
    }
  });

  test.each(['order', 'tableSession', 'restaurant', 'admin', 'platform'] as const)(
    'live.%s',
    async (path) => {
      const orderId = await seedOrder(service, at, { session });
      const client =
        path === 'admin'
          ? connect({ token: await app.token('ADMIN', 'admin-1') })
          : path === 'platform'
            ? connect({ token: await app.token('SERVICE', 'platform') })
            : path === 'restaurant'
              ? await asStaff()
              : asGuest(1);
      const watching = client.watch(path, {
        orderId,
        tableSessionId: session.sessionId,
        restaurantId: at.restaurantId,
      });
      await watching.ready();
      const guest = app.asGuest(session.guests[0]);
      const { id } = await guest.payments.create.mutate({ orderId, tipMinor: 0, idempotencyKey: newKey() });
      expect(await watching.event('payment:created')).toMatchObject({
        paymentId: id,
        orderId,
        status: 'PENDING',
      });
    },
  );
});

/** Orders of a restaurant, one after the other, each a live event. */
async function placeOrders(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await seedOrder(service, at, { session }));
  return ids;
}

/** What was heard of these orders, each time; what else the restaurant hears, such as figures, moves by itself. */
const heardOf = (watching: { events(): { orderId: string | null }[] }, placed: readonly string[]) =>
  watching.events().flatMap((e) => (e.orderId !== null && placed.includes(e.orderId) ? [e.orderId] : []));

describe('a client that comes back', () => {
  test('misses nothing and sees nothing twice', async () => {
    const client = await asStaff();
    const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    const placed = await placeOrders(2);
    await waitFor('the first two', () => heardOf(watching, placed).length === 2);
    for (let round = 0; round < 3; round++) {
      client.drop();
      placed.push(...(await placeOrders(2)));
    }
    await waitFor('all of them', () => heardOf(watching, placed).length >= placed.length);
    expect(heardOf(watching, placed)).toEqual(placed);
  });

  test('that heard nothing yet resumes from where it began', async () => {
    const client = await asStaff();
    const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    client.drop();
    const placed = await placeOrders(1);
    await waitFor('it', () => heardOf(watching, placed).length === 1);
    expect(heardOf(watching, placed)).toEqual(placed);
  });

  test('from before the retention is told to load everything anew, and goes on from there', async () => {
    await app.database.pool.query('UPDATE outbox_horizon SET xid = 2');
    const watching = (await asStaff()).watch('restaurant', {
      restaurantId: at.restaurantId,
      lastEventId: '1-1',
    });
    await watching.ready();
    // Figures that move by themselves may be told right behind.
    expect(watching.messages.slice(0, 2).map((m) => m.type)).toEqual(['live:resync', 'live:ready']);
    const placed = await placeOrders(1);
    await waitFor('what comes', () => heardOf(watching, placed).length === 1);
    expect(heardOf(watching, placed)).toEqual(placed);
  });

  test('with a position that is none is refused', async () => {
    const watching = (await asStaff()).watch('restaurant', {
      restaurantId: at.restaurantId,
      lastEventId: 'yesterday',
    });
    await waitFor('the refusal', () => watching.error);
    expect(watching.error?.data?.appCode).toBe('CURSOR_INVALID');
  });

  test('a subscriber that does not take its messages is cut off, and resumes without a gap', async () => {
    const quiet = await seedRestaurant(service);
    const token = await app.token('RESTAURANT_STAFF', quiet.staffId);
    const input = { restaurantId: quiet.restaurantId };
    const slow = await rawSocket();
    slow.socket.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
    slow.socket.send(
      JSON.stringify({
        id: 1,
        method: 'subscription',
        params: { path: 'live.restaurant', input: { json: input } },
      }),
    );
    await waitFor('it listens', () => slow.frames.some((frame) => frame.includes('live:ready')));
    slow.socket.pause();
    const events = 6_000;
    await app.database.pool.query(
      `INSERT INTO outbox_events (event_id, type, restaurant_id, payload)
       SELECT id, 'analytics:updated', $1::text, jsonb_build_object('eventId', id, 'type', 'analytics:updated', 'at', $3::text, 'restaurantId', $1::text,
         'orderId', null, 'tableSessionId', null, 'paymentId', null, 'padding', repeat('x', 4000))
       FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $2::int)) AS e`,
      [quiet.restaurantId, events, new Date().toISOString()],
    );
    await waitFor('it is cut off', () => app.server.live.connections() === 0);
    slow.socket.resume();
    await waitFor('it knows', () => slow.isClosed());
    const positionsIn = (frames: readonly string[]) =>
      frames.flatMap((frame) => /"id":"([0-9a-z]+-[0-9a-z]+)"}}$/.exec(frame)?.[1] ?? []);
    // Not what tells where the stream stands: on a slow machine that comes more than once.
    const positions = positionsIn(slow.frames.filter((frame) => frame.includes('analytics:updated')));
    expect(positions.length).toBeLessThan(events);

    const again = connect({ token }).watch('restaurant', {
      ...input,
      lastEventId: positionsIn(slow.frames).at(-1),
    });
    await waitFor('the rest', () => again.events().length >= events - positions.length);
    const rest = again.events().map((e) => (e as { position?: string }).position);
    expect(new Set([...positions, ...rest]).size).toBe(events);
    expect(positions.length + rest.length).toBe(events);
  }, 150_000);
});

describe('access ends', () => {
  test('with the visit: guests hear that it is over, the restaurant goes on', async () => {
    const { sessionId, guests } = await seedSession(service, at);
    const orderId = await seedOrder(service, at, { session: { sessionId, guests } });
    const guest = connect({ sessionId: guests[0] });
    const table = guest.watch('tableSession', { tableSessionId: sessionId });
    const order = guest.watch('order', { orderId });
    const staff = (await asStaff()).watch('tableSession', { tableSessionId: sessionId });
    await Promise.all([table.ready(), order.ready(), staff.ready()]);
    await closeSession(sessionId);
    await waitFor('both end', () => table.error && order.error);
    expect([table.error?.data?.appCode, order.error?.data?.appCode]).toEqual([
      'SESSION_CLOSED',
      'SESSION_CLOSED',
    ]);
    expect(await table.event('table:session_closed')).toMatchObject({
      previousStatus: 'ACTIVE',
      status: 'CLOSED',
    });
    await staff.event('table:session_closed');
    const late = guest.watch('tableSession', { tableSessionId: sessionId });
    await waitFor('a new one is refused', () => late.error);
    expect(late.error?.data).toMatchObject({ code: 'PRECONDITION_FAILED', appCode: 'SESSION_CLOSED' });
    expect(staff.error).toBeNull();
  });

  test('for a guest who left, at once', async () => {
    const { sessionId, guests } = await seedSession(service, at);
    const guest = connect({ sessionId: guests[1] });
    const mate = connect({ sessionId: guests[0] }).watch('tableSession', { tableSessionId: sessionId });
    const gone = guest.watch('tableSession', { tableSessionId: sessionId });
    await Promise.all([mate.ready(), gone.ready()]);
    await syncSession(sessionId, { guests: [guests[0], guests[2]], version: 2 });
    expect(await mate.event('table:user_left')).toMatchObject({ tableSessionId: sessionId, isHost: false });
    await waitFor('the connection is closed', () => guest.closes.includes(4401));
    await syncSession(sessionId, { guests: [...guests], version: 3 });
    await mate.event('table:user_joined');
  });

  test('for who is no member any more, within the time of a recheck', async () => {
    const own = await seedRestaurant(service);
    const watching = connect({ token: await app.token('RESTAURANT_STAFF', own.staffId) }).watch(
      'restaurant',
      {
        restaurantId: own.restaurantId,
      },
    );
    await watching.ready();
    await app.database.pool.query('DELETE FROM memberships WHERE user_id = $1', [own.staffId]);
    await waitFor('the refusal', () => watching.error);
    expect(watching.error?.data?.code).toBe('NOT_FOUND');
  });

  test('with the token: the client comes back with a fresh one and goes on', async () => {
    let asked = 0;
    const client = connect(async () => {
      asked++;
      return { token: await app.token('RESTAURANT_STAFF', at.staffId, asked === 1 ? '2s' : '1h') };
    });
    const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    await waitFor('it is closed', () => client.closes.includes(4401));
    const placed = await placeOrders(1);
    await waitFor('it goes on', () => heardOf(watching, placed).length === 1);
    expect(heardOf(watching, placed)).toEqual(placed);
    expect(asked).toBe(2);
  });
});

describe('who may connect', () => {
  test.each([
    ['a token that is none', { token: 'nonsense' }],
    ['a guest that nobody knows', { sessionId: 'nobody' }],
  ])('%s is closed with 4401', async (_what, credentials) => {
    const client = connect(credentials);
    client.watch('payment', { paymentId: newKey() });
    await waitFor('it is closed', () => client.closes.length > 0);
    expect(client.closes[0]).toBe(4401);
  });

  test('nobody is told to sign in, and is closed with 4408 after five seconds', async () => {
    const client = connect({});
    const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
    await waitFor('the refusal', () => watching.error);
    expect(watching.error?.data?.code).toBe('UNAUTHORIZED');
    const silent = await rawSocket();
    const isClosed = () => client.closes.includes(4408) && silent.isClosed();
    await waitFor('both are closed', isClosed);
    expect(silent.code()).toBe(4408);
  });

  test.each([
    ['a foreign page', () => 'https://evil.example', false],
    ['a page of a listed origin', () => 'http://localhost:3001', true],
    ['a page of this host', () => app.url, true],
  ])('%s: %s', async (_what, origin, isWelcome) => {
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/api/trpc`, { origin: origin() });
    const opened = await new Promise<boolean>((resolve) => {
      socket.once('open', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.terminate();
    expect(opened).toBe(isWelcome);
  });

  test('other paths take no websockets', async () => {
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/api/elsewhere`);
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(error.message).toContain('404');
  });

  test('calls that are no subscriptions find nothing here, and subscriptions nothing at plain HTTP', async () => {
    const { socket, frames } = await rawSocket();
    socket.send(
      JSON.stringify({ method: 'connectionParams', data: { token: await app.token('ADMIN', 'a') } }),
    );
    socket.send(
      JSON.stringify({ id: 1, method: 'query', params: { path: 'payments.list', input: { json: {} } } }),
    );
    await waitFor('an answer', () => frames.length > 0);
    expect(frames[0]).toContain('NOT_FOUND');
    const token = await app.token('ADMIN', 'a');
    const response = await fetch(`${app.url}/api/trpc/live.admin`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await response.text()).toContain('METHOD_NOT_SUPPORTED');
  });

  test('frames that are no calls are answered, and too long ones end the connection', async () => {
    const { socket, frames, isClosed } = await rawSocket();
    socket.send(
      JSON.stringify({ method: 'connectionParams', data: { token: await app.token('ADMIN', 'a') } }),
    );
    socket.send('no json');
    await waitFor('an answer', () => frames.some((frame) => frame.includes('PARSE_ERROR')));
    socket.send('x'.repeat(100_000));
    await waitFor('the end', isClosed);
  });

  test('a quiet connection is asked whether it is there', async () => {
    const { frames } = await rawSocket();
    await waitFor('a heartbeat', () => frames.includes('PING'));
  });
});

describe('limits', () => {
  let small: TestApp;
  let token: string;
  beforeAll(async () => {
    small = await startTestApp({
      database: app.database,
      env: { LIVE_CONNECTIONS_PER_ACTOR: '2', LIVE_SUBSCRIPTIONS_PER_ACTOR: '3' },
    });
    token = await app.token('RESTAURANT_STAFF', at.staffId);
  });
  afterAll(() => small?.stop());
  const connectSmall = (who: { token: string } | { sessionId: string } = { token }) => {
    const client = openLiveClient(small.url, who, { retryDelayMs: 60_000 });
    open.push(client);
    return client;
  };
  const input = () => ({ restaurantId: at.restaurantId });

  test('one caller holds so many connections, and another as many', async () => {
    const held = [connectSmall(), connectSmall()];
    for (const client of held) await client.watch('restaurant', input()).ready();
    const third = connectSmall();
    third.watch('restaurant', input());
    await waitFor('it is closed', () => third.closes.length > 0);
    expect(third.closes).toEqual([4429]);
    await connectSmall({ sessionId: session.guests[0] })
      .watch('tableSession', { tableSessionId: session.sessionId })
      .ready();
    await held[0]?.close();
    await waitFor('one is gone', () => small.server.live.connections() === 2);
    await connectSmall().watch('restaurant', input()).ready();
  });

  test('and so many subscriptions, over all of them; who ends one may begin another', async () => {
    const [first, second] = [connectSmall(), connectSmall()];
    const held = [
      first.watch('restaurant', input()),
      first.watch('restaurant', input()),
      second.watch('restaurant', input()),
    ];
    for (const watching of held) await watching.ready();
    const fourth = second.watch('restaurant', input());
    await waitFor('the refusal', () => fourth.error);
    expect(fourth.error?.data).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      appCode: 'TOO_MANY_SUBSCRIPTIONS',
    });
    held[0]?.stop();
    await waitFor('another one begins', async () => {
      const again = second.watch('restaurant', input());
      await waitFor('an answer', () => again.error ?? again.messages[0]);
      return again.error === null;
    });
  });
});

describe('what is told', () => {
  test('of a failed payment no words, neither the bank’s nor the staff’s', async () => {
    const { payment, paymentId } = await newPayment();
    const mate = asGuest(1).watch('tableSession', { tableSessionId: session.sessionId });
    await mate.ready();
    await payWithCard(app, payment, 'pm_card_chargeDeclinedInsufficientFunds');
    const failed = await mate.event('payment:failed');
    expect(failed).toMatchObject({ paymentId, status: 'FAILED' });
    expect(JSON.stringify(mate.messages)).not.toMatch(/insufficient|declined|reason/i);
  });

  test('of the platform’s orders: created, updated and a new status', async () => {
    const watching = (await asStaff()).watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    const orderId = await seedOrder(service, at, { session });
    await changeOrder(orderId, { status: 'COMPLETED', version: 2 });
    await changeOrder(orderId, { status: 'COMPLETED', subtotalMinor: 2000, version: 3 });
    await changeOrder(orderId, { status: 'CANCELLED', subtotalMinor: 1000, version: 4 });
    await waitFor('all', () => watching.events().length >= 5);
    expect(
      watching
        .events()
        .map((e) => [e.type, 'status' in e && e.status, 'subtotalMinor' in e && e.subtotalMinor]),
    ).toEqual([
      ['order:created', 'DELIVERED', 2500],
      ['order:status_updated', 'COMPLETED', 2500],
      ['order:updated', 'COMPLETED', 2000],
      ['order:updated', 'CANCELLED', 1000],
      ['order:status_updated', 'CANCELLED', 1000],
    ]);
  });

  test('of a new session that it is there, then who came', async () => {
    const watching = (await asStaff()).watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    await seedSession(service, at);
    await waitFor('all', () => watching.events().length >= 4);
    const joined = 'table:user_joined';
    expect(watching.events().map((e) => e.type)).toEqual(['table:session_created', joined, joined, joined]);
    expect(JSON.stringify(watching.messages)).not.toContain('guestSessionId');
  });
});

async function changeOrder(
  orderId: string,
  change: { status: 'COMPLETED' | 'CANCELLED'; subtotalMinor?: number; version: number },
) {
  await service.platform.orders.sync.mutate({
    orders: [
      {
        id: orderId,
        restaurantId: at.restaurantId,
        tableId: at.tableId,
        tableSessionId: session.sessionId,
        orderNumber: orderId.slice(-8),
        currency: at.currency,
        subtotalMinor: 2500,
        taxMinor: 200,
        placedAt: new Date(),
        ...change,
      },
    ],
  });
}

async function closeSession(sessionId: string) {
  await syncSession(sessionId, { status: 'CLOSED', version: 2 });
}

async function syncSession(
  sessionId: string,
  change: { status?: 'ACTIVE' | 'CLOSED'; guests?: readonly string[]; version: number },
) {
  const { guests, ...rest } = change;
  await service.platform.sessions.sync.mutate({
    sessions: [
      {
        id: sessionId,
        restaurantId: at.restaurantId,
        tableId: at.tableId,
        code: sessionId.slice(-6),
        status: 'ACTIVE',
        expiresAt: new Date(Date.now() + 3_600_000),
        ...(guests
          ? { guests: guests.map((guestSessionId) => ({ guestSessionId, joinedAt: new Date() })) }
          : {}),
        ...rest,
      },
    ],
  });
}

async function rawSocket() {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/api/trpc?connectionParams=1`);
  const frames: string[] = [];
  let code: number | null = null;
  socket.on('message', (data) => frames.push(String(data)));
  socket.on('close', (closedWith) => {
    code = closedWith;
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  open.push({
    closes: [],
    watch: () => never(),
    drop: () => socket.terminate(),
    close: async () => socket.terminate(),
  });
  return { socket, frames, isClosed: () => code !== null, code: () => code };
}

function never(): never {
  throw new Error('a raw socket has no subscriptions');
}
