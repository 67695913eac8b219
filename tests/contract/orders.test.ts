import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait-for';
import { refusal } from './legacy-client';
import { type LegacyWorld, startLegacyWorld, VERSIONS } from './support';
import { breaches } from './wire-rules';

let world: LegacyWorld;
beforeAll(async () => {
  world = await startLegacyWorld();
});
afterAll(() => world.app.stop());

describe.each(VERSIONS)('the %s client pays an order', (version) => {
  // The paths that the versions use for the same thing (legacy-contract section 7, row 13).
  const start = version === 'v1' ? 'POST /orders/:id/payments' : 'POST /payments/order';
  async function startPayment(orderId: string, paymentMethod: string, more: object = {}) {
    const guest = world.guest(version);
    if (version === 'v1') return guest.post(`/orders/${orderId}/payments`, { paymentMethod, ...more });
    return guest.post('/payments/order', { orderId, currency: 'USD', paymentMethod, ...more });
  }

  it(`by card: ${start}, card form, success page, receipt`, async () => {
    const guest = world.guest(version);
    const orderId = await world.order({ guestSessionId: world.session.guests[0] });
    const order = (await guest.get(`/orders/${orderId}`)).data;
    expect(order).toMatchObject({ subtotal: 25, tax: 2, tip: 0, total: 27, status: 'DELIVERED' });
    const dish = (name: string) => ({
      name,
      price: 12.5,
      menuItem: { id: expect.any(String), name, price: 12.5 },
    });
    expect(order.items, 'C prints menuItem.name without looking').toMatchObject([
      dish('Soup'),
      dish('Steak'),
    ]);

    const started = (await startPayment(orderId, 'CREDIT_CARD')).data;
    expect(started).toMatchObject({
      orderId,
      amount: 27,
      currency: 'USD',
      status: 'PENDING',
      breakdown: { subtotal: 25, tax: 2, tip: 0, total: 27 },
    });
    expect(started.paymentId).toBe(started.id);
    expect(started.clientSecret).toMatch(/^pi_.*_secret_/);
    expect((await startPayment(orderId, 'CREDIT_CARD')).data.id, 'a repeat is the same payment').toBe(
      started.id,
    );

    const paid = await world.pay(guest, started);
    expect(paid).toMatchObject({
      amount: 27,
      totalAmount: 27,
      tipAmount: 0,
      method: 'CREDIT_CARD',
      paymentMethod: 'CREDIT_CARD',
      refunded: false,
      paymentType: 'order',
      guestSessionId: world.session.guests[0],
    });
    expect(paid.clientSecret).toBeUndefined();
    const receipt = (await guest.get(`/payments/${paid.id}/receipt`)).data;
    expect(receipt.receiptData).toMatchObject({
      orderTotal: 25,
      tax: 2,
      total: 27,
      paymentMethod: 'CREDIT_CARD',
    });
    expect(receipt.receiptUrl).toMatch(/^https?:\/\/.*\/r\/.{16}/);
    const list = (await guest.get(`/orders/${orderId}/payments`)).data;
    expect(list).toEqual([expect.objectContaining({ id: paid.id, amount: 27, status: 'COMPLETED' })]);
  });

  it('an unrounded tip of 3.2985 is charged as 3.30, before and after the payment is open', async () => {
    const guest = world.guest(version);
    const orderId = await world.order({ guestSessionId: world.session.guests[0] });
    const tipped = (await guest.patch(`/orders/${orderId}/tip`, { tipAmount: 3.2985 })).data;
    expect(tipped).toMatchObject({ tip: 3.3, total: 30.3 });
    for (const item of tipped.items) expect(item.menuItem.name).toBe(item.name);
    const started = (await startPayment(orderId, 'CREDIT_CARD')).data;
    expect(started.breakdown).toEqual({ subtotal: 25, tax: 2, tip: 3.3, total: 30.3 });
    const more = (await guest.patch(`/orders/${orderId}/tip`, { tipAmount: '5.2985' })).data;
    expect(more).toMatchObject({ tip: 5.3, total: 32.3 });
    const payment = (await guest.get(`/payments/${started.id}`)).data;
    expect(payment).toMatchObject({ amount: 32.3, tipAmount: 5.3, clientSecret: started.clientSecret });
    expect(await world.pay(guest, started)).toMatchObject({ amount: 32.3 });
    expect(await refusal(guest.patch(`/orders/${orderId}/tip`, { tipAmount: 1 }))).toMatchObject({
      status: 409,
    });
  });

  it('a receipt before the webhook is an answer without a link; a cancelled payment has none', async () => {
    const guest = world.guest(version);
    const orderId = await world.order({ guestSessionId: world.session.guests[0] });
    const { id } = (await startPayment(orderId, 'CREDIT_CARD')).data;
    const early = await guest.get(`/payments/${id}/receipt`);
    expect(early).toMatchObject({ success: true, data: { paymentId: id, currency: 'USD' } });
    expect(early.data).not.toHaveProperty('receiptUrl');
    await guest.put(`/payments/${id}/status`, { status: 'CANCELLED' });
    expect(await refusal(guest.get(`/payments/${id}/receipt`))).toMatchObject({
      status: 409,
      code: 'PAYMENT_NOT_COMPLETED',
    });
  });

  it('in cash: the guest’s own COMPLETED leaves it pending, the staff’s completes it', async () => {
    const guest = world.guest(version);
    const orderId = await world.order({ guestSessionId: world.session.guests[0] });
    const started = (await startPayment(orderId, 'CASH')).data;
    expect(started).toMatchObject({ status: 'PENDING', clientSecret: null, method: 'CASH', amount: 27 });
    const asked = await guest.put(`/payments/${started.id}/status`, { status: 'COMPLETED' });
    expect(asked).toMatchObject({ success: true, data: { status: 'PENDING' } });
    expect(await refusal(guest.get(`/payments/${started.id}/receipt`))).toMatchObject({ status: 409 });
    const staff = await world.staff(version);
    const done = await staff.put(`/payments/${started.id}/status`, { status: 'COMPLETED' });
    expect(done.data).toMatchObject({
      status: 'COMPLETED',
      method: 'CASH',
      paymentMethod: 'CASH',
      amount: 27,
    });
    expect((await guest.get(`/payments/${started.id}`)).data.status).toBe('COMPLETED');
  });

  it('card to cash and back keeps the payment, with a secret only for the card', async () => {
    const guest = world.guest(version);
    const orderId = await world.order({ guestSessionId: world.session.guests[0] });
    const { id } = (await startPayment(orderId, 'CREDIT_CARD')).data;
    const cash = (await guest.put(`/payments/${id}/method`, { paymentMethod: 'CASH' })).data;
    expect(cash).toMatchObject({ id, clientSecret: null, paymentMethod: 'CASH' });
    const card = (await guest.put(`/payments/${id}/method`, { paymentMethod: 'CREDIT_CARD' })).data;
    expect(card).toMatchObject({ id, clientSecret: expect.any(String), paymentMethod: 'CREDIT_CARD' });
  });

  it('a debit card and a list filter keep both spellings', async () => {
    const guest = world.guest(version);
    const orderId = await world.order({ guestSessionId: world.session.guests[0] });
    const started = (await startPayment(orderId, 'DEBIT_CARD')).data;
    await world.pay(guest, started, 'pm_card_visa_debit');
    // Which card paid is told by an event of its own, which may come after the success.
    const paid = await waitFor('the card is known', async () => {
      const { data } = await guest.get(`/payments/${started.id}`);
      return data.paymentMethod === 'DEBIT_CARD' ? data : null;
    });
    expect(paid).toMatchObject({ method: 'DEBIT_CARD', status: 'COMPLETED' });
    const owner = await world.owner(version);
    const path = `/restaurants/${world.restaurant.restaurantId}/payments`;
    const ids = async (method: string) =>
      (await owner.get(path, { method, limit: 1000 })).data.map((p: { id: string }) => p.id);
    expect(await ids('CARD')).toContain(paid.id);
    expect(await ids('DEBIT_CARD')).toContain(paid.id);
    expect(await ids('CREDIT_CARD')).not.toContain(paid.id);
    expect(await ids('nonsense')).toEqual([]);
  });
});

describe('POST /payments/intent', () => {
  it.each([
    ['minor units', 2700],
    ['major units', 27],
    ['major units as text', '27.00'],
  ])('takes the amount due in %s', async (_unit, amount) => {
    const orderId = await world.order();
    const started = await world.guest('v1').post('/payments/intent', { orderId, amount, currency: 'usd' });
    expect(started.data).toMatchObject({ amount: 27, paymentIntentId: expect.stringMatching(/^pi_/) });
  });

  it.each([50, 2701, 26.99, 0, -27, 'x', 0.27])('refuses any other amount: %s', async (amount) => {
    const orderId = await world.order();
    const call = world.guest('v1').post('/payments/intent', { orderId, amount });
    expect(await refusal(call)).toMatchObject({ status: 400, code: 'AMOUNT_MISMATCH' });
  });

  it('a header names the operation: the same key is the same payment, for other input a refusal', async () => {
    const guest = world.guest('v1');
    const orderId = await world.order();
    const key = { 'idempotency-key': 'k1' };
    const first = await guest.post('/payments/intent', { orderId }, key);
    expect((await guest.post('/payments/intent', { orderId }, key)).data.id).toBe(first.data.id);
    const other = guest.post('/payments/intent', { orderId: await world.order() }, key);
    expect(await refusal(other)).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('methods that nobody offers are 400', async () => {
    const orderId = await world.order();
    for (const paymentMethod of ['PAYPAL', 'CRYPTO', 'toString', '__proto__']) {
      const call = world.guest('v1').post('/payments/intent', { orderId, paymentMethod });
      expect(await refusal(call)).toMatchObject({ status: 400, code: 'METHOD_NOT_SUPPORTED' });
    }
  });
});

describe('POST /payments/cash', () => {
  it('staff record what they took, with what was given back', async () => {
    const staff = await world.staff('v1');
    const orderId = await world.order();
    const wrong = staff.post('/payments/cash', { orderId, amount: 27, receivedAmount: 30, change: 2 });
    expect(await refusal(wrong)).toMatchObject({ status: 400, code: 'AMOUNT_MISMATCH' });
    const taken = await staff.post('/payments/cash', { orderId, amount: 27, receivedAmount: 30, change: 3 });
    expect(taken.data).toMatchObject({ status: 'COMPLETED', amount: 27, method: 'CASH' });
  });

  it('a repeat after a lost answer finds the cash that was recorded; anything else is due no more', async () => {
    const staff = await world.staff('v1');
    const orderId = await world.order();
    const body = { orderId, amount: 27, tipAmount: 2, receivedAmount: 30, change: 1 };
    const { data } = await staff.post('/payments/cash', body);
    expect((await staff.post('/payments/cash', body)).data).toMatchObject({ id: data.id, amount: 29 });
    expect((await staff.post('/payments/cash', { orderId, tipAmount: 2 })).data.id).toBe(data.id);

    const refused = { status: 409, code: 'NOTHING_DUE' };
    for (const other of [{ amount: 26 }, { tipAmount: 3 }, { change: 2 }, { receivedAmount: 28 }])
      expect(await refusal(staff.post('/payments/cash', { ...body, ...other }))).toMatchObject(refused);
    const owner = await world.owner('v1');
    expect(await refusal(owner.post('/payments/cash', body))).toMatchObject(refused);
    const token = await world.app.token('RESTAURANT_STAFF', world.restaurant.staffId);
    const withKey = await fetch(`${world.app.url}/api/v1/payments/cash`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': 'another-press',
      },
      body: JSON.stringify(body),
    });
    expect([withKey.status, (await withKey.json()).code]).toEqual([409, 'NOTHING_DUE']);
    const { pool } = world.app.database;
    await pool.query(`UPDATE payments SET completed_at = completed_at - interval '6 minutes' WHERE id = $1`, [
      data.id,
    ]);
    expect(await refusal(staff.post('/payments/cash', body))).toMatchObject(refused);
    const { rows } = await pool.query('SELECT 1 FROM payments WHERE order_id = $1', [orderId]);
    expect(rows).toHaveLength(1);
  });

  it('guests may not', async () => {
    const orderId = await world.order();
    expect(await refusal(world.guest('v1').post('/payments/cash', { orderId }))).toMatchObject({
      status: 403,
    });
  });
});

it('no answer had a monetary text, a null order, or an error without message and code', () => {
  expect(world.recorded.length).toBeGreaterThan(50);
  expect(world.recorded.flatMap(breaches)).toEqual([]);
});
