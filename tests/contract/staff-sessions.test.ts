import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for';
import { refusal, type Wire } from './legacy-client';
import { type LegacyWorld, startLegacyWorld, VERSIONS } from './support';
import { breaches } from './wire-rules';

let world: LegacyWorld;
beforeAll(async () => {
  world = await startLegacyWorld();
});
afterAll(() => world.app.stop());

const LIST = '/restaurant/table-sessions';

/** A session with an order of 27.00, of which its first guest has paid 10.00 and a tip of 2.00. */
async function visitedSession() {
  const session = await world.newSession();
  const orderId = await world.order({ session, guestSessionId: session.guests[0] });
  const guest = world.guest('v2', session.guests[0]);
  const body = { paymentMethod: 'CREDIT_CARD', amount: 10, tipAmount: 2 };
  const { data } = await guest.post(`/table-sessions/${session.sessionId}/payment`, body);
  await world.pay(guest, data);
  return { session, orderId, paymentId: data.id as string };
}

describe.each(VERSIONS)('the %s dashboard looks at table sessions', (version) => {
  it('lists them with sums and places, page by page, and filters', async () => {
    const { session } = await visitedSession();
    const staff = await world.staff(version);
    const first = (await staff.get(LIST, { page: 1, limit: 1 })).data;
    expect(first.sessions).toMatchObject([
      {
        id: session.sessionId,
        sessionId: session.sessionId,
        restaurantName: 'Chez Test',
        tableName: 'Table 1',
        status: 'ACTIVE',
        totalAmount: 27,
        paidAmount: 10,
        remainingAmount: 17,
        userCount: 3,
        orderCount: 1,
        lastOrderAt: expect.any(String),
        sessionDuration: expect.any(Number),
        needsAttention: false,
        alertReasons: [],
        lastActivity: expect.any(String),
      },
    ]);
    expect(first.totalRevenue).toBeGreaterThanOrEqual(12);
    expect(first.pagination).toMatchObject({ page: 1, limit: 1, total: first.totalSessions });
    const second = (await staff.get(LIST, { page: 2, limit: 1 })).data;
    expect(second.sessions[0].id).not.toBe(session.sessionId);
    expect(second.totalSessions).toBe(first.totalSessions);
    const beyond = (await staff.get(LIST, { page: 999, limit: 1 })).data;
    expect(beyond.sessions).toEqual([]);
    const ids = async (params: object) =>
      (await staff.get(LIST, params)).data.sessions.map((one: Wire) => one.id);
    expect(await ids({ status: ['active', 'PAYMENT_PENDING'] })).toContain(session.sessionId);
    expect(await ids({ status: 'CLOSED' })).not.toContain(session.sessionId);
    expect(await ids({ status: 'no such' })).toEqual([]);
    expect(await ids({ minAmount: 27, maxAmount: 27 })).toContain(session.sessionId);
    expect(await ids({ minAmount: 27.01 })).not.toContain(session.sessionId);
    expect(await ids({ needsAttention: true })).toEqual([]);
    expect(await ids({ needsAttention: false })).toContain(session.sessionId);
    expect(await ids({ dateTo: '2020-01-01T00:00:00Z' })).toEqual([]);
  });

  it('metrics and alerts are flat numbers and a list, for admins over all restaurants', async () => {
    await visitedSession();
    for (const client of [await world.owner(version), await world.admin(version)]) {
      const metrics = (await client.get(`${LIST}/metrics`)).data;
      expect(metrics).toMatchObject({
        averageSessionDuration: expect.any(Number),
        averagePartySize: expect.any(Number),
        totalRevenue: expect.any(Number),
      });
      expect(metrics.sessionsToday).toBeGreaterThan(0);
      expect(metrics.sessionsThisWeek).toBeGreaterThanOrEqual(metrics.sessionsToday);
      expect(metrics.activeSessions).toBeGreaterThan(0);
      expect(metrics.topRestaurants).toContainEqual(
        expect.objectContaining({
          restaurantId: world.restaurant.restaurantId,
          restaurantName: 'Chez Test',
          sessionCount: expect.any(Number),
          revenue: expect.any(Number),
        }),
      );
      expect((await client.get(`${LIST}/alerts`)).data).toEqual({ alerts: [], totalAlerts: 0 });
    }
  });

  it('one session has its guests, orders, payments and what happened, without the guests’ secret ids', async () => {
    const { session, orderId, paymentId } = await visitedSession();
    const staff = await world.staff(version);
    const { data } = await staff.get(`${LIST}/${session.sessionId}`);
    expect(data).toMatchObject({
      session: {
        id: session.sessionId,
        status: 'ACTIVE',
        totalAmount: 27,
        paidAmount: 10,
        restaurantName: 'Chez Test',
        tableName: 'Table 1',
        needsAttention: false,
        alertReasons: [],
        lastActivity: expect.any(String),
      },
      orders: [{ orderId, total: 27, paidAmount: 10 }],
      payments: [{ id: paymentId, amount: 12, tipAmount: 2, restaurantName: 'Chez Test' }],
    });
    expect(data.users).toHaveLength(3);
    const steps: Wire[] = data.timeline;
    expect(steps.map((step) => step.event)).toEqual(
      expect.arrayContaining(['SESSION_CREATED', 'USER_JOINED', 'ORDER_PLACED', 'PAYMENT_COMPLETED']),
    );
    for (const step of steps) expect(step.description).toMatch(/\w/);
    const joined = steps.find((step) => step.event === 'USER_JOINED');
    expect(data.users.map((user: Wire) => user.id)).toContain(joined?.userId);
    expect(steps.map((step) => step.timestamp)).toEqual([...steps.map((step) => step.timestamp)].sort());
    for (const secret of session.guests) expect(JSON.stringify(data)).not.toContain(secret);
  });

  it('a session that needs somebody says so in its details, and in one half of the filter alone', async () => {
    const { session } = await visitedSession();
    await world.app.database.pool.query(
      `UPDATE table_sessions SET status = 'PAYMENT_PENDING' WHERE id = $1`,
      [session.sessionId],
    );
    const staff = await world.staff(version);
    const { data } = await staff.get(`${LIST}/${session.sessionId}`);
    expect(data.session).toMatchObject({ needsAttention: true, alertReasons: ['PAYMENT_PENDING'] });
    const ids = async (params: object) =>
      (await staff.get(LIST, params)).data.sessions.map((one: Wire) => one.id);
    expect(await ids({ needsAttention: true })).toEqual([session.sessionId]);
    expect(await ids({ needsAttention: false })).not.toContain(session.sessionId);
    expect(await ids({})).toContain(session.sessionId);
    await world.app.database.pool.query(`UPDATE table_sessions SET status = 'ACTIVE' WHERE id = $1`, [
      session.sessionId,
    ]);
  });

  it('the payment summary says what is owed by which order', async () => {
    const { session, orderId } = await visitedSession();
    const { data } = await (await world.staff(version)).get(`${LIST}/${session.sessionId}/payment-summary`);
    expect(data).toMatchObject({
      tableSessionId: session.sessionId,
      totalOwed: 27,
      totalPaid: 10,
      remainingBalance: 17,
      isFullyPaid: false,
      orders: [{ orderId, total: 27, paidAmount: 10, remainingAmount: 17, isFullyPaid: false }],
      session: { id: session.sessionId },
      recommendations: [expect.any(String)],
    });
  });

  it('closing cancels what is open; without force an unpaid bill is a 409; a guest then meets 410', async () => {
    const { session, orderId } = await visitedSession();
    const guest = world.guest(version, session.guests[1]);
    const open = (await guest.post('/payments/intent', { orderId })).data;
    const owner = await world.owner(version);
    const path = `${LIST}/${session.sessionId}/close`;
    expect(await refusal(owner.post(path, { reason: 'Left' }))).toMatchObject({
      status: 409,
      code: 'SESSION_UNPAID',
    });
    const { data } = await owner.post(path, { reason: 'Left without paying', forceClose: true });
    expect(data).toMatchObject({
      sessionId: session.sessionId,
      status: 'CLOSED',
      closedAt: expect.any(String),
    });
    await waitFor('the open payment is cancelled', async () => {
      const { status } = (await owner.get(`/payments/${open.id}`)).data;
      return status === 'CANCELLED';
    });
    const late = guest.post(`/table-sessions/${session.sessionId}/payment`, { paymentMethod: 'CASH' });
    expect(await refusal(late)).toMatchObject({ status: 410, code: 'SESSION_CLOSED' });
  });

  it('PATCH of a payment changes its tip in dollars, and keeps the client secret', async () => {
    const session = await world.newSession();
    const orderId = await world.order({ session, guestSessionId: session.guests[0] });
    const guest = world.guest(version, session.guests[0]);
    const started = (await guest.post('/payments/intent', { orderId })).data;
    const { data } = await guest.patch(`/payments/${started.id}`, { tipAmount: 3.2985 });
    expect(data).toMatchObject({
      id: started.id,
      tipAmount: 3.3,
      amount: 30.3,
      clientSecret: started.clientSecret,
    });
    expect(await refusal(guest.patch(`/payments/${started.id}`, {}))).toMatchObject({ status: 400 });
  });
});

it('every answer kept the rules of the wire', () => {
  expect(world.recorded.flatMap(breaches)).toEqual([]);
});
