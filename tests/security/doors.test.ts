import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDoors, type DoorParts } from '@/server/doors';
import { startTestApp, type TestApp } from '../support/app';

interface DoorRule {
  /** Whether production refuses plain http there. */
  https: boolean;
  who: string;
  /** Where it is looked at who is let in. */
  test: string;
  /** What a request without any credentials is answered. */
  nobody: readonly [method: 'GET' | 'POST', path: string, status: number];
}

const TRPC = { https: true, who: 'by procedure', test: 'tests/security/matrix.test.ts' };
const WEBHOOK = {
  https: true,
  who: 'who signs with a secret of the endpoint',
  test: 'tests/integration/webhooks/signature.test.ts',
};
const ANYONE = {
  who: 'anyone: nothing of anybody stands there',
  test: 'tests/integration/doors/direct-mount.test.ts',
};
const PROBE = { ...ANYONE, https: false };

/** Every door of src/server/doors.ts. */
const DOORS: Readonly<Record<string, DoorRule>> = {
  '/api/trpc': { ...TRPC, nobody: ['GET', '/api/trpc', 404] },
  '/api/trpc/': { ...TRPC, nobody: ['GET', '/api/trpc/paymentMethods.list', 401] },
  '/api/v1/': {
    https: true,
    who: 'by row',
    test: 'tests/contract/matrix.test.ts',
    nobody: ['GET', '/api/v1/payments', 401],
  },
  '/api/webhooks/stripe': { ...WEBHOOK, nobody: ['POST', '/api/webhooks/stripe', 400] },
  '/api/v1/payments/webhooks/stripe': {
    ...WEBHOOK,
    nobody: ['POST', '/api/v1/payments/webhooks/stripe', 400],
  },
  '/api/exports/': {
    https: true,
    who: 'who may see the rows, or has the link of a file',
    test: 'tests/integration/exports/direct.test.ts',
    nobody: ['GET', '/api/exports/payments.csv', 401],
  },
  '/api/auth/': {
    https: true,
    who: 'by endpoint of better-auth',
    test: 'tests/security/login-endpoints.test.ts',
    nobody: ['GET', '/api/auth/list-sessions', 401],
  },
  '/n/': {
    https: true,
    who: 'who has the link of a mail',
    test: 'tests/integration/notifications/opt-out.test.ts',
    nobody: ['GET', '/n/none', 404],
  },
  '/metrics': {
    https: false,
    who: 'who has METRICS_TOKEN; without one, this machine',
    test: 'tests/integration/doors/direct-mount.test.ts',
    nobody: ['GET', '/metrics', 401],
  },
  '/api/v1/openapi.json': { ...PROBE, nobody: ['GET', '/api/v1/openapi.json', 200] },
  '/api/docs': { ...PROBE, nobody: ['GET', '/api/docs', 200] },
  '/health': { ...PROBE, nobody: ['GET', '/health', 200] },
  '/ready': { ...PROBE, nobody: ['GET', '/ready', 200] },
  '/live': { ...PROBE, nobody: ['GET', '/live', 200] },
};

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { METRICS_TOKEN: 'a-token-of-at-least-32-characters' } });
});
afterAll(() => app?.stop());

/** As the app makes them; nobody is let in by these, they are only looked at. */
function doorsOfApp() {
  const { deps, metrics, login, resolveActor } = app.server.app;
  const parts = { deps, metrics, login, resolveActor, tracing: null } as unknown as DoorParts;
  const { doors, prefixes } = createDoors({ ...parts, probes: {} as DoorParts['probes'] });
  return new Map([...doors, ...prefixes]);
}

it('every door has a rule here: whether it needs https, who is let in, and which test looks at that', () => {
  const doors = doorsOfApp();
  expect(Object.keys(DOORS).sort()).toEqual([...doors.keys()].sort());
  const rules = Object.entries(DOORS);
  expect(Object.fromEntries([...doors].map(([path, { needsHttps }]) => [path, needsHttps]))).toEqual(
    Object.fromEntries(rules.map(([path, { https }]) => [path, https])),
  );
  expect(rules.filter(([, { test }]) => !existsSync(test))).toEqual([]);
});

it.each(Object.entries(DOORS))(
  '%s answers nobody as its rule says',
  async (_path, { nobody: [method, path, status] }) => {
    const response = await fetch(`${app.url}${path}`, { method, ...(method === 'POST' && { body: '{}' }) });
    expect(response.status).toBe(status);
  },
);
