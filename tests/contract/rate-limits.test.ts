import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasRedis, startRedis } from '../support/redis';
import { refusal } from './legacy-client';
import { type LegacyWorld, startLegacyWorld } from './support';
import { breaches } from './wire-rules';

let world: LegacyWorld;
beforeAll(async () => {
  const env = {
    PAYMENT_RATE_LIMIT_PER_15_MINUTES: '3',
    PAYMENT_RATE_LIMIT_PER_HOUR: '100',
    PAYMENT_RATE_LIMIT_PER_IP_PER_HOUR: '7',
    READ_RATE_LIMIT_PER_MINUTE: '40',
    TRUST_PROXY: '1',
  };
  world = await startLegacyWorld(env, { app: { limitTrpc: true } });
});
afterAll(() => world.app.stop());

function start(guestId: string, orderId: string, address = '203.0.113.1'): Promise<Response> {
  return fetch(`${world.app.url}/api/v1/payments/intent`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-session-id': guestId,
      // The proxy appends what it saw; anything before that is the caller's invention.
      'x-forwarded-for': `198.51.100.${Math.floor(Math.random() * 250)}, ${address}`,
      origin: 'http://localhost:3002',
    },
    body: JSON.stringify({ orderId }),
  });
}

it('reported bug “the eleventh guest behind one address gets 429”: a guest’s fourth start gets it, and another guest behind the same address does not', async () => {
  const orderId = await world.order();
  const [a, b, c] = world.session.guests;
  for (const remaining of ['2', '1', '0']) {
    const response = await start(a, orderId);
    expect(response.status).toBe(201);
    expect(response.headers.get('ratelimit-limit')).toBe('3');
    expect(response.headers.get('ratelimit-remaining')).toBe(remaining);
  }
  const refused = await start(a, orderId);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('access-control-allow-origin')).toBe('http://localhost:3002');
  const body = await refused.json();
  expect(body).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
  expect(breaches({ request: 'intent', status: 429, body })).toEqual([]);
  const legacy = world.guest('v2', a).post('/payments/intent', { orderId });
  expect(await refusal(legacy)).toMatchObject({ status: 429, code: 'RATE_LIMIT_EXCEEDED' });
  // The bill is held by the first guest: refused by its verb, not by a limit.
  expect((await start(b, orderId)).status).toBe(409);

  // The ceiling of the address counts all of them, whatever they say before it, but nobody for what was refused as too much of theirs.
  const ofThird = [];
  for (let i = 0; i < 4; i++) ofThird.push((await start(c, orderId)).status);
  expect(ofThird).toEqual([409, 409, 409, 429]);
  expect((await start(b, orderId)).status).toBe(429);
  expect((await start(b, orderId, '203.0.113.9')).status).toBe(409);
});

it('counters are shared through the database, and hold no ids', async () => {
  const { rows } = await world.app.database.pool.query<{ key: string }>('SELECT key FROM rate_limits');
  expect(rows.length).toBeGreaterThan(3);
  const keys = rows.map(({ key }) => key).join();
  for (const guestId of world.session.guests) expect(keys).not.toContain(guestId);
});

it('tRPC has the same limit, and each call of a batch counts', async () => {
  const { guests } = await world.newSession();
  const batch = (names: string) =>
    fetch(`${world.app.url}/api/trpc/${names}?batch=1`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-session-id': guests[0],
        'x-forwarded-for': '203.0.113.77',
      },
      body: JSON.stringify(Object.fromEntries(names.split(',').map((_, i) => [i, { json: {} }]))),
    });
  const two = await batch('payments.create,tableSessions.pay');
  expect(two.status).not.toBe(429);
  expect(two.headers.get('ratelimit-remaining')).toBe('1');
  const refused = await batch('payments.create,cash.request');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const read = await fetch(`${world.app.url}/api/trpc/payments.config`);
  expect([read.status, read.headers.get('ratelimit-limit')]).toEqual([200, '40']);
});

it('reads have a limit of their own, far above what screens poll', async () => {
  const guest = world.guest('v1', world.session.guests[2]);
  const answers = await Promise.allSettled(
    Array.from({ length: 45 }, () => guest.get(`/table-sessions/${world.session.sessionId}/status`)),
  );
  const refused = answers.filter((answer) => answer.status === 'rejected');
  expect(refused.length).toBe(5);
});

it('cash that staff record is never counted: a till takes more payments than one guest starts', async () => {
  const staff = await world.staff('v1');
  for (let i = 0; i < 5; i++) {
    const { data } = await staff.post('/payments/cash', { orderId: await world.order() });
    expect(data.status).toBe('COMPLETED');
  }
});

it('webhooks are never counted', async () => {
  for (let i = 0; i < 60; i++) {
    const response = await fetch(`${world.app.url}/api/v1/payments/webhooks/stripe`, {
      method: 'POST',
      body: '{}',
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('ratelimit-limit')).toBeNull();
  }
});

it.skipIf(!hasRedis)(
  'with Redis two nodes share the counters there; without it each counts for itself and goes on',
  async () => {
    const redis = await startRedis();
    const env = { PAYMENT_RATE_LIMIT_PER_15_MINUTES: '3', REDIS_URL: redis.url };
    const database = world.app.database;
    const [one, two] = await Promise.all([
      startLegacyWorld(env, { database }),
      startLegacyWorld(env, { database }),
    ]);
    const orderId = await one.order();
    const [guestId, other] = one.session.guests;
    const ask = (node: LegacyWorld, who = guestId) =>
      fetch(`${node.app.url}/api/v1/payments/intent`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-session-id': who },
        body: JSON.stringify({ orderId }),
      });
    const statuses = [];
    for (const node of [one, two, one, two]) statuses.push((await ask(node)).status);
    expect(statuses).toEqual([201, 201, 201, 429]);
    const client = new Redis(redis.url);
    expect((await client.keys('pay-*')).length).toBeGreaterThanOrEqual(2);
    client.disconnect();
    await redis.stop();
    // Held by the first guest: refused by its verb, not by a limit, and not for the lack of Redis.
    expect((await ask(two, other)).status).toBe(409);
    await Promise.all([one.app.stop(), two.app.stop()]);
  },
);
