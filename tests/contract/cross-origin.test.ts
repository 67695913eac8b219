import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser';
import { type LegacyWorld, startLegacyWorld } from './support';
import { breaches } from './wire-rules';

/** What a page could read of an answer; `blocked`: the browser kept it back. */
type Seen = { status: number; retryAfter: string | null; body: unknown } | 'blocked';

const frontend = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<title>frontend</title>');
});
let world: LegacyWorld;
let browser: Browser;
let page: Page;
let stranger: Page;

beforeAll(async () => {
  await new Promise<void>((resolve) => frontend.listen(0, '127.0.0.1', resolve));
  const { port } = frontend.address() as AddressInfo;
  world = await startLegacyWorld({
    CORS_ORIGINS: `http://127.0.0.1:${port}`,
    PAYMENT_RATE_LIMIT_PER_15_MINUTES: '1',
  });
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  stranger = await browser.newPage();
  await stranger.goto(`http://localhost:${port}/`);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  frontend.close();
  await world?.app.stop();
});

function ask(from: Page, path: string, init: object = {}): Promise<Seen> {
  return from.evaluate(
    async ([url, options]) => {
      try {
        const response = await fetch(url as string, options as RequestInit);
        const body: unknown = await response.json();
        return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
      } catch {
        return 'blocked' as const;
      }
    },
    [`${world.app.url}/api/v1${path}`, init],
  );
}

it('a page of the frontend reads answers and refusals of every verb it uses', async () => {
  const authorization = `Bearer ${await world.app.token('ADMIN', 'admin-1')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const guest = { 'x-session-id': world.session.guests[0], 'content-type': 'application/json' };
  const orderId = await world.order();
  const start = { method: 'POST', headers: guest, body: JSON.stringify({ orderId }) };
  const seen = {
    list: await ask(page, '/restaurants//payments', { headers }),
    started: await ask(page, '/payments/intent', start),
    limited: await ask(page, '/payments/intent', start),
    tipped: await ask(page, `/orders/${orderId}/tip`, {
      method: 'PATCH',
      headers: guest,
      body: '{"tipAmount":1}',
    }),
    missing: await ask(page, '/payments/undefined/status', {
      method: 'PUT',
      headers,
      body: '{"status":"REFUNDED"}',
    }),
    deleted: await ask(page, '/payments/undefined', { method: 'DELETE', headers }),
    nobody: await ask(page, '/payments'),
  };
  const statuses = Object.entries(seen).map(([name, at]) => [name, at === 'blocked' ? at : at.status]);
  expect(Object.fromEntries(statuses)).toEqual({
    list: 200,
    started: 201,
    limited: 429,
    tipped: 200,
    missing: 404,
    deleted: 404,
    nobody: 401,
  });
  expect(Number(seen.limited === 'blocked' ? 0 : seen.limited.retryAfter)).toBeGreaterThan(0);
  for (const [request, at] of Object.entries(seen))
    if (at !== 'blocked') expect(breaches({ request, ...at })).toEqual([]);
});

it('a page from elsewhere reads nothing', async () => {
  expect(await ask(stranger, '/payments')).toBe('blocked');
});
