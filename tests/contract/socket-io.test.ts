import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newKey, orderNumberOf, type SeededSession, seedOrder, waitFor } from '../support/app';
import { assertBooksBalance } from '../support/invariants';
import {
  asCustomer,
  asRestaurant,
  connectLegacy,
  type LegacySocket,
  openPage,
  type Received,
} from '../support/legacy-socket';
import type { Wire } from './legacy-client';
import { type LegacyWorld, startLegacyWorld } from './support';

let world: LegacyWorld;
let session: SeededSession;
const open: LegacySocket[] = [];

beforeAll(async () => {
  world = await startLegacyWorld();
});
afterEach(() => {
  for (const socket of open.splice(0)) {
    for (const event of socket.received) expect(faultsOf(event), event.name).toEqual([]);
    socket.close();
  }
});
afterAll(async () => {
  await assertBooksBalance(world.app.database.pool);
  await world.app.stop();
});

/** What is wrong with a payload whatever it tells (legacy-contract 5.3). */
function faultsOf({ name, payload }: Received): string[] {
  const faults: string[] = [];
  if ('type' in payload) faults.push('a type, which hides the client’s own marker');
  for (const key of ['eventId', 'timestamp', 'restaurantId']) {
    if (typeof payload[key] !== 'string') faults.push(`no ${key}`);
  }
  for (const [key, value] of Object.entries(payload)) {
    if (value === null) faults.push(`${key} is null`);
    if (/amount$/i.test(key) && typeof value !== 'number') faults.push(`${key} is ${typeof value}`);
  }
  if (/^payment:(?!split)/.test(name)) {
    for (const key of ['amount', 'totalAmount', 'tip']) {
      if (typeof payload[key] !== 'number') faults.push(`no ${key}`);
    }
    for (const key of ['method', 'paymentMethod', 'paymentId', 'orderId', 'status']) {
      if (typeof payload[key] !== 'string') faults.push(`no ${key}`);
    }
  }
  return faults;
}

const guestTarget = (guest: number) =>
  asCustomer({
    tableId: world.restaurant.tableId,
    restaurantId: world.restaurant.restaurantId,
    sessionId: session.guests[guest] ?? '',
  });
async function connectAll() {
  session = await world.newSession();
  const { app, restaurant } = world;
  const staffToken = await app.token('RESTAURANT_OWNER', restaurant.ownerId);
  const [page, mate, staff] = await Promise.all([
    openPage(app.url, guestTarget(0)),
    connectLegacy(app.url, guestTarget(1)),
    openPage(app.url, asRestaurant(staffToken, restaurant.restaurantId)),
  ]);
  open.push(...page, mate, ...staff);
  const all = [...page, mate, ...staff];
  return { page, mate, staff, all };
}
const newOrder = () => world.order({ session, guestSessionId: session.guests[0] });
const payer = () => world.guest('v2', session.guests[0]);

/** The only event of that name about the payment, at each socket: never two. */
async function onceAtEach(
  sockets: readonly LegacySocket[],
  name: string,
  paymentId: string,
): Promise<Wire[]> {
  const seen = await Promise.all(sockets.map((s) => s.next(name, (p) => p.paymentId === paymentId)));
  for (const socket of sockets) {
    expect(socket.of(name).filter((payload) => payload.paymentId === paymentId)).toHaveLength(1);
  }
  return seen;
}

describe('payments (5.4; acceptance probe 8)', () => {
  it('a card payment: both sockets of each page get each event once, and stay connected', async () => {
    const { page, staff, all } = await connectAll();
    const orderId = await newOrder();
    const { data } = await payer().post(`/orders/${orderId}/payments`, { paymentMethod: 'CREDIT_CARD' });
    const ids = { paymentId: data.id, orderId, restaurantId: world.restaurant.restaurantId };
    const place = { tableId: world.restaurant.tableId, tableSessionId: session.sessionId };
    for (const payload of await onceAtEach(all, 'payment:created', data.id)) {
      expect(payload).toMatchObject({
        ...ids,
        ...place,
        amount: 27,
        method: 'CREDIT_CARD',
        status: 'PENDING',
      });
    }
    await world.pay(payer(), data);
    for (const payload of await onceAtEach(all, 'payment:completed', data.id)) {
      expect(payload).toMatchObject({
        ...ids,
        ...place,
        payment: { id: data.id },
        amount: 27,
        totalAmount: 27,
        tip: 0,
        method: 'CREDIT_CARD',
        paymentMethod: 'CREDIT_CARD',
      });
    }
    const [updated] = await onceAtEach(all, 'payment:status_updated', data.id);
    expect(updated).toMatchObject({
      ...ids,
      ...place,
      status: 'COMPLETED',
      newStatus: 'COMPLETED',
      previousStatus: 'PENDING',
      updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      guestSessionId: session.guests[0],
    });
    for (const { socket } of [...page, ...staff]) expect(socket.connected).toBe(true);
    const [first, second] = page.map(({ received }) => received.map(({ payload }) => payload.eventId));
    expect(first).toEqual(second);
    expect(new Set(first).size).toBe(first?.length);
  });

  it('guests see the id that they know each other by; staff never see it', async () => {
    const { page, mate, staff } = await connectAll();
    const { data } = await payer().post(`/orders/${await newOrder()}/payments`, {
      paymentMethod: 'CREDIT_CARD',
    });
    for (const payload of await onceAtEach([...page, mate], 'payment:created', data.id)) {
      expect(payload.guestSessionId).toBe(session.guests[0]);
    }
    await onceAtEach(staff, 'payment:created', data.id);
    const seenByStaff = JSON.stringify(staff.map(({ received }) => received));
    for (const guest of session.guests) expect(seenByStaff).not.toContain(guest);
  });

  it('cash: the waiting screen of C ends by a completed event of its own payment and session', async () => {
    const { page, staff } = await connectAll();
    const { data } = await payer().post('/payments/order', {
      orderId: await newOrder(),
      currency: 'USD',
      paymentMethod: 'CASH',
    });
    await onceAtEach(staff, 'payment:created', data.id);
    await (await world.staff('v2')).put(`/payments/${data.id}/status`, { status: 'COMPLETED' });
    for (const payload of await onceAtEach(page, 'payment:completed', data.id)) {
      expect(payload).toMatchObject({
        tableSessionId: session.sessionId,
        guestSessionId: session.guests[0],
        paymentMethod: 'CASH',
        method: 'CASH',
      });
    }
  });

  it('a declined card: the text of the bank for staff, under both names', async () => {
    const { mate, staff } = await connectAll();
    const { data } = await payer().post(`/orders/${await newOrder()}/payments`, {
      paymentMethod: 'CREDIT_CARD',
    });
    await world.pay(payer(), data, 'pm_card_visa_chargeDeclined').catch(() => undefined);
    for (const payload of await onceAtEach(staff, 'payment:failed', data.id)) {
      expect(payload).toMatchObject({
        amount: 27,
        errorMessage: expect.stringMatching(/declined/),
        status: 'FAILED',
      });
      expect(payload.error).toBe(payload.errorMessage);
    }
    const [ofMate] = await onceAtEach([mate], 'payment:failed', data.id);
    expect(ofMate.errorMessage).not.toMatch(/declined/);
  });

  it('a cancelled payment', async () => {
    const { all } = await connectAll();
    const { data } = await payer().post(`/orders/${await newOrder()}/payments`, {
      paymentMethod: 'CREDIT_CARD',
    });
    await payer().put(`/payments/${data.id}/status`, { status: 'CANCELLED' });
    for (const payload of await onceAtEach(all, 'payment:cancelled', data.id)) {
      expect(payload).toMatchObject({ tableSessionId: session.sessionId, status: 'CANCELLED', amount: 27 });
    }
  });

  it('who cancelled a payment is told to all, why to staff alone', async () => {
    const { mate, staff, page } = await connectAll();
    const guest = world.app.asGuest(session.guests[0]);
    const { id } = await guest.payments.create.mutate({
      orderId: await newOrder(),
      idempotencyKey: newKey(),
    });
    await guest.payments.cancel.mutate({ paymentId: id, reason: 'Wrong table', idempotencyKey: newKey() });
    const [atStaff, atMate] = await onceAtEach([staff[0], mate, page[0]], 'payment:cancelled', id);
    expect(atMate).toMatchObject({ cancelledBy: { participantId: session.guests[0] } });
    expect(atMate).not.toHaveProperty('reason');
    expect(atStaff).toMatchObject({
      cancelledBy: { participantId: expect.any(String) },
      reason: 'Wrong table',
    });
    expect(JSON.stringify(atStaff)).not.toContain(session.guests[0]);
  });

  it('a split that staff called off: by whom and why for staff, that it is over for the table', async () => {
    const { mate, staff } = await connectAll();
    const owner = await world.app.asOwner(world.restaurant.ownerId);
    const group = await owner.splits.create.mutate({
      orderId: await newOrder(),
      parts: [
        { amountMinor: 1350, name: 'Ada' },
        { amountMinor: 1350, name: 'Ben' },
      ],
      idempotencyKey: newKey(),
    });
    await owner.splits.cancel.mutate({
      groupId: group.id,
      reason: 'They want one bill',
      idempotencyKey: newKey(),
    });
    const [atStaff, atMate] = await Promise.all(
      [staff[0], mate].map((socket) =>
        socket.next('payment:split_cancelled', (payload) => payload.groupId === group.id),
      ),
    );
    expect(atStaff).toMatchObject({ reason: 'They want one bill', refundsProcessed: 0 });
    expect(atMate).toMatchObject({ cancelledBy: {}, refundsProcessed: 0 });
    expect(atMate).not.toHaveProperty('reason');
  });

  it('two refunds: amount is the part that went back, each time', async () => {
    const { mate, staff } = await connectAll();
    const [watcher] = staff;
    const { data } = await payer().post(`/orders/${await newOrder()}/payments`, {
      paymentMethod: 'CREDIT_CARD',
    });
    await world.pay(payer(), data);
    const owner = await world.owner('v2');
    await owner.post(`/payments/${data.id}/refund`, { amount: 10.1, reason: 'cold soup' });
    const isFirst = (p: Wire) => p.paymentId === data.id && p.amount === 10.1;
    const first = await watcher.next('payment:refunded', isFirst);
    expect(first).toMatchObject({
      refundAmount: 10.1,
      originalAmount: 27,
      originalPaymentId: data.id,
      reason: 'cold soup',
      refundId: expect.any(String),
      status: 'PARTIALLY_REFUNDED',
    });
    await (await world.admin('v2')).put(`/payments/${data.id}/status`, { status: 'REFUNDED' });
    const second = await watcher.next(
      'payment:refunded',
      (p) => p.paymentId === data.id && p.status === 'REFUNDED',
    );
    expect(second).toMatchObject({ amount: 16.9, refundAmount: 16.9, originalAmount: 27 });
    expect(second.refundId).not.toBe(first.refundId);
    expect(watcher.of('payment:refunded')).toHaveLength(2);
    expect(await mate.next('payment:refunded', isFirst)).not.toHaveProperty('reason');
  });

  it('a share of the table’s bill, paid by debit card', async () => {
    const { all, mate, staff } = await connectAll();
    await newOrder();
    const { data } = await payer().post(`/table-sessions/${session.sessionId}/payment`, {
      paymentMethod: 'CREDIT_CARD',
      amount: 10,
      tipAmount: 1.5,
    });
    await world.pay(payer(), data, 'pm_card_visa_debit');
    const sums = await mate.next('table:session_updated', (p) => p.eventId.endsWith(':session'));
    expect(sums).toMatchObject({ tableSessionId: session.sessionId, status: 'ACTIVE' });
    expect(sums.paidAmount).toBeGreaterThanOrEqual(10);
    for (const client of staff) expect(client.of('table:session_updated')).toEqual([]);
    for (const payload of await onceAtEach(all, 'payment:completed', data.id)) {
      expect(payload).toMatchObject({
        amount: 11.5,
        tip: 1.5,
        method: 'DEBIT_CARD',
        paymentMethod: 'DEBIT_CARD',
      });
    }
  });
});

describe('what the platform changes (5.4)', () => {
  const service = () => world.app.asService();

  it('orders: full order, number, status under both names', async () => {
    const { mate, staff } = await connectAll();
    const [watcher] = staff;
    const orderId = await newOrder();
    const isIt = (payload: Wire) => payload.orderId === orderId;
    for (const socket of [mate, watcher]) {
      const created = await socket.next('order:created', isIt);
      expect(created).toMatchObject({
        orderNumber: orderNumberOf(orderId),
        tableId: world.restaurant.tableId,
        tableSessionId: session.sessionId,
        status: 'DELIVERED',
        newStatus: 'DELIVERED',
        order: { id: orderId, subtotal: 25, tax: 2, total: 27, items: [{ price: 12.5 }, { price: 12.5 }] },
      });
      expect(socket.of('order:created').filter(isIt)).toHaveLength(1);
    }
    expect((await mate.next('order:created', isIt)).order.guestSessionId).toBe(session.guests[0]);
    expect(JSON.stringify(watcher.received)).not.toContain(session.guests[0]);
  });

  it('a table session: joined, left, updated, closed', async () => {
    const { mate, staff } = await connectAll();
    const [watcher] = staff;
    const at = { restaurantId: world.restaurant.restaurantId, tableId: world.restaurant.tableId };
    const place = { ...at, tableSessionId: session.sessionId };
    const sync = async (version: number, more: object) =>
      (await service()).platform.sessions.sync.mutate({
        sessions: [
          {
            id: session.sessionId,
            ...at,
            code: session.sessionId.slice(-6),
            status: 'ACTIVE',
            expiresAt: new Date(Date.now() + 3_600_000),
            version,
            ...more,
          },
        ],
      });
    const guests = [...session.guests, 'newcomer'.padEnd(64, '0') + session.sessionId].map(
      (guestSessionId, i) => ({
        guestSessionId,
        name: `Guest ${i}`,
        isHost: i === 0,
        joinedAt: new Date(),
      }),
    );
    await seedOrder(await service(), world.restaurant, { session });
    await sync(2, { guests });
    const joined = await mate.next('table:user_joined', (p) => p.user.userName === 'Guest 3');
    expect(joined).toMatchObject({
      ...place,
      sessionCode: session.sessionId.slice(-6),
      user: { guestSessionId: guests[3]?.guestSessionId, userName: 'Guest 3', isHost: false },
    });
    await sync(3, { status: 'PAYMENT_PENDING', guests: guests.slice(0, 3) });
    expect(await mate.next('table:user_left')).toMatchObject(place);
    expect(await mate.next('table:session_updated', (p) => p.status === 'PAYMENT_PENDING')).toMatchObject({
      ...place,
      totalAmount: 27,
      paidAmount: 0,
      expiresAt: expect.any(String),
    });
    await sync(4, { status: 'CLOSED' });
    await watcher.next('table:session_closed', (p) => p.tableSessionId === session.sessionId);
    await waitFor('the guest is told', () => mate.of('table:session_closed').length === 1);
  });
});

describe('guests call the staff (5.2)', () => {
  it('table:assistance-requested reaches the restaurant once, with the names that the database knows', async () => {
    const { page, staff, mate } = await connectAll();
    page[1].socket.emit('table:assistance-requested', {
      tableId: 'forged',
      restaurantId: 'forged',
      sessionId: session.guests[1],
      requestType: 'bill',
      message: 'my own words',
      timestamp: new Date().toISOString(),
    });
    for (const socket of staff) {
      expect(await socket.next('assistance:requested')).toMatchObject({
        restaurantId: world.restaurant.restaurantId,
        tableId: world.restaurant.tableId,
        tableSessionId: session.sessionId,
        urgency: 'normal',
        notificationId: expect.any(String),
        customerName: expect.any(String),
        message: 'my own words',
      });
      expect(socket.of('assistance:requested')).toHaveLength(1);
    }
    // What a guest writes is for the staff, not for the table.
    const atTable = await mate.next('assistance:requested');
    expect(atTable.message).toMatch(/asks for assistance \(bill\)/);
    expect(JSON.stringify(atTable)).not.toContain('my own words');
  });

  it('without words, or with what is none, the message is made from the kind of request', async () => {
    const { mate, staff } = await connectAll();
    for (const body of [null, { message: 7 }, { message: ' ' }, { message: 'x'.repeat(501) }]) {
      expect(await mate.ask('table:assistance-requested', body)).toEqual({ success: true });
    }
    await waitFor('all four are heard', () => staff[0].of('assistance:requested').length === 4);
    for (const { message } of staff[0].of('assistance:requested'))
      expect(message).toMatch(/asks for assistance \(general\)/);
  });

  it('nobody calls staff without sitting at a table', async () => {
    const { staff } = await connectAll();
    const stranger = await connectLegacy(world.app.url, { namespace: '/restaurant' });
    open.push(stranger);
    for (const socket of [stranger, staff[0]]) {
      const answer = await socket.ask('table:assistance-requested', {
        sessionId: session.guests[0],
        tableId: 't',
      });
      expect(answer).toMatchObject({ success: false });
    }
    expect(staff[1].of('assistance:requested')).toEqual([]);
  });
});
