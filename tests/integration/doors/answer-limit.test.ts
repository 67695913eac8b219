import { expect, test } from 'vitest';
import { createMetrics } from '@/observability/metrics';
import { createCors } from '@/server/cors';
import { type Door, plainRefusal } from '@/server/door';
import { createHttp } from '@/server/http';

const warned: string[] = [];
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (_fields: object, text: string) => void warned.push(text),
  error: () => undefined,
};

function ask(handle: Door['handle']): Promise<Response> {
  const door: Door = {
    name: 'pay',
    maxBodyBytes: 100,
    isForBrowsers: false,
    needsHttps: false,
    handle,
    refuse: plainRefusal,
  };
  const http = createHttp({
    settings: { production: false, trustedProxyHops: 0, answerLimitMs: 20 },
    doors: new Map([['/api/pay', door]]),
    prefixes: [],
    cors: createCors([]),
    tracing: null,
    metrics: createMetrics({ process: false }),
    log,
  });
  return http.fetch(new Request('http://localhost/api/pay'), {
    remoteAddress: '127.0.0.1',
    isEncrypted: false,
  });
}

test('a door that does not come to an answer says so, and when to come again', async () => {
  const response = await ask(() => new Promise(() => undefined));
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('2');
  expect(await response.json()).toMatchObject({
    code: 'DATABASE_UNAVAILABLE',
    message: expect.stringContaining('same idempotency key'),
  });
});

test('a database that is away is a 503, a bug a 500', async () => {
  const away = await ask(() => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })));
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await away.json()).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(warned).toEqual(['a door cannot answer now']);
  const bug = await ask(() => Promise.reject(new TypeError('x of undefined')));
  expect([bug.status, bug.headers.get('retry-after')]).toEqual([500, null]);
});

test('an answer in time keeps its own Retry-After', async () => {
  const response = await ask(
    async () => new Response('full', { status: 503, headers: { 'retry-after': '7' } }),
  );
  expect(response.headers.get('retry-after')).toBe('7');
});
