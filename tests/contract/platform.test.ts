import { createServer, get, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEnv } from '@/env';
import { demoPlatform } from '@/server/demo-platform';
import { createLegacyClient, type Recorded, refusal } from './legacy-client';
import { type LegacyWorld, startLegacyWorld } from './support';
import { breaches } from './wire-rules';

describe('without a platform, a developer', () => {
  let world: LegacyWorld;
  beforeAll(async () => {
    world = await startLegacyWorld({ DEMO_SEED: 'true' });
  });
  afterAll(() => world.app.stop());

  it('logs in as the seeded owner, whose token opens the restaurant in both versions’ ways', async () => {
    const nobody = world.nobody('v1');
    const signedIn = (await nobody.post('/auth/login', { email: 'giulia@example.com', password: 'any' }))
      .data;
    const client = (token: string) =>
      createLegacyClient({ url: world.app.url, version: 'v1', recorded: world.recorded, token });
    const owner = client(signedIn.token);
    const me = (await owner.get('/users/me')).data;
    expect(me).toMatchObject({
      role: 'RESTAURANT_OWNER',
      restaurantId: 'demo-bella-napoli',
      restaurantOwner: { restaurantId: 'demo-bella-napoli' },
    });
    expect((await owner.get('/auth/validate')).data).toMatchObject({ valid: true });
    const list = await owner.get(`/restaurants/${me.restaurantId}/payments`);
    expect(list.data).toEqual([]);
    const renewed = (await nobody.post('/auth/refresh', { refreshToken: signedIn.refreshToken })).data;
    expect((await client(renewed.token).get('/users/me')).data.id).toBe(me.id);
    expect((await owner.post('/auth/logout')).success).toBe(true);
    const stranger = nobody.post('/auth/login', { email: 'who@example.com', password: 'x' });
    expect(await refusal(stranger)).toMatchObject({ status: 401 });
  });

  it('scans a table’s code, gets a guest id, and sees the table’s bill', async () => {
    const seat = (await world.nobody('v2').post('/qr/session', { tableId: 'demo-bella-t1' })).data;
    expect(seat).toMatchObject({
      restaurantId: 'demo-bella-napoli',
      isHost: true,
      sessionId: expect.any(String),
    });
    const guest = world.guest('v2', seat.sessionId);
    expect(
      (await guest.get(`/table-sessions/${seat.tableSessionId}/bill`)).data.summary.grandTotal,
    ).toBeGreaterThan(0);
    const unknown = world.nobody('v2').post('/qr/session', { tableId: 'nowhere' });
    // The QR screen takes an answer without `.response` for a broken network.
    expect(await refusal(unknown)).toMatchObject({ kind: 'AxiosError', status: 404 });
  });

  it('learns from any other path which variable is missing', async () => {
    const call = world.nobody('v1').get('/menus/1');
    expect(await refusal(call)).toMatchObject({
      status: 404,
      message: expect.stringMatching(/PLATFORM_API_URL/),
    });
    expect(world.recorded.flatMap(breaches)).toEqual([]);
  });
});

it('the development people are never part of production', () => {
  const env = loadEnv({ NODE_ENV: 'test' });
  const resolver = async () => ({ kind: 'anonymous' }) as const;
  expect(demoPlatform({ ...env, production: true }, resolver)).toBeNull();
  expect(demoPlatform(env, resolver)).not.toBeNull();
});

describe('with a platform', () => {
  let world: LegacyWorld;
  const seen: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const platform = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    if (request.url?.startsWith('/api/v1/redirect')) {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
      return;
    }
    if (request.url?.startsWith('/api/v1/broken')) {
      request.socket.destroy();
      return;
    }
    response
      .writeHead(201, {
        'content-type': 'application/json',
        'access-control-allow-origin': 'https://evil.test',
      })
      .end('{"success":true,"data":{"from":"platform"}}');
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
    const { port } = platform.address() as AddressInfo;
    world = await startLegacyWorld({ PLATFORM_API_URL: `http://127.0.0.1:${port}` });
  });
  afterAll(async () => {
    await world.app.stop();
    platform.close();
  });

  it('paths that the table lacks go there with headers and body, and their answers come back', async () => {
    const recorded: Recorded[] = [];
    const origin = 'http://localhost:3000';
    const client = createLegacyClient({ url: world.app.url, version: 'v1', recorded, token: 't1', origin });
    const login = await client.post('/auth/login?x=1', { email: 'a@b.c', password: 'ü' });
    expect(login.data).toEqual({ from: 'platform' });
    expect(recorded[0]?.status).toBe(201);
    expect(seen.at(-1)).toMatchObject({
      method: 'POST',
      url: '/api/v1/auth/login?x=1',
      body: JSON.stringify({ email: 'a@b.c', password: 'ü' }),
      headers: { authorization: 'Bearer t1', 'content-type': 'application/json' },
    });
    expect(seen.at(-1)?.headers.host).toMatch(/^127\.0\.0\.1/);
  });

  it('a path goes there as it came: double slashes and one at the end are the platform’s to read', async () => {
    for (const path of ['/api/v1/menus/', '/api/v1/restaurants//tables', '/api/v1/a%2Fb/?x=1%2F']) {
      const answer = await fetch(`${world.app.url}${path}`, { headers: { authorization: 'Bearer t1' } });
      expect([answer.status, seen.at(-1)?.url]).toEqual([201, path]);
    }
  });

  it('the browser is answered by this server’s own rules, and no redirect is followed', async () => {
    const answer = await fetch(`${world.app.url}/api/v1//menus/1`, {
      headers: { origin: 'http://localhost:3000' },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(seen.at(-1)?.url).toBe('/api/v1//menus/1');
    const moved = await fetch(`${world.app.url}/api/v1/redirect`, { redirect: 'manual' });
    expect(moved.status).toBe(302);
  });

  it('an address cannot lead out of /api/v1, nor claim where the caller is', async () => {
    const { port, hostname } = new URL(world.app.url);
    const before = seen.length;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const path = '/api/v1/../../internal';
      get({ hostname, port, path, headers: { 'x-forwarded-for': '1.2.3.4' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on('error', reject);
    });
    expect([status, seen.length]).toEqual([404, before]);
    await fetch(`${world.app.url}/api/v1/menus/1`, { headers: { 'x-forwarded-for': '1.2.3.4' } });
    expect(seen.at(-1)?.headers['x-forwarded-for']).toBe('127.0.0.1');
  });

  it('an upload larger than our own rows take passes through', async () => {
    const image = 'x'.repeat(600_000);
    const answer = await fetch(`${world.app.url}/api/v1/menus/1/image`, { method: 'POST', body: image });
    expect([answer.status, seen.at(-1)?.body.length]).toEqual([201, image.length]);
  });

  it('a platform that breaks off is a 503 with message and code', async () => {
    const broken = await refusal(world.guest('v1').get('/broken'));
    expect(broken).toMatchObject({ kind: 'ApiError', status: 503, code: expect.any(String) });
  });

  it('our own rows stay ours', async () => {
    const before = seen.length;
    expect(await refusal(world.guest('v1').get('/payments/nope'))).toMatchObject({ status: 404 });
    expect(seen.length).toBe(before);
  });
});
