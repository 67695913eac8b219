import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureNextBuild } from '../support/next-build';
import { refusal } from './legacy-client';
import { type LegacyWorld, startLegacyWorld } from './support';
import { breaches } from './wire-rules';

let world: LegacyWorld;
beforeAll(async () => {
  await ensureNextBuild();
  world = await startLegacyWorld({}, { mount: 'next' });
}, 300_000);
afterAll(() => world?.app.stop());

it('a guest pays through the Next.js route as through the direct one', async () => {
  const guest = world.guest('v1');
  const { data } = await guest.post(`/orders/${await world.order()}/payments`, {
    paymentMethod: 'CREDIT_CARD',
  });
  const paid = await world.pay(guest, data);
  expect((await guest.get(`/payments/${paid.id}/receipt`)).data.receiptUrl).toMatch(/\/r\//);
  const tip = guest.patch(`/orders/${paid.orderId}/tip`, { tipAmount: 1 });
  expect(await refusal(tip)).toMatchObject({ status: 409 });
  expect(await refusal(guest.delete(`/payments/${paid.id}`))).toMatchObject({ status: 403 });
});

it('refusals and empty ids come without a redirect, and readable across origins', async () => {
  const origin = 'http://localhost:3001';
  const authorization = `Bearer ${await world.app.token('ADMIN', 'admin-1')}`;
  const ask = (path: string, headers = {}) =>
    fetch(`${world.app.url}${path}`, { headers: { origin, ...headers }, redirect: 'manual' });
  const list = await ask('/api/v1/restaurants//payments?limit=5', { authorization });
  expect([list.status, list.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
  const refused = await ask('/api/v1/orders/undefined', { authorization });
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([404, origin]);
});

it('no answer had a monetary text, a null order, or an error without message and code', () => {
  expect(world.recorded.length).toBeGreaterThan(3);
  expect(world.recorded.flatMap(breaches)).toEqual([]);
});
