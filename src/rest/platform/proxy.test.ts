import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { PROXY_LIMIT_MS, proxyToPlatform } from './proxy';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listen(answer: Parameters<typeof createServer>[1]): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('a silent platform is given up in time to tell the client, which waits 10 s', async () => {
  expect(PROXY_LIMIT_MS).toBeLessThan(10_000);
  const platform = await listen(() => undefined);
  const call = proxyToPlatform(platform, new Request('http://x/api/v1/menus'), '/api/v1/menus', null, 50);
  await expect(call).rejects.toMatchObject({ code: 'PLATFORM_UNAVAILABLE', kind: 'UNAVAILABLE' });
});

it('a platform that begins to answer in time is not cut off by what the caller was given', async () => {
  const platform = await listen((request, response) => void response.end(`${request.method} ${request.url}`));
  const answer = await proxyToPlatform(
    platform,
    new Request('http://x/api/v1/a?b=1'),
    '/api/v1/a',
    null,
    5_000,
  );
  expect([answer.status, await answer.text()]).toEqual([200, 'GET /api/v1/a?b=1']);
});
