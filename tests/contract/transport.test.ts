import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, seedRestaurant, seedSession } from '../support/app';
import { refusal } from './legacy-client';
import { type LegacyWorld, startLegacyWorld, VERSIONS } from './support';
import { breaches } from './wire-rules';

const ORIGIN = 'http://localhost:3001';
let world: LegacyWorld;
beforeAll(async () => {
  world = await startLegacyWorld();
});
afterAll(() => world.app.stop());

describe.each(VERSIONS)('errors as the %s client sees them', (version) => {
  it('400, 404 and 409 reach the screen with message and code', async () => {
    const guest = world.guest(version);
    const orderId = await world.order();
    expect(await refusal(guest.post('/payments/intent', {}))).toMatchObject({
      kind: 'ApiError',
      status: 400,
      code: 'INVALID_INPUT',
      message: 'Send orderId.',
    });
    expect(await refusal(guest.put(`/payments/${newKey()}/status`, { status: 'CANCELLED' }))).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
    const { id } = (await guest.post(`/orders/${orderId}/payments`, { paymentMethod: 'CASH' })).data;
    const staff = await world.staff(version);
    expect(await refusal(staff.put(`/payments/${id}/status`, { status: 'FAILED' }))).toMatchObject({
      status: 409,
      code: 'ILLEGAL_TRANSITION',
    });
    expect(await refusal(guest.put(`/payments/${id}/status`, { status: 'REFUNDED' }))).toMatchObject({
      status: 403,
    });
  });

  it('reported bug “an unknown order, a missing amount, a malformed id all answer 500”: they answer 404, 400 and 404', async () => {
    const guest = world.guest(version);
    const unknown = guest.post('/orders/no-such-order/payments', { paymentMethod: 'CREDIT_CARD' });
    expect(await refusal(unknown)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    const splits = [{ amount: 10 }, { name: 'Bob' }];
    const missing = guest.post('/payments/split', { orderId: await world.order(), splits });
    expect(await refusal(missing)).toMatchObject({ status: 400, code: 'INVALID_INPUT' });
    expect(await refusal(guest.get('/payments/not-a-uuid'))).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  });

  it.each(['undefined', 'null', 'not-a-uuid', '%', '%00', '..%2F..', 'x'.repeat(300)])(
    'an id that is %j is a 404, never a 500',
    async (id) => {
      const owner = await world.owner(version);
      expect(await refusal(owner.get(`/payments/${id}`))).toMatchObject({ status: 404 });
      expect(await refusal(owner.get(`/orders/${id}`))).toMatchObject({ status: 404 });
      expect(await refusal(owner.get(`/table-sessions/${id}/bill`))).toMatchObject({ status: 404 });
      expect(owner.token(), 'the token is kept').not.toBeNull();
    },
  );

  it('another tenant’s things are 403 for tokens, so that the dashboard keeps its login', async () => {
    const service = await world.app.asService();
    const elsewhere = await seedRestaurant(service);
    const strangers = await seedSession(service, elsewhere);
    const orderId = await world.order();
    const owner = await world.owner(version);
    const path = `/table-sessions/${strangers.sessionId}`;
    expect(await refusal(owner.get(`${path}/bill`))).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const list = owner.get(`/restaurants/${elsewhere.restaurantId}/payments`);
    expect(await refusal(list)).toMatchObject({ status: 403 });
    expect(await refusal(owner.get('/restaurants/nowhere/payments'))).toMatchObject({ status: 404 });
    expect(await refusal(owner.get('/payments'))).toMatchObject({ status: 403 });
    expect(await refusal(owner.delete(`/payments/${newKey()}`))).toMatchObject({ status: 403 });
    expect(owner.token()).not.toBeNull();
    const guest = world.guest(version, strangers.guests[0]);
    // The checkout page looks for `.response`.
    expect(await refusal(guest.get(`/orders/${orderId}`))).toMatchObject({
      kind: 'AxiosError',
      status: 403,
      response: { data: { success: false, errorCode: 'FORBIDDEN' } },
    });
  });

  it('a stranger guest’s 401 on a payment leads to the public form', async () => {
    const service = await world.app.asService();
    const strangers = await seedSession(service, world.restaurant);
    const orderId = await world.order();
    const payer = world.guest(version);
    const { id } = (await payer.post(`/orders/${orderId}/payments`, { paymentMethod: 'CREDIT_CARD' })).data;
    const guest = world.guest(version, strangers.guests[0]);
    for (const path of [`/payments/${id}`, `/payments/${id}/receipt`]) {
      expect(await refusal(guest.get(path))).toMatchObject({ status: 401 });
    }
    const shown = (await guest.get(`/payments/${id}/public`)).data;
    expect(shown).toMatchObject({
      id,
      orderId,
      amount: 27,
      tipAmount: 0,
      status: 'PENDING',
      method: 'CREDIT_CARD',
    });
    expect(Object.keys(shown)).not.toContain('clientSecret');
    expect(Object.keys(shown)).not.toContain('guestSessionId');
    expect(await refusal(world.nobody(version).get(`/payments/${newKey()}/public`))).toMatchObject({
      status: 404,
    });
  });

  it('401 for credentials alone: none, a bad token, an unknown guest', async () => {
    const orderId = await world.order();
    expect(await refusal(world.nobody(version).get(`/orders/${orderId}`))).toMatchObject({ status: 401 });
    const unknown = await refusal(world.guest(version, 'f'.repeat(64)).get(`/orders/${orderId}`));
    expect(unknown).toMatchObject({ status: 401 });
    if (version === 'v2') expect(unknown.response.data.errorCode).toBe('SESSION_EXPIRED');
  });

  it('a closed table session is 410 SESSION_CLOSED', async () => {
    const service = await world.app.asService();
    const closed = await seedSession(service, world.restaurant);
    const orderId = await world.order({ session: closed });
    await service.platform.sessions.sync.mutate({
      sessions: [
        {
          id: closed.sessionId,
          restaurantId: world.restaurant.restaurantId,
          tableId: world.restaurant.tableId,
          code: 'CLOSED',
          status: 'CLOSED',
          expiresAt: new Date(Date.now() + 60_000),
          guests: closed.guests.map((guestSessionId) => ({ guestSessionId, joinedAt: new Date() })),
          version: 2,
        },
      ],
    });
    const guest = world.guest(version, closed.guests[0]);
    for (const [path, body] of [
      ['/payments/order', { orderId, paymentMethod: 'CREDIT_CARD', currency: 'USD' }],
      [`/table-sessions/${closed.sessionId}/payment`, { paymentMethod: 'CASH' }],
      [`/table-sessions/${closed.sessionId}/extend`, {}],
    ] as const) {
      expect(await refusal(guest.post(path, body))).toMatchObject({
        kind: 'ApiError',
        status: 410,
        code: 'SESSION_CLOSED',
      });
    }
    expect((await guest.get(`/table-sessions/${closed.sessionId}/status`)).data.isClosed).toBe(true);
  });
});

describe('across origins', () => {
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${world.app.url}${path}`, {
      ...init,
      headers: { origin: ORIGIN, ...init.headers },
      redirect: 'manual',
    });

  it.each([
    '/api/v1/restaurants//payments',
    '//api/v1/restaurants/payments/',
    '/api/v1/restaurants/payments',
  ])('GET %s with an admin’s token is 200 without a redirect', async (path) => {
    const authorization = `Bearer ${await world.app.token('ADMIN', 'admin-1')}`;
    const response = await ask(path, { headers: { authorization } });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(await response.json()).toMatchObject({ success: true, data: expect.any(Array) });
  });

  it.each([
    ['a refusal', '/api/v1/payments', {}, 401],
    ['an unknown path', '/api/v1/nope', {}, 404],
    ['a body that is no JSON', '/api/v1/payments/intent', { method: 'POST', body: '{' }, 401],
    [
      'a body over the door’s limit',
      '/api/v1/payments/intent',
      { method: 'POST', body: 'x'.repeat(10_500_000) },
      413,
    ],
  ])('%s may be read by the page', async (_name, path, init, status) => {
    const response = await ask(path, init);
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(response.headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(breaches({ request: path, status: response.status, body: await response.json() })).toEqual([]);
  });

  it('a row of ours takes no large bodies', async () => {
    const guest = world.guest('v1');
    const call = guest.post('/payments/intent', { orderId: 'x'.repeat(300_000) });
    expect(await refusal(call)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
  });

  it('a preflight allows what the clients send', async () => {
    const response = await ask('/api/v1/payments/x/status', { method: 'OPTIONS' });
    expect(response.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(response.headers.get('access-control-allow-headers')).toContain('x-session-id');
  });
});

it('probes answer both shapes', async () => {
  for (const [path, key] of [
    ['/health', 'status'],
    ['/ready', 'ready'],
    ['/live', 'alive'],
  ] as const) {
    const body = (await (await fetch(`${world.app.url}${path}`)).json()) as Record<
      string,
      Record<string, unknown>
    >;
    expect(body.success).toBe(true);
    expect(body.data?.[key]).toEqual(body[key]);
  }
});

it('no answer had a monetary text, a null order, or an error without message and code', () => {
  expect(world.recorded.length).toBeGreaterThan(50);
  expect(world.recorded.flatMap(breaches)).toEqual([]);
});
