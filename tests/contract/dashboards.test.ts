import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, type Wire } from './legacy-client';
import { type LegacyWorld, startLegacyWorld, VERSIONS } from './support';
import { breaches } from './wire-rules';

let world: LegacyWorld;
beforeAll(async () => {
  world = await startLegacyWorld();
});
afterAll(() => world.app.stop());

describe.each(VERSIONS)('the dashboards of %s', (version) => {
  async function paidByCard(tipMinor = 0): Promise<Wire> {
    const guest = world.guest(version);
    const orderId = await world.order({ tipMinor });
    const { data } = await guest.post(`/orders/${orderId}/payments`, { paymentMethod: 'CREDIT_CARD' });
    return world.pay(guest, data);
  }
  const inList = (payments: Wire[], id: string) => payments.find((payment) => payment.id === id);

  it('an admin refunds all that is left by PUT status; a second time there is nothing', async () => {
    const { id } = await paidByCard(300);
    const admin = await world.admin(version);
    const refunded = await admin.put(`/payments/${id}/status`, { status: 'REFUNDED' });
    expect(refunded.data).toMatchObject({
      id,
      status: 'REFUNDED',
      refunded: true,
      refundAmount: 30,
      amount: 30,
      refundId: expect.any(String),
    });
    const again = admin.put(`/payments/${id}/status`, { status: 'refunded' });
    expect(await refusal(again)).toMatchObject({ status: 409, code: 'NOTHING_REFUNDABLE' });
    expect((await admin.get(`/payments/${id}`)).data).toMatchObject({ status: 'REFUNDED', refundAmount: 30 });
  });

  it('a part is refunded once, however often the same button is pressed', async () => {
    const { id } = await paidByCard();
    const owner = await world.owner(version);
    const press = () => owner.post(`/payments/${id}/refund`, { amount: 5.005, reason: 'cold soup' });
    const first = (await press()).data;
    expect(first).toMatchObject({
      status: 'PARTIALLY_REFUNDED',
      refundAmount: 5.01,
      refundReason: 'cold soup',
    });
    expect((await press()).data).toMatchObject({ refundId: first.refundId, refundAmount: 5.01 });
    const told = { refunded: true, refundAmount: 5.01, refundId: first.refundId };
    expect((await owner.get(`/payments/${id}`)).data).toMatchObject({ ...told, refundReason: 'cold soup' });
    const seenByGuest = (await world.guest(version).get(`/payments/${id}`)).data;
    expect(seenByGuest).toMatchObject(told);
    expect(seenByGuest).not.toHaveProperty('refundReason');
    const more = owner.post(`/payments/${id}/refund`, { amount: 22, reason: 'all of it' });
    expect(await refusal(more)).toMatchObject({ status: 409, code: 'REFUND_EXCEEDS_REMAINING' });
    const wrong = owner.post(`/payments/${id}/refund`, { amount: -1 });
    expect(await refusal(wrong)).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
  });

  it('the same part for the same reason is one refund within a minute, whoever asks; later it is another', async () => {
    const { id } = await paidByCard();
    const owner = await world.owner(version);
    const staff = await world.staff(version);
    const part = { amount: 5, reason: 'cold soup' };
    const path = `/payments/${id}/refund`;
    const both = await Promise.all([owner.post(path, part), staff.post(path, part)]);
    const [first] = both.map(({ data }) => data.refundId);
    expect(both.map(({ data }) => data)).toMatchObject([
      { refundId: first, refundAmount: 5 },
      { refundId: first, refundAmount: 5 },
    ]);
    await world.app.database.pool.query(
      `UPDATE payment_refunds SET created_at = created_at - interval '61 seconds' WHERE payment_id = $1`,
      [id],
    );
    const later = (await owner.post(path, part)).data;
    expect(later).toMatchObject({ refundAmount: 10, refundReason: 'cold soup' });
    expect(later.refundId).not.toBe(first);
    expect((await staff.post(path, part)).data).toMatchObject({ refundId: later.refundId, refundAmount: 10 });
    const other = await staff.post(path, { ...part, reason: 'cold coffee' });
    expect(other.data).toMatchObject({ refundAmount: 15 });
    const sent = world.app.simulator.control
      .state()
      .refunds.filter(({ metadata }) => metadata?.paymentId === id);
    expect(sent.map(({ amount }) => amount)).toEqual([500, 500, 500]);
  });

  it('a part that is refused again and again is never called done, and is refunded once it can be', async () => {
    const { id } = await paidByCard();
    const owner = await world.owner(version);
    const press = () => owner.post(`/payments/${id}/refund`, { amount: 5, reason: 'cold' });
    const { control } = world.app.simulator;
    control.addFault({ kind: 'card_declined', method: 'POST', pathPattern: '/v1/refunds' });
    for (let times = 0; times < 4; times++)
      expect((await refusal(press())).status).toBeGreaterThanOrEqual(400);
    control.clearFaults();
    expect((await press()).data).toMatchObject({ status: 'PARTIALLY_REFUNDED', refundAmount: 5 });
  });

  it('guests refund nothing, and complete no card payment', async () => {
    const { id } = await paidByCard();
    const guest = world.guest(version);
    for (const status of ['REFUNDED', 'COMPLETED', 'FAILED', 'PENDING', 'toString', 'nonsense']) {
      const call = guest.put(`/payments/${id}/status`, { status });
      expect(await refusal(call), status).toMatchObject({ status: 403 });
    }
    expect(await refusal(guest.put(`/payments/${id}/status`, {}))).toMatchObject({ status: 400 });
  });

  it('staff complete cash alone, and cancel an open request', async () => {
    const guest = world.guest(version);
    const staff = await world.staff(version);
    const start = async (paymentMethod: string) =>
      (await guest.post(`/orders/${await world.order()}/payments`, { paymentMethod })).data;
    const card = await start('CREDIT_CARD');
    const wrong = staff.put(`/payments/${card.id}/status`, { status: 'COMPLETED' });
    expect(await refusal(wrong)).toMatchObject({ status: 409, code: 'ILLEGAL_TRANSITION' });
    const cash = await start('CASH');
    const cancelled = await staff.put(`/payments/${cash.id}/status`, { status: 'CANCELLED' });
    expect(cancelled.data).toMatchObject({ status: 'CANCELLED' });
    const own = await start('CASH');
    expect((await guest.put(`/payments/${own.id}/status`, { status: 'CANCELLED' })).data.status).toBe(
      'CANCELLED',
    );
  });

  it('method is CARD beside paymentMethod CREDIT_CARD for the restaurant’s own list alone', async () => {
    const { id } = await paidByCard();
    const path = `/restaurants/${world.restaurant.restaurantId}/payments`;
    const asked = { limit: 1000, page: 1, status: ['COMPLETED', 'PENDING'] };
    const [owner, admin, guest] = [
      await world.owner(version),
      await world.admin(version),
      world.guest(version),
    ];
    const seenBy = async (client: typeof guest) => inList((await client.get(path, asked)).data, id);
    expect(await seenBy(owner)).toMatchObject({ method: 'CARD', paymentMethod: 'CREDIT_CARD' });
    expect(await seenBy(admin)).toMatchObject({ method: 'CREDIT_CARD', paymentMethod: 'CREDIT_CARD' });
    expect(await seenBy(guest)).toMatchObject({ method: 'CREDIT_CARD', paymentMethod: 'CREDIT_CARD' });
    const one = (await owner.get(`/payments/${id}`)).data;
    expect(one).toMatchObject({ method: 'CREDIT_CARD', paymentMethod: 'CREDIT_CARD' });
  });

  it('lists are bare arrays with wide limits, filters in any case, and pages without a gap', async () => {
    await paidByCard();
    await paidByCard();
    const admin = await world.admin(version);
    const { restaurantId } = world.restaurant;
    const all = (await admin.get('/payments', { limit: 10_000, restaurantId })).data;
    expect(Array.isArray(all)).toBe(true);
    const lower = (await admin.get('/payments', { status: 'completed', limit: 10_000 })).data;
    expect(lower.length).toBeGreaterThan(1);
    for (const payment of lower) expect(payment.status).toBe('COMPLETED');
    expect((await admin.get('/payments', { status: 'nonsense' })).data).toEqual([]);
    const pages = await Promise.all(
      [1, 2, 3].map(async (page) => (await admin.get('/payments', { limit: 1, page })).data),
    );
    const ids = (payments: Wire[]) => payments.map((payment) => payment.id);
    expect(ids(pages.flat())).toEqual(ids(all.slice(0, 3)));
    expect((await admin.get('/payments', { dateFrom: '2999-01-01T00:00:00Z' })).data).toEqual([]);
    expect(
      (await admin.get('/payments', { limit: 'x', page: '-1', unknown: 1 })).data.length,
    ).toBeGreaterThan(1);
    expect(await refusal(admin.get('/payments', { dateFrom: 'soon' }))).toMatchObject({ status: 400 });
    expect((await admin.get('/restaurants//payments', { limit: 10_000 })).data.length).toBe(all.length);
  });

  it('an admin deletes what never took money; the row stays, and a paid one is refused', async () => {
    const admin = await world.admin(version);
    const guest = world.guest(version);
    const open = (
      await guest.post(`/orders/${await world.order()}/payments`, { paymentMethod: 'CREDIT_CARD' })
    ).data;
    expect((await admin.delete(`/payments/${open.id}`)).success).toBe(true);
    expect((await admin.get(`/payments/${open.id}`)).data.status).toBe('CANCELLED');
    const { id } = await paidByCard();
    expect(await refusal(admin.delete(`/payments/${id}`))).toMatchObject({ status: 409 });
  });

  it('simulate-webhook pays in development', async () => {
    const guest = world.guest(version);
    const { id } = (await guest.post(`/orders/${await world.order()}/payments`, { paymentMethod: 'CARD' }))
      .data;
    const done = await guest.post(`/payments/${id}/simulate-webhook`, { stripePaymentIntentId: 'pi_x' });
    expect(done.data).toMatchObject({ simulated: true, payment: { id, status: 'COMPLETED' } });
  });
});

it('a list without a limit leaves nothing out: v2 R looks for cash requests in it', async () => {
  const guest = world.guest('v2');
  const orderIds = await Promise.all(Array.from({ length: 51 }, () => world.order()));
  await Promise.all(
    orderIds.map((orderId) => guest.post('/payments/order', { orderId, paymentMethod: 'CASH' })),
  );
  const staff = await world.staff('v2');
  const { data } = await staff.get(`/restaurants/${world.restaurant.restaurantId}/payments`);
  expect(data.map((payment: Wire) => payment.orderId)).toEqual(expect.arrayContaining(orderIds));
});

it('no answer had a monetary text, a null order, or an error without message and code', () => {
  expect(world.recorded.length).toBeGreaterThan(50);
  expect(world.recorded.flatMap(breaches)).toEqual([]);
});
