import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedOrder, seedRestaurant, seedSession } from '../support/app';
import { createLegacyClient, refusal } from './legacy-client';
import { type LegacyWorld, startLegacyWorld, VERSIONS } from './support';
import { breaches } from './wire-rules';

let world: LegacyWorld;
beforeAll(async () => {
  world = await startLegacyWorld();
});
afterAll(() => world.app.stop());

describe.each(VERSIONS)('the %s client in a restaurant that takes yen', (version) => {
  it('pays, sees and gets back whole yen: no amount has decimals, none is divided by 100', async () => {
    const { app, recorded } = world;
    const service = await app.asService();
    const tokyo = await seedRestaurant(service, { currency: 'JPY', timeZone: 'Asia/Tokyo' });
    const session = await seedSession(service, tokyo);
    const bill = { session, guestSessionId: session.guests[0], subtotalMinor: 2500, taxMinor: 250 };
    const orderId = await seedOrder(service, tokyo, bill);
    const guest = createLegacyClient({ url: app.url, version, recorded, guestId: session.guests[0] });
    expect((await guest.get(`/orders/${orderId}`)).data).toMatchObject({
      total: 2750,
      tax: 250,
      currency: 'JPY',
    });

    const started = (await guest.post(`/orders/${orderId}/payments`, { paymentMethod: 'CREDIT_CARD' })).data;
    expect(started).toMatchObject({ amount: 2750, currency: 'JPY', breakdown: { subtotal: 2500, tax: 250 } });
    const tipped = await guest.patch(`/orders/${orderId}/tip`, { tipAmount: 99.6 });
    expect(tipped.data).toMatchObject({ tip: 100, total: 2850 });
    expect(await world.pay(guest, started)).toMatchObject({
      amount: 2850,
      tipAmount: 100,
      status: 'COMPLETED',
    });

    const token = await app.token('RESTAURANT_OWNER', tokyo.ownerId);
    const owner = createLegacyClient({ url: app.url, version, recorded, token });
    const refunded = await owner.post(`/payments/${started.id}/refund`, { amount: 850, reason: 'late' });
    expect(refunded.data).toMatchObject({ refundAmount: 850, status: 'PARTIALLY_REFUNDED' });
    const [listed] = (await owner.get(`/restaurants/${tokyo.restaurantId}/payments`)).data;
    expect(listed).toMatchObject({ amount: 2850, currency: 'JPY', restaurantName: 'Chez Test' });
    expect(recorded.flatMap(breaches)).toEqual([]);
  });

  it('a refund to a card in dinars that ends in no 0 is refused, and says what could go back', async () => {
    const { app, recorded } = world;
    const service = await app.asService();
    const kuwait = await seedRestaurant(service, { currency: 'KWD', timeZone: 'Asia/Kuwait' });
    const session = await seedSession(service, kuwait);
    const bill = { session, guestSessionId: session.guests[0], subtotalMinor: 25_000, taxMinor: 0 };
    const orderId = await seedOrder(service, kuwait, bill);
    const guest = createLegacyClient({ url: app.url, version, recorded, guestId: session.guests[0] });
    const started = (await guest.post(`/orders/${orderId}/payments`, { paymentMethod: 'CREDIT_CARD' })).data;
    expect(await world.pay(guest, started)).toMatchObject({ amount: 25, status: 'COMPLETED' });

    const token = await app.token('RESTAURANT_OWNER', kuwait.ownerId);
    const owner = createLegacyClient({ url: app.url, version, recorded, token });
    const refused = await refusal(
      owner.post(`/payments/${started.id}/refund`, { amount: 1.234, reason: 'late' }),
    );
    expect(refused).toMatchObject({ status: 400, code: 'AMOUNT_NOT_CHARGEABLE' });
    expect(refused.message).toContain('1.230 or 1.240');
    const status = owner.put(`/payments/${started.id}/status`, {
      status: 'PARTIALLY_REFUNDED',
      amount: 1.235,
      reason: 'late',
    });
    expect(await refusal(status)).toMatchObject({ status: 400, code: 'AMOUNT_NOT_CHARGEABLE' });
    const refunded = await owner.post(`/payments/${started.id}/refund`, { amount: 1.23, reason: 'late' });
    expect(refunded.data).toMatchObject({ refundAmount: 1.23, status: 'PARTIALLY_REFUNDED' });
    expect(recorded.flatMap(breaches)).toEqual([]);
  });

  it('an amount in yen means yen, whichever unit the client believes in', async () => {
    const { app, recorded } = world;
    const service = await app.asService();
    const tokyo = await seedRestaurant(service, { currency: 'JPY' });
    const session = await seedSession(service, tokyo);
    const orderId = await seedOrder(service, tokyo, { session, guestSessionId: session.guests[0] });
    const guest = createLegacyClient({ url: app.url, version, recorded, guestId: session.guests[0] });
    const wrong = guest.post('/payments/intent', { orderId, amount: 27, paymentMethod: 'CREDIT_CARD' });
    expect(await refusal(wrong)).toMatchObject({ status: 400, code: 'AMOUNT_MISMATCH' });
    const right = await guest.post('/payments/intent', {
      orderId,
      amount: 2700,
      paymentMethod: 'CREDIT_CARD',
    });
    expect(right.data).toMatchObject({ amount: 2700, currency: 'JPY' });
  });
});
