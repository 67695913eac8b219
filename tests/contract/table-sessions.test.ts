import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newKey, type SeededSession, waitFor } from '../support/app';
import { type LegacyClient, refusal, type Wire } from './legacy-client';
import { type LegacyWorld, startLegacyWorld, VERSIONS } from './support';
import { breaches } from './wire-rules';

let world: LegacyWorld;
beforeAll(async () => {
  world = await startLegacyWorld();
});
afterAll(() => world.app.stop());

/** What v2's bill screen computes by itself, in cents (legacy-contract 3.1, Bill). */
function v2RemainderCents(bill: Wire): number {
  const rounds: Wire[] = Object.values(bill.billByRound);
  return rounds
    .flatMap((round) => round.orders)
    .filter((order: Wire) => order.status !== 'CANCELLED')
    .reduce((sum: number, order: Wire) => {
      const paid = order.payments
        .filter((payment: Wire) => payment.status === 'COMPLETED')
        .reduce((all: number, payment: Wire) => all + payment.amount, 0);
      return sum + Math.round((order.subtotal + order.tax + order.tip - paid) * 100);
    }, 0);
}

describe.each(VERSIONS)('the %s client at a table', (version) => {
  let session: SeededSession;
  let path: string;
  let guests: [LegacyClient, LegacyClient, LegacyClient];
  let orderIds: string[];

  beforeEach(async () => {
    session = await world.newSession();
    path = `/table-sessions/${session.sessionId}`;
    const [a, b, c] = session.guests;
    guests = [world.guest(version, a), world.guest(version, b), world.guest(version, c)];
    orderIds = [
      await world.order({ session, guestSessionId: a, subtotalMinor: 600, taxMinor: 0 }),
      await world.order({ session, guestSessionId: b, subtotalMinor: 400, taxMinor: 0 }),
    ];
  });

  it('three payers of 10.00 pay 3.34, 3.33 and 3.33 while the others are open; the bill ends at 0', async () => {
    const shares = [3.34, 3.33, 3.33];
    const started = await Promise.all(
      guests.map((guest, i) =>
        guest.post(
          `${path}/payment`,
          {
            paymentMethod: 'CREDIT_CARD',
            amount: shares[i],
            tipAmount: 0,
            splitDetails: { splitType: 'EQUAL', lockId: 'x', participantCount: 3, retryAttempt: 0 },
          },
          { 'x-session-id': session.guests[i] ?? '' },
        ),
      ),
    );
    expect(started.map(({ data }) => data.amount)).toEqual(shares);
    for (const { data } of started) expect(data.orderId, 'never null').toEqual(expect.any(String));
    const before = (await guests[0].get(`${path}/payment-status`)).data;
    expect(before).toMatchObject({
      totalAmount: 10,
      paidAmount: 0,
      remainingAmount: 10,
      canAcceptNewPayment: true,
    });
    for (const [i, { data }] of started.entries()) await world.pay(guests[i] ?? guests[0], data);

    const bill = (await guests[0].get(`${path}/bill`)).data;
    expect(bill.summary).toMatchObject({
      grandTotal: 10,
      totalPaid: 10,
      remainingBalance: 0,
      isFullyPaid: true,
    });
    expect(v2RemainderCents(bill)).toBe(0);
    const paying = bill.guestSessions.find((guest: Wire) => guest.id === session.guests[2]);
    expect(paying.lastActivity > paying.createdAt, 'who pays is active').toBe(true);
    const after = (await guests[1].get(`${path}/payment-status`)).data;
    expect(after).toMatchObject({ remainingAmount: 0, canAcceptNewPayment: false });
    expect(after.payments.map((p: Wire) => p.paidBy).sort()).toEqual([...session.guests].sort());
    expect(after.paymentSummary).toEqual({
      byMethod: { CREDIT_CARD: 10 },
      byUser: Object.fromEntries(session.guests.map((id, i) => [id, shares[i]])),
    });
    expect(before.paymentSummary, 'what is open is not paid').toEqual({ byMethod: {}, byUser: {} });
  });

  it('a payment over two orders stands in both with its part; v2’s own sum is the remaining balance', async () => {
    const [guest] = guests;
    const started = (
      await guest.post(`${path}/payment`, { paymentMethod: 'CREDIT_CARD', amount: 7.5, tipAmount: 1.005 })
    ).data;
    expect(started).toMatchObject({
      amount: 8.51,
      tableSessionId: session.sessionId,
      status: 'PENDING',
      breakdown: { tip: 1.01, total: 8.51 },
      clientSecret: expect.any(String),
    });
    await world.pay(guest, started);
    const parts = await Promise.all(orderIds.map((id) => guest.get(`/orders/${id}/payments`)));
    const amounts = parts.map(({ data }) => data[0].amount);
    expect(amounts.reduce((a, b) => a + b, 0)).toBeCloseTo(7.5);
    const bill = (await guest.get(`${path}/bill`)).data;
    expect(v2RemainderCents(bill)).toBe(Math.round(bill.summary.remainingBalance * 100));
    expect(bill.summary).toMatchObject({ totalPaid: 7.5, remainingBalance: 2.5, tip: 0 });
    expect(bill).toMatchObject({ sessionId: session.sessionId, tableSessionId: session.sessionId });
    expect(bill.guestSessions).toHaveLength(3);

    // A part of it goes back: v2's sum must still hold.
    const admin = await world.admin(version);
    const body = { status: 'REFUNDED', amount: 2, reason: 'cold soup' };
    expect((await admin.put(`/payments/${started.id}/status`, body)).data).toMatchObject({
      status: 'PARTIALLY_REFUNDED',
      refunded: true,
      refundAmount: 2,
    });
    const billAfter = (await guest.get(`${path}/bill`)).data;
    expect(v2RemainderCents(billAfter)).toBe(Math.round(billAfter.summary.remainingBalance * 100));
  });

  it('v2’s own sum holds when a refund reduces the bill', async () => {
    const [guest] = guests;
    const started = (await guest.post(`${path}/payment`, { paymentMethod: 'CREDIT_CARD', amount: 7.5 })).data;
    await world.pay(guest, started);
    const owner = await world.app.asOwner(world.restaurant.ownerId);
    const wanted = { paymentId: started.id, amountMinor: 200, reduceBill: true, reason: 'cold soup' };
    await owner.refunds.create.mutate({ ...wanted, idempotencyKey: newKey() });
    const bill = await waitFor('the bill is reduced', async () => {
      const { data } = await guest.get(`${path}/bill`);
      return data.summary.grandTotal === 8 ? data : null;
    });
    const { subtotal, tax, tip, grandTotal, remainingBalance } = bill.summary;
    expect(subtotal + tax + tip).toBeCloseTo(grandTotal);
    expect(remainingBalance).toBe(2.5);
    expect(v2RemainderCents(bill)).toBe(250);
  });

  it('a share up to 5 cents too large takes the rest; a larger one is 400, a fully held bill 409', async () => {
    const [a, b, c] = guests;
    const share = (client: LegacyClient, amount?: number) =>
      client.post(`${path}/payment`, { paymentMethod: 'CASH', ...(amount === undefined ? {} : { amount }) });
    await share(a, 5);
    expect(await refusal(share(b, 5.06))).toMatchObject({ status: 400, code: 'AMOUNT_ABOVE_AVAILABLE' });
    expect((await share(b, 5.05)).data).toMatchObject({ amount: 5, status: 'PENDING', clientSecret: null });
    const held = await refusal(share(c));
    expect(held).toMatchObject({ kind: 'ApiError', status: 409, code: 'BALANCE_HELD' });
    // Words that make v2 retry by itself must not stand in a final answer (legacy-contract 1.4).
    expect(held.message).not.toMatch(/conflict|concurrent|locked|network|timeout/i);
  });

  it('the tip changes under the mounted form; cancelling gives the share back', async () => {
    const [guest] = guests;
    const started = (
      await guest.post(`${path}/payment`, { paymentMethod: 'CREDIT_CARD', includeOrders: [orderIds[0]] })
    ).data;
    expect(started).toMatchObject({ amount: 6, ordersIncluded: [orderIds[0]] });
    const tipped = (await guest.patch(`${path}/payments/${started.id}/tip`, { tipAmount: 1.2 })).data;
    expect(tipped).toMatchObject({
      id: started.id,
      amount: 7.2,
      clientSecret: started.clientSecret,
      breakdown: { subtotal: 6, tax: 0, tip: 1.2, total: 7.2 },
      updatedAt: expect.any(String),
    });
    const mate = guests[1].post(`${path}/payments/${started.id}/cancel`, { reason: 'no' });
    expect(await refusal(mate)).toMatchObject({ status: 403 });
    const cancelled = await guest.post(`${path}/payments/${started.id}/cancel`, {
      reason: 'changed my mind',
    });
    expect(cancelled.data).toMatchObject({ paymentId: started.id, cancelled: true });
    const elsewhere = await world.newSession();
    const other = world.guest(version, elsewhere.guests[0]);
    const wrong = other.post(`/table-sessions/${elsewhere.sessionId}/payments/${started.id}/cancel`);
    expect(await refusal(wrong)).toMatchObject({ status: 404 });
  });

  it('users, orders, status and extend have what the screens read', async () => {
    const [guest] = guests;
    const users = (await guest.get(`${path}/users`)).data;
    expect(users).toMatchObject({ totalUsers: 3, tableSession: { id: session.sessionId, totalAmount: 10 } });
    for (const user of users.users) expect(user.id).toBe(user.guestSessionId);
    const [ordered, alsoOrdered, idle] = session.guests.map((id) =>
      users.users.find((user: Wire) => user.id === id),
    );
    for (const user of [ordered, alsoOrdered]) expect(user.lastActivity > user.createdAt).toBe(true);
    expect(idle.lastActivity).toBe(idle.createdAt);
    expect(users.users.map((user: Wire) => user.id).sort()).toEqual([...session.guests].sort());
    const orders = (await guest.get(`${path}/orders`)).data;
    expect(orders.ordersByRound['1']).toHaveLength(2);
    const status = (await guest.get(`${path}/status`)).data;
    expect(status).toMatchObject({ status: 'ACTIVE', isActive: true, userCount: 3, remainingAmount: 10 });
    const extended = (await guest.post(`${path}/extend`)).data;
    expect(Date.parse(extended.expiresAt)).toBe(Date.parse(status.expiresAt) + 30 * 60_000);
    const told = await world.app.database.pool.query(
      `SELECT payload ->> 'expiresAt' AS "expiresAt" FROM outbox_events
       WHERE table_session_id = $1 AND type = 'table:session_updated' ORDER BY position DESC LIMIT 1`,
      [session.sessionId],
    );
    expect(told.rows, 'the table hears of it').toEqual([{ expiresAt: extended.expiresAt }]);
  });

  it('guests see their own table alone, in lists too; staff never see a guest’s secret id', async () => {
    const [guest] = guests;
    const started = (await guest.post(`${path}/payment`, { paymentMethod: 'CASH', amount: 1 })).data;
    const stranger = world.guest(version);
    expect(await refusal(stranger.get(`${path}/bill`))).toMatchObject({ status: 403 });
    const history = `/restaurants/${world.restaurant.restaurantId}/payments`;
    expect((await guest.get(history)).data.map((p: Wire) => p.id)).toEqual([started.id]);
    expect((await stranger.get(history)).data.map((p: Wire) => p.id)).not.toContain(started.id);
    const staff = await world.staff(version);
    const seen = JSON.stringify([
      await staff.get(`${path}/bill`),
      await staff.get(`${path}/payment-status`),
      await staff.get(history, { limit: 1000 }),
    ]);
    for (const secret of session.guests) expect(seen).not.toContain(secret);
    const secrets = (await guests[1].get(`${path}/payment-status`)).data.payments;
    expect(secrets, 'a mate sees the payment').toHaveLength(1);
    expect(secrets[0].clientSecret).toBeUndefined();
  });
});

it('no answer had a monetary text, a null order, or an error without message and code', () => {
  expect(world.recorded.length).toBeGreaterThan(50);
  expect(world.recorded.flatMap(breaches)).toEqual([]);
});
