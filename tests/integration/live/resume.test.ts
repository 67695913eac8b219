import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Client, type SeededRestaurant, seedRestaurant, type TestApp, waitFor } from '../../support/app';
import { heardOf, type LiveStage, startLiveStage } from './support';

let stage: LiveStage;
let app: TestApp;
let service: Client;
let at: SeededRestaurant;
beforeAll(async () => {
  stage = await startLiveStage();
  ({ app, service, at } = stage);
});
afterEach(() => stage.closeAll());
afterAll(() => stage?.stop());

describe('a client that comes back', () => {
  test('reported bug “a live view that reconnects with a stale position repeats or loses events”: it gets every event exactly once', async () => {
    const client = await stage.asStaff();
    const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    const placed = await stage.placeOrders(2);
    await waitFor('the first two', () => heardOf(watching, placed).length === 2);
    for (let round = 0; round < 3; round++) {
      client.drop();
      placed.push(...(await stage.placeOrders(2)));
    }
    await waitFor('all of them', () => heardOf(watching, placed).length >= placed.length);
    expect(heardOf(watching, placed)).toEqual(placed);
  });

  test('that heard nothing yet resumes from where it began', async () => {
    const client = await stage.asStaff();
    const watching = client.watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    client.drop();
    const placed = await stage.placeOrders(1);
    await waitFor('it', () => heardOf(watching, placed).length === 1);
    expect(heardOf(watching, placed)).toEqual(placed);
  });

  test('from before the retention is told to load everything anew, and goes on from there', async () => {
    await app.database.pool.query('UPDATE outbox_horizon SET xid = 2');
    const watching = (await stage.asStaff()).watch('restaurant', {
      restaurantId: at.restaurantId,
      lastEventId: '1-1',
    });
    await watching.ready();
    // Figures that move by themselves may be told right behind.
    expect(watching.messages.slice(0, 2).map((m) => m.type)).toEqual(['live:resync', 'live:ready']);
    const placed = await stage.placeOrders(1);
    await waitFor('what comes', () => heardOf(watching, placed).length === 1);
    expect(heardOf(watching, placed)).toEqual(placed);
  });

  test('with a position that is none is refused', async () => {
    const watching = (await stage.asStaff()).watch('restaurant', {
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
    const slow = await stage.rawSocket();
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

    const again = stage.connect({ token }).watch('restaurant', {
      ...input,
      lastEventId: positionsIn(slow.frames).at(-1),
    });
    await waitFor('the rest', () => again.events().length >= events - positions.length);
    const rest = again.events().map((e) => (e as { position?: string }).position);
    expect(new Set([...positions, ...rest]).size).toBe(events);
    expect(positions.length + rest.length).toBe(events);
  }, 150_000);
});
