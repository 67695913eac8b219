import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { liveEvent } from '@/services/live/events';
import {
  type Client,
  newKey,
  payWithCard,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedSession,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { type LiveStage, startLiveStage } from './support';

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

async function newPayment() {
  const guest = app.asGuest(session.guests[0]);
  const orderId = await seedOrder(service, at, { session });
  const payment = await guest.payments.create.mutate({ orderId, tipMinor: 300, idempotencyKey: newKey() });
  return { guest, orderId, payment, paymentId: payment.id };
}

describe('whoever may see a payment sees it change', () => {
  test('from card to completion, in order, with amounts in minor units', async () => {
    const { guest, payment, paymentId, orderId } = await newPayment();
    const watching = stage.asGuest().watch('payment', { paymentId });
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
          ? stage.connect({ token: await app.token('ADMIN', 'admin-1') })
          : path === 'platform'
            ? stage.connect({ token: await app.token('SERVICE', 'platform') })
            : path === 'restaurant'
              ? await stage.asStaff()
              : stage.asGuest(1);
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

  test('live.order, of each order that a payment of the whole table covers, also when it comes back', async () => {
    const { sessionId, guests } = await seedSession(service, at);
    const table = { session: { sessionId, guests } };
    const orderIds = [await seedOrder(service, at, table), await seedOrder(service, at, table)];
    const elsewhere = await seedOrder(service, at, { session });
    const client = stage.connect({ sessionId: guests[1] });
    const watching = orderIds.map((orderId) => client.watch('order', { orderId }));
    const stranger = stage.asGuest(1).watch('order', { orderId: elsewhere });
    await Promise.all([...watching, stranger].map((one) => one.ready()));
    const guest = app.asGuest(guests[0]);
    const payment = await guest.tableSessions.pay.mutate({
      tableSessionId: sessionId,
      idempotencyKey: newKey(),
    });
    for (const order of watching)
      expect(await order.event('payment:created')).toMatchObject({ paymentId: payment.id });
    client.drop();
    await payWithCard(app, payment);
    for (const order of watching) {
      expect(await order.event('payment:completed')).toMatchObject({ paymentId: payment.id });
    }
    await stage.changeOrder(elsewhere, { status: 'COMPLETED', version: 2 });
    await stranger.event('order:status_updated');
    // Its own creation too, when that is still under way to the node as the watching begins.
    expect([...new Set(stranger.events().map(({ orderId }) => orderId))]).toEqual([elsewhere]);
  });
});

describe('what is told', () => {
  test('of a failed payment no words, neither the bank’s nor the staff’s', async () => {
    const { payment, paymentId } = await newPayment();
    const mate = stage.asGuest(1).watch('tableSession', { tableSessionId: session.sessionId });
    await mate.ready();
    await payWithCard(app, payment, 'pm_card_chargeDeclinedInsufficientFunds');
    const failed = await mate.event('payment:failed');
    expect(failed).toMatchObject({ paymentId, status: 'FAILED' });
    expect(JSON.stringify(mate.messages)).not.toMatch(/insufficient|declined|reason/i);
  });

  test('of the platform’s orders: created, updated and a new status', async () => {
    const watching = (await stage.asStaff()).watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    const orderId = await seedOrder(service, at, { session });
    await stage.changeOrder(orderId, { status: 'COMPLETED', version: 2 });
    await stage.changeOrder(orderId, { status: 'COMPLETED', subtotalMinor: 2000, version: 3 });
    await stage.changeOrder(orderId, { status: 'CANCELLED', subtotalMinor: 1000, version: 4 });
    // News of figures comes in between, whenever they were counted.
    const told = () => watching.events().filter((e) => e.type !== 'analytics:updated');
    await waitFor('all', () => told().length >= 5);
    expect(
      told().map((e) => [e.type, 'status' in e && e.status, 'subtotalMinor' in e && e.subtotalMinor]),
    ).toEqual([
      ['order:created', 'DELIVERED', 2500],
      ['order:status_updated', 'COMPLETED', 2500],
      ['order:updated', 'COMPLETED', 2000],
      ['order:updated', 'CANCELLED', 1000],
      ['order:status_updated', 'CANCELLED', 1000],
    ]);
  });

  test('of a fixed split over several orders at each of them', async () => {
    const orderIds = await stage.placeOrders(2);
    const guest = stage.app.asGuest(session.guests[0]);
    const watched = orderIds.map((orderId) => stage.asGuest().watch('order', { orderId }));
    for (const watching of watched) await watching.ready();
    const group = await guest.splits.create.mutate({
      tableSessionId: session.sessionId,
      orderIds,
      parts: [
        { name: 'Ada', amountMinor: 2000 },
        { name: 'Bob', amountMinor: 3400 },
      ],
      idempotencyKey: newKey(),
    });
    await guest.splits.cancel.mutate({ groupId: group.id, idempotencyKey: newKey() });
    const told = watched.map((watching) => async () => {
      await watching.event('payment:split_cancelled');
      return watching.events().filter((e) => e.type.startsWith('payment:split_'));
    });
    const [first = [], second = []] = await Promise.all(told.map((tell) => tell()));
    expect(first.map((e) => e.type)).toEqual([
      'payment:split_created',
      'payment:split_participant_updated',
      'payment:split_participant_updated',
      'payment:split_cancelled',
    ]);
    expect(second).toEqual(first);
    const toldOf = first.map((e) => ('orderIds' in e ? e.orderIds.toSorted() : []));
    expect(toldOf).toEqual(first.map(() => orderIds.toSorted()));
  });

  test('of a new session that it is there, then who came', async () => {
    const watching = (await stage.asStaff()).watch('restaurant', { restaurantId: at.restaurantId });
    await watching.ready();
    await seedSession(service, at);
    const told = () => watching.events().filter((e) => e.type !== 'analytics:updated');
    await waitFor('all', () => told().length >= 4);
    const joined = 'table:user_joined';
    expect(told().map((e) => e.type)).toEqual(['table:session_created', joined, joined, joined]);
    expect(JSON.stringify(watching.messages)).not.toContain('guestSessionId');
  });
});
