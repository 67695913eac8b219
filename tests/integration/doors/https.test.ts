import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '@/observability/metrics';
import { createCors } from '@/server/cors';
import { plainRefusal } from '@/server/door';
import { createHttp } from '@/server/http';
import { closeServer, createHttpServer, listen } from '@/server/listen';
import { createListener } from '@/server/listener';

/** One payment door and one probe behind the production rules, as a server that trusts `hops` proxies. */
async function startProduction(hops: number) {
  const settings = { production: true, trustedProxyHops: hops, publicUrl: 'https://pay.example.com/base' };
  const door = (name: string, needsHttps: boolean) => ({
    name,
    maxBodyBytes: 100,
    isForBrowsers: false,
    needsHttps,
    handle: async () => Response.json({ ok: true }),
    refuse: plainRefusal,
  });
  const quiet = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const http = createHttp({
    settings,
    doors: new Map([
      ['/api/pay', door('pay', true)],
      ['/health', door('health', false)],
    ]),
    prefixes: [],
    cors: createCors([]),
    tracing: null,
    metrics: createMetrics({ process: false }),
    log: quiet,
  });
  const server = createHttpServer();
  server.on(
    'request',
    createListener({ http, settings, next: null, mount: 'direct', dev: false, simulatorUrl: null }),
  );
  const port = await listen(server, 0, '127.0.0.1');
  return { port, stop: () => closeServer(server, 0) };
}

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

function ask(port: number, path: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ port, host: '127.0.0.1', path, method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    call.on('error', reject).end();
  });
}

const PUBLIC = { host: 'pay.example.com' };

describe('in production', () => {
  let proxied: Awaited<ReturnType<typeof startProduction>>;
  let bare: Awaited<ReturnType<typeof startProduction>>;
  beforeAll(async () => {
    [proxied, bare] = await Promise.all([startProduction(1), startProduction(0)]);
  });
  afterAll(async () => {
    await Promise.all([proxied.stop(), bare.stop()]);
  });

  it('a payment door takes what came by https through the trusted proxy, and says so to browsers', async () => {
    const answer = await ask(proxied.port, '/api/pay', { ...PUBLIC, 'x-forwarded-proto': 'https' });
    expect(answer.status).toBe(200);
    expect(answer.headers['strict-transport-security']).toContain('max-age=31536000');
  });

  it.each([
    ['plain http', 1, { 'x-forwarded-proto': 'http' }],
    ['no word about the scheme', 1, {}],
    ['https that only the caller claims', 1, { 'x-forwarded-proto': 'https, http' }],
    ['https claimed without a trusted proxy', 0, { 'x-forwarded-proto': 'https' }],
    ['a request straight to the port', 0, {}],
    ['a local proxy that hides the public name', 1, { host: 'localhost:5001' }],
  ])('a payment door refuses %s', async (_name, hops, headers) => {
    const { port } = hops === 1 ? proxied : bare;
    const answer = await ask(port, '/api/pay', { ...PUBLIC, ...headers });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.body)).toMatchObject({ success: false, code: 'HTTPS_REQUIRED' });
  });

  it('somebody on the machine itself may try it without TLS', async () => {
    expect((await ask(bare.port, '/api/pay', { host: `localhost:${bare.port}` })).status).toBe(200);
  });

  it('probes answer without https', async () => {
    expect((await ask(proxied.port, '/health', PUBLIC)).status).toBe(200);
  });

  it('a page moves to https, on the port of https', async () => {
    const answer = await ask(proxied.port, '/r/token?x=1', { host: 'pay.example.com:8080' });
    expect([answer.status, answer.headers.location]).toEqual([308, 'https://pay.example.com/r/token?x=1']);
  });

  it('a POST over plain HTTP is refused, not redirected', async () => {
    expect((await ask(proxied.port, '/form', PUBLIC, 'POST')).status).toBe(403);
  });

  it.each(['evil.example', 'a@evil.example', 'evil.example:443', 'pay.example.com.evil.example'])(
    'a forged host is never redirected to: %s',
    async (host) => {
      const answer = await ask(proxied.port, '/admin', { host });
      expect([answer.status, answer.headers.location]).toEqual([308, 'https://pay.example.com/admin']);
    },
  );

  it('a host written into the path is not redirected to', async () => {
    const answer = await ask(proxied.port, '//evil.example/x', PUBLIC);
    expect(answer.headers.location).toBe('https://pay.example.com//evil.example/x');
  });

  it('a Host header that makes no valid address is refused', async () => {
    const answer = await ask(proxied.port, '/', { host: 'a@evil.example:x/y' });
    expect([answer.status, answer.headers.location]).toEqual([400, undefined]);
  });
});
