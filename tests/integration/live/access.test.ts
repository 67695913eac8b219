import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
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
import { openLiveClient } from '../../support/live-client';
import { heardOf, type LiveStage, startLiveStage } from './support';

/* Who may connect and subscribe, how much, and until when. */

let stage: LiveStage;
let app: TestApp;
let service: Client;
let at: SeededRestaurant;
let session: SeededSession;
beforeAll(async () => {
  stage = await startLiveStage();
  ({ app, service, at, session } = stage);
});
afterEach(() => stage.closeAll());
afterAll(() => stage?.stop());

describe('who may connect', () => {
  test.each([
    ['a token that is none', { token: 'nonsense' }],
    ['a guest that nobody knows', { sessionId: 'nobody' }],
  ])('%s is closed with 4401', async (_what, credentials) => {
    const client = stage.connect(credentials);
    client.watch('payment', { paymentId: newKey() });
    await waitFor('it is closed', () => client.closes.length > 0);
    expect(client.closes[0]).toBe(4401);
  });

  test('nobody is told to sign in, and is closed with 4408 after five seconds', async () => {
    const client = stage.connect({});
    const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
    await waitFor('the refusal', () => watching.error);
    expect(watching.error?.data?.code).toBe('UNAUTHORIZED');
    const silent = await stage.rawSocket();
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
    const { socket, frames } = await stage.rawSocket();
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
    const { socket, frames, isClosed } = await stage.rawSocket();
    socket.send(
      JSON.stringify({ method: 'connectionParams', data: { token: await app.token('ADMIN', 'a') } }),
    );
    socket.send('no json');
    await waitFor('an answer', () => frames.some((frame) => frame.includes('PARSE_ERROR')));
    socket.send('x'.repeat(100_000));
    await waitFor('the end', isClosed);
  });

  test('a quiet connection is asked whether it is there', async () => {
    const { frames } = await stage.rawSocket();
    await waitFor('a heartbeat', () => frames.includes('PING'));
  });
});

describe('access ends', () => {
  test('with the visit: guests hear that it is over, the restaurant goes on', async () => {
    const { sessionId, guests } = await seedSession(service, at);
    const orderId = await seedOrder(service, at, { session: { sessionId, guests } });
    const guest = stage.connect({ sessionId: guests[0] });
    const table = guest.watch('tableSession', { tableSessionId: sessionId });
    const order = guest.watch('order', { orderId });
    const staff = (await stage.asStaff()).watch('tableSession', { tableSessionId: sessionId });
    await Promise.all([table.ready(), order.ready(), staff.ready()]);
    await stage.syncSession(sessionId, { status: 'CLOSED', version: 2 });
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

  test.each([
    ['the visit is over', () => ({ status: 'CLOSED' as const }), 'SESSION_CLOSED'],
    ['they left', (guests: SeededSession['guests']) => ({ guests: guests.slice(1) }), 'NOT_FOUND'],
  ])(
    'for a customer at a table, of the table alone: their own order goes on when %s',
    async (_what, end, code) => {
      const { sessionId, guests } = await seedSession(service, at);
      const customerId = newKey();
      const table = { session: { sessionId, guests }, customerId };
      const own = await seedOrder(service, at, table);
      const client = stage.connect({ token: await app.token('CUSTOMER', customerId), sessionId: guests[0] });
      const ofTable = client.watch('tableSession', { tableSessionId: sessionId });
      const ofOrder = client.watch('order', { orderId: own });
      await Promise.all([ofTable.ready(), ofOrder.ready()]);
      await stage.syncSession(sessionId, { ...end(guests), version: 2 });
      await waitFor('the table is over', () => ofTable.error);
      expect(ofTable.error?.data?.appCode).toBe(code);
      await stage.changeOrder(own, {
        status: 'COMPLETED',
        version: 2,
        tableSessionId: sessionId,
        customerId,
      });
      await ofOrder.event('order:status_updated');
      expect([ofOrder.error, client.closes]).toEqual([null, []]);
    },
  );

  test('for a guest who left, at once', async () => {
    const { sessionId, guests } = await seedSession(service, at);
    const guest = stage.connect({ sessionId: guests[1] });
    const mate = stage.connect({ sessionId: guests[0] }).watch('tableSession', { tableSessionId: sessionId });
    const gone = guest.watch('tableSession', { tableSessionId: sessionId });
    await Promise.all([mate.ready(), gone.ready()]);
    await stage.syncSession(sessionId, { guests: [guests[0], guests[2]], version: 2 });
    expect(await mate.event('table:user_left')).toMatchObject({ tableSessionId: sessionId, isHost: false });
    await waitFor('the connection is closed', () => guest.closes.includes(4401));
    await stage.syncSession(sessionId, { guests: [...guests], version: 3 });
    await mate.event('table:user_joined');
  });

  test('for who is no member any more, within the time of a recheck', async () => {
    const own = await seedRestaurant(service);
    const watching = stage
      .connect({ token: await app.token('RESTAURANT_STAFF', own.staffId) })
      .watch('restaurant', {
        restaurantId: own.restaurantId,
      });
    await watching.ready();
    await app.database.pool.query('DELETE FROM memberships WHERE user_id = $1', [own.staffId]);
    await waitFor('the refusal', () => watching.error);
    expect(watching.error?.data?.code).toBe('NOT_FOUND');
  });

  test('with the token: the client comes back with a fresh one and goes on', async () => {
    let asked = 0;
    const client = stage.connect(async () => {
      asked++;
      return { token: await app.token('RESTAURANT_STAFF', at.staffId, asked === 1 ? '2s' : '1h') };
    });
    const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    await waitFor('it is closed', () => client.closes.includes(4401));
    const placed = await stage.placeOrders(1);
    await waitFor('it goes on', () => heardOf(watching, placed).length === 1);
    expect(heardOf(watching, placed)).toEqual(placed);
    expect(asked).toBe(2);
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
    stage.closeLater(client);
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
