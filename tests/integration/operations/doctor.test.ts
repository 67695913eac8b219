import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { examine } from '@/cli/doctor/examine';
import type { Finding } from '@/cli/doctor/finding';
import { judgeEnv, loadEnv } from '@/env';
import { DEVELOPMENT, SDK_API_VERSION } from '@/env.variables';
import { EVENT_TYPES } from '@/webhooks/event-types';
import { seedRestaurant, startTestApp, type TestApp } from '../../support/app';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { hasRedis, startRedis } from '../../support/redis';
import { startSmtpServer } from '../../support/smtp-server';
import { runCommand } from '../cli/run-command';

/** `npm run doctor` against a running service, its database and the simulator. */
let database: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 2 });
  app = await startTestApp({ database, worker: true });
  await seedRestaurant(await app.asService(), { currency: 'EUR' });
});
afterAll(async () => {
  await app?.stop();
  await database?.drop();
});
beforeEach(() => app.simulator.control.reset());

const variables = (more: Record<string, string> = {}) => ({
  NODE_ENV: 'test',
  DATABASE_URL: database.url,
  STRIPE_SECRET_KEY: 'sk_test_doctor_only_0000',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_doctor_only_0000',
  STRIPE_WEBHOOK_SECRET: DEVELOPMENT.webhookSecret,
  STRIPE_API_BASE: app.simulator.url,
  WEBHOOK_BASE_URL: app.url,
  CORS_ORIGINS: 'https://app.example.com',
  ...more,
});
const ask = (more: Record<string, string> = {}, fix = false) =>
  examine(judgeEnv(variables(more) as NodeJS.ProcessEnv), { fix });
const about = (findings: readonly Finding[], item: string) => findings.filter((one) => one.item === item);
const levels = (findings: readonly Finding[], item: string) => about(findings, item).map((one) => one.level);

/** What the secret key may do at Stripe; the simulator's own client would be a second opinion. */
async function stripe(method: string, resource: string, form: Record<string, string> = {}) {
  const url = `${app.simulator.url}/v1/${resource}`;
  const body = method === 'GET' ? undefined : new URLSearchParams(form);
  const headers = { authorization: `Bearer ${variables().STRIPE_SECRET_KEY}` };
  const response = await fetch(url, { method, headers, ...(body && { body }) });
  return (await response.json()) as { id: string; data: Record<string, unknown>[] };
}
const removeEndpoints = async () => {
  for (const { id } of (await stripe('GET', 'webhook_endpoints')).data)
    await stripe('DELETE', `webhook_endpoints/${id}`);
};
const addEndpoint = (form: Record<string, string>) =>
  stripe('POST', 'webhook_endpoints', { url: `${app.url}/api/webhooks/stripe`, ...form });

test('of a service that is well it says what is so, line by line', async () => {
  await stripe('POST', 'payment_method_domains', { domain_name: 'app.example.com' });
  const findings = await ask();
  const items = findings.filter(({ level }) => level === 'ok').map(({ item }) => item);
  expect(items).toEqual([
    ...['configuration', 'database', 'clock', 'connections', 'migrations', 'live events', 'dead letters'],
    ...[
      'worker',
      'Stripe account',
      'Stripe requests',
      'charges',
      'payouts',
      'currencies',
      'wallets on app.example.com',
    ],
    ...['webhook endpoint', 'events', 'API version', 'webhook address'],
  ]);
  expect(about(findings, 'currencies')[0]?.text).toBe('EUR, USD can be charged');
  expect(about(findings, 'Stripe requests')[0]?.text).toMatch(/^25 a second from each node/);
  expect(about(findings, 'settlement')[0]?.text).toMatch(/^EUR may be exchanged to USD/);
  // The server of the tests trades safety for speed, which is what this line is for.
  expect(about(findings, 'durability')).toEqual([
    { level: 'fail', item: 'durability', text: expect.stringContaining('fsync') },
  ]);
});

test('a missing endpoint is a failure, and with --fix it is created with the events and version that are tested', async () => {
  await removeEndpoints();
  expect(about(await ask(), 'webhook endpoint')).toEqual([
    { level: 'fail', item: 'webhook endpoint', text: expect.stringContaining('-- --fix') },
  ]);
  const [created] = about(await ask({}, true), 'webhook endpoint');
  expect(created).toMatchObject({
    level: 'ok',
    text: expect.stringMatching(/STRIPE_WEBHOOK_SECRET=whsec_\w+/),
  });
  expect((await stripe('GET', 'webhook_endpoints')).data).toEqual([
    expect.objectContaining({
      url: `${app.url}/api/webhooks/stripe`,
      api_version: SDK_API_VERSION,
      enabled_events: [...EVENT_TYPES],
      status: 'enabled',
    }),
  ]);
  expect(levels(await ask(), 'events')).toEqual(['ok']);
});

test('an endpoint that is disabled or lacks events is named, and with --fix mended without losing what it had', async () => {
  await removeEndpoints();
  const { id } = await addEndpoint({
    'enabled_events[0]': 'payment_intent.succeeded',
    'enabled_events[1]': 'charge.captured',
  });
  await stripe('POST', `webhook_endpoints/${id}`, { disabled: 'true' });
  const before = await ask();
  expect(levels(before, 'webhook endpoint')).toEqual(['fail']);
  expect(about(before, 'events')[0]?.text).toContain('payment_intent.payment_failed');
  expect(levels(await ask({}, true), 'webhook endpoint')).toEqual(['ok']);
  expect((await stripe('GET', 'webhook_endpoints')).data[0]).toMatchObject({
    id,
    status: 'enabled',
    enabled_events: expect.arrayContaining(['charge.captured', ...EVENT_TYPES]),
  });
});

test('two endpoints that lead here, and one of another version, are warned about', async () => {
  await addEndpoint({ 'enabled_events[0]': '*' });
  expect(levels(await ask(), 'webhook endpoint')).toEqual(['warn', 'ok']);
  await removeEndpoints();
  await addEndpoint({ 'enabled_events[0]': '*', api_version: '2023-10-16' });
  expect(about(await ask(), 'API version')).toEqual([
    { level: 'warn', item: 'API version', text: expect.stringContaining('2023-10-16') },
  ]);
  expect(levels(await ask({ STRIPE_API_VERSION: '2023-10-16' }), 'API version')).toEqual(['warn']);
});

test('a domain without wallets, an origin without https and an address that leads elsewhere are warned about', async () => {
  const findings = await ask({ WEBHOOK_BASE_URL: app.simulator.url });
  expect(about(findings, 'wallets on app.example.com')[0]?.text).toContain('Payment method domains');
  expect(levels(findings, 'webhook address')).toEqual(['warn']);
  expect(levels(await ask({ CORS_ORIGINS: 'http://localhost:3000' }), 'wallets')).toEqual(['warn']);
  expect(levels(await ask({ WEBHOOK_BASE_URL: 'http://127.0.0.1:9' }), 'webhook address')).toEqual(['warn']);
});

/** A host that refuses everything with one status, as Stripe does for a bad key or a missing right. */
async function refusing(status: number, work: (url: string) => Promise<void>) {
  const body = JSON.stringify({ error: { type: 'invalid_request_error', message: 'refused' } });
  const server = createServer((_, answer) => answer.writeHead(status).end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('Stripe that refuses the key, or is away, is a failure; a right that is missing is a warning', async () => {
  expect(levels(await ask({ STRIPE_API_BASE: 'http://127.0.0.1:9' }), 'Stripe account')).toEqual(['fail']);
  await refusing(401, async (url) => {
    expect(about(await ask({ STRIPE_API_BASE: url }), 'Stripe account')).toEqual([
      { level: 'fail', item: 'Stripe account', text: expect.stringContaining('STRIPE_SECRET_KEY') },
    ]);
  });
  await refusing(403, async (url) => {
    expect(levels(await ask({ STRIPE_API_BASE: url }), 'webhook endpoint')).toEqual(['warn']);
  });
});

test('a database that is away, not migrated, or poured into another server is named', async () => {
  const away = await ask({ DATABASE_URL: 'postgresql://tabsy@127.0.0.1:9/tabsy' });
  expect(about(away, 'database')[0]).toMatchObject({
    level: 'fail',
    text: expect.stringContaining('ECONNREFUSED'),
  });
  const empty = await createTestDatabase({ empty: true });
  expect(about(await ask({ DATABASE_URL: empty.url }), 'migrations')[0]).toMatchObject({
    level: 'warn',
    text: expect.stringContaining('0001_core'),
  });
  await empty.drop();
  const poured = await createTestDatabase();
  await poured.pool.query(
    `INSERT INTO outbox_events (xid, event_id, type, payload) VALUES (9000000000, gen_random_uuid(), 'order:created', '{}')`,
  );
  await poured.pool.query(
    `INSERT INTO webhook_events (event_id, type, object_id, event_created_at, state)
     VALUES ('evt_dead', 'charge.updated', 'ch_1', now(), 'DEAD')`,
  );
  const findings = await ask({ DATABASE_URL: poured.url });
  expect([levels(findings, 'live events'), levels(findings, 'dead letters')]).toEqual([['fail'], ['fail']]);
  expect(levels(findings, 'worker')).toEqual(['warn']);
  await poured.drop();
});

test('a configuration that no node would start with is told problem by problem', async () => {
  const findings = await ask({ STRIPE_PUBLISHABLE_KEY: 'pk_live_0000000000', MIN_PAYMENT_AMOUNT: '0' });
  expect(findings.map(({ level, item }) => `${level} ${item}`)).toEqual([
    'fail configuration',
    'fail configuration',
  ]);
  const {
    STRIPE_SECRET_KEY: _,
    STRIPE_PUBLISHABLE_KEY: __,
    STRIPE_API_BASE: ___,
    ...withoutStripe
  } = variables();
  const simulated = await examine(judgeEnv(withoutStripe as NodeJS.ProcessEnv), { fix: false });
  expect(levels(simulated, 'Stripe')).toEqual(['warn']);
});

test('a missing webhook secret is a failure of its own, and --fix makes the endpoint that has one', async () => {
  await removeEndpoints();
  const { STRIPE_WEBHOOK_SECRET: _, ...unset } = variables({
    NODE_ENV: 'development',
    JWT_SECRET: 'j'.repeat(40),
  });
  const judged = () => judgeEnv(unset as NodeJS.ProcessEnv);
  expect(judged().problems).toHaveLength(1);
  const before = await examine(judged(), { fix: false });
  expect(about(before, 'configuration').slice(0, 1)).toEqual([
    {
      level: 'fail',
      item: 'configuration',
      text: expect.stringMatching(/^STRIPE_WEBHOOK_SECRET is missing/),
    },
  ]);
  expect(levels(before, 'webhook endpoint')).toEqual(['fail']);
  expect(levels(before, 'database')).toEqual(['ok']);
  const after = await examine(judged(), { fix: true });
  expect(about(after, 'webhook endpoint')[0]?.text).toMatch(
    /Set STRIPE_WEBHOOK_SECRET=whsec_\w+ and restart/,
  );
  expect(levels(after, 'webhook endpoint')).toEqual(['ok']);
  // Nobody else goes on without it.
  expect(() => loadEnv(unset as NodeJS.ProcessEnv)).toThrow('STRIPE_WEBHOOK_SECRET is missing');
});

test('real keys in development mode are warned about: the rules of production were not examined', async () => {
  const findings = await ask({ NODE_ENV: 'development', JWT_SECRET: 'j'.repeat(40) });
  expect(about(findings, 'configuration')).toEqual([
    {
      level: 'warn',
      item: 'configuration',
      text: expect.stringContaining('set NODE_ENV=production (in .env)'),
    },
  ]);
});

test('a replica that is none, or away, is named', async () => {
  expect(about(await ask({ DATABASE_REPLICA_URL: database.url }), 'replica')).toEqual([
    { level: 'warn', item: 'replica', text: expect.stringContaining('is no standby') },
  ]);
  const away = await ask({ DATABASE_REPLICA_URL: 'postgresql://tabsy:secret-of-it@127.0.0.1:9/tabsy' });
  const text = 'The database of DATABASE_REPLICA_URL does not answer (ECONNREFUSED)';
  expect(about(away, 'replica')).toEqual([
    { level: 'fail', item: 'replica', text: expect.stringContaining(text) },
  ]);
  expect(JSON.stringify(away)).not.toContain('secret-of-it');
});

test('a Redis that is away is named', async () => {
  expect(about(await ask({ REDIS_URL: 'redis://:secret-of-it@127.0.0.1:9' }), 'Redis')).toEqual([
    {
      level: 'warn',
      item: 'Redis',
      text: expect.stringMatching(/^REDIS_URL does not answer \(.*ECONNREFUSED/),
    },
  ]);
});

test.runIf(hasRedis)('a Redis that answers is well; one that hangs is not waited for', async () => {
  const redis = await startRedis();
  try {
    expect(levels(await ask({ REDIS_URL: redis.url }), 'Redis')).toEqual(['ok']);
    redis.freeze();
    expect(levels(await ask({ REDIS_URL: redis.url }), 'Redis')).toEqual(['warn']);
  } finally {
    await redis.stop();
  }
});

test('a mail server is greeted, and one that is away is named', async () => {
  const server = await startSmtpServer();
  const mail = { MAIL_FROM: 'receipts@example.com' };
  expect(levels(await ask({ ...mail, SMTP_URL: server.url }), 'mail')).toEqual(['ok']);
  expect(server.mails).toEqual([]);
  await server.stop();
  expect(levels(await ask({ ...mail, SMTP_URL: server.url }), 'mail')).toEqual(['warn']);
});

test('keys and the identity provider are asked for, and named when they are not there', async () => {
  const json = {
    '/keys': { keys: [{}] },
    '/.well-known/openid-configuration': { authorization_endpoint: 'x' },
  };
  const server = createServer(({ url }, answer) => {
    const body = Object.entries(json).find(([known]) => known === url)?.[1];
    answer.writeHead(body ? 200 : 404).end(JSON.stringify(body ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked = async (keys: string, issuer: string) => {
    const oidc = { OIDC_ISSUER_URL: issuer, OIDC_CLIENT_ID: 'id', OIDC_CLIENT_SECRET: 'secret' };
    const findings = await ask({ JWT_JWKS_URL: keys, ...oidc });
    return [...levels(findings, 'token keys'), ...levels(findings, 'identity provider')];
  };
  expect(await asked(`${base}/keys`, base)).toEqual(['ok', 'ok']);
  expect(await asked(`${base}/elsewhere`, `${base}/elsewhere`)).toEqual(['fail', 'warn']);
  server.closeAllConnections();
  server.close();
  expect(await asked(`${base}/keys`, base)).toEqual(['fail', 'warn']);
});

test('as a command it prints a line each and ends with 1 on a failure, with 0 on warnings', async () => {
  await removeEndpoints();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tabsy-doctor-'));
  const { DATABASE_URL: _, ...own } = variables({ NODE_ENV: 'development', DATA_DIR: dataDir });
  try {
    const sick = await runCommand('src/cli/doctor.ts', [], own);
    expect(sick.stdout).toMatch(/^FAIL {2}webhook endpoint: none leads to /m);
    expect(sick.stdout).toMatch(/^ok {4}durability: /m);
    expect(sick.code).toBe(1);
    const mended = await runCommand('src/cli/doctor.ts', ['--fix'], own);
    expect(mended.stdout.trim().split('\n').at(-1)).toMatch(/^doctor: \d+ ok, \d+ warnings, 0 failures$/);
    expect(mended.code).toBe(0);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}, 240_000);

test('the list of events is what the handlers speak of', async () => {
  const folder = 'src/webhooks/handlers';
  const sources = await Promise.all(
    (await readdir(folder)).map((file) => readFile(path.join(folder, file), 'utf8')),
  );
  const quoted = sources.flatMap((text) => [
    ...text.matchAll(/'((?:payment_intent|payment_method|charge)\.\w+)'/g),
  ]);
  const named = new Set(quoted.map(([, type]) => type ?? ''));
  expect(named.size).toBeGreaterThan(8);
  expect([...named].filter((type) => !EVENT_TYPES.some((known) => known === type))).toEqual([]);
  // Objects whose every event tells how they stand: their handlers name no types in code.
  const whole = EVENT_TYPES.filter((type) => /^(refund|payout|charge\.dispute)\./.test(type));
  expect([...named, ...whole].toSorted()).toEqual(EVENT_TYPES.toSorted());
});
