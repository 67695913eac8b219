import { beforeAll, describe, expect, it } from 'vitest';
import {
  newKey,
  payWithCard,
  refusalOf,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';

const ORIGIN = 'http://localhost:3002';
const WEBHOOK_PATHS = ['/api/webhooks/stripe', '/api/v1/payments/webhooks/stripe'];

/** What both mounts must do alike. */
export function describeDoors(mount: 'direct' | 'next', getApp: () => TestApp): void {
  describe(`through the ${mount} mount`, () => {
    let app: TestApp;
    let restaurant: SeededRestaurant;
    let session: SeededSession;
    const post = (path: string, body: string, headers: Record<string, string> = {}) =>
      fetch(`${app.url}${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
      });

    beforeAll(async () => {
      app = getApp();
      const service = await app.asService();
      restaurant = await seedRestaurant(service);
      session = await seedSession(service, restaurant);
    });

    it('a guest pays a bill: intent, card, signed webhook, receipt', async () => {
      const [guestId] = session.guests;
      const orderId = await seedOrder(await app.asService(), restaurant, {
        session,
        guestSessionId: guestId,
      });
      const guest = app.asGuest(guestId);
      const payment = await guest.payments.create.mutate({
        orderId,
        tipMinor: 300,
        idempotencyKey: newKey(),
      });
      expect(payment).toMatchObject({ status: 'PENDING', totalMinor: 3000, currency: 'USD' });
      expect((await payWithCard(app, payment)).status).toBe(200);
      await waitForStatus(guest, payment.id, 'COMPLETED');
      // Which card it was comes with an event of its own.
      await app.simulator.control.waitForDeliveries();
      const receipt = await guest.payments.receipt.query({ paymentId: payment.id });
      expect(receipt).toMatchObject({ totalMinor: 3000, tipMinor: 300 });
      const token = new URL(receipt.url).pathname.split('/').at(-1) ?? '';
      expect(await app.anonymous().payments.receiptByToken.query({ token })).toEqual(receipt);
    });

    it.each(WEBHOOK_PATHS)(
      'a webhook at %s is verified over the exact bytes that were sent',
      async (path) => {
        const body = `{ "id":"evt_${newKey()}", "object":"event",  "type":"balance.available", "created":${nowSec()},
        "note":"Zürich ✓ 😀", "data":{"object":{"object":"balance"}} }`;
        const [secret = ''] = app.env.stripe.webhookSecrets;
        const good = await post(path, body, { 'stripe-signature': await sign(secret, body) });
        expect([good.status, await good.json()]).toEqual([200, { received: true }]);
        const changed = await post(path, body.replace('  ', ' '), {
          'stripe-signature': await sign(secret, body),
        });
        expect(changed.status).toBe(400);
      },
    );

    it('a refused webhook leaves a counter as its only trace', async () => {
      const response = await post('/api/webhooks/stripe', '{}');
      expect(response.status).toBe(400);
      expect(await app.server.app.metrics.render()).toMatch(
        /tabsy_webhook_signature_failures_total\{reason="missing"\} [1-9]/,
      );
    });

    it('a body over the limit is refused with 413, declared or not', async () => {
      const large = 'x'.repeat(1024 * 1024 + 1);
      expect((await post('/api/webhooks/stripe', large)).status).toBe(413);
      const stream = new Blob([large]).stream();
      const undeclared = await fetch(`${app.url}/api/webhooks/stripe`, {
        method: 'POST',
        body: stream,
        duplex: 'half',
      } as RequestInit);
      expect(undeclared.status).toBe(413);
      const rpc = await post('/api/trpc/payments.create', `"${'x'.repeat(256 * 1024)}"`);
      expect(rpc.status).toBe(413);
      expect(await rpc.json()).toMatchObject({
        error: { json: { data: { code: 'PAYLOAD_TOO_LARGE', appCode: 'PAYLOAD_TOO_LARGE' } } },
      });
    });

    it('errors have a code to branch on, a request id to quote, and no stack', async () => {
      const response = await fetch(
        `${app.url}/api/trpc/payments.get?input=${encodeURIComponent('{"json":{"paymentId":"nope"}}')}`,
        { headers: { 'x-request-id': 'my-request-1', origin: ORIGIN } },
      );
      const { error } = (await response.json()) as { error: { json: Record<string, unknown> } };
      expect(error.json.data).toMatchObject({ appCode: expect.any(String), requestId: 'my-request-1' });
      expect(JSON.stringify(error)).not.toMatch(/stack|node_modules|\.ts:/);
      expect(response.headers.get('x-request-id')).toBe('my-request-1');
      expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    });

    it.each([
      ['broken JSON', 'payments.create', '{', 400, 'INVALID_INPUT'],
      ['an unknown procedure', 'payments.nope', '{}', 404, 'NOT_FOUND'],
      ['the wrong method', 'payments.get', '{}', 405, 'INVALID_INPUT'],
    ])('%s is the caller’s error', async (_name, procedure, body, status, appCode) => {
      const response = await post(`/api/trpc/${procedure}`, body);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ error: { json: { data: { appCode } } } });
    });

    it('a batch of more than ten calls is refused', async () => {
      const batch = (size: number) =>
        fetch(`${app.url}/api/trpc/${Array(size).fill('payments.config').join(',')}?batch=1&input={}`);
      expect((await batch(10)).status).toBe(200);
      expect((await batch(11)).status).toBe(400);
    });

    it('browsers of listed origins may call, others may not', async () => {
      const preflight = (origin: string) =>
        fetch(`${app.url}/api/trpc/payments.get`, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization,x-session-id',
          },
        });
      const listed = await preflight(ORIGIN);
      expect(listed.status).toBe(204);
      expect(listed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(listed.headers.get('access-control-allow-headers')).toContain('x-session-id');
      expect(listed.headers.get('access-control-allow-credentials')).toBeNull();
      const other = await preflight('https://evil.example');
      expect(other.headers.get('access-control-allow-origin')).toBeNull();
    });

    it('probes answer both shapes that the frontends read', async () => {
      const response = await fetch(`${app.url}/health`, { headers: { origin: ORIGIN } });
      const body = (await response.json()) as Record<string, unknown>;
      const { success, data, ...top } = body;
      expect([response.status, success]).toEqual([200, true]);
      expect(data).toEqual(top);
      expect(top).toMatchObject({
        status: 'healthy',
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        version: expect.any(String),
        uptime: expect.any(Number),
        database: { connected: true, latency: expect.any(Number) },
        redis: { connected: false, latency: null },
        services: { stripe: true, database: true },
        memory: { used: expect.any(Number), total: expect.any(Number) },
        responseTime: expect.any(Number),
      });
      for (const [path, key] of [
        ['/ready', 'ready'],
        ['/live', 'alive'],
      ] as const) {
        const probe = await fetch(`${app.url}${path}`);
        expect([probe.status, await probe.json()]).toEqual([
          200,
          { success: true, data: { [key]: true }, [key]: true },
        ]);
      }
    });

    it('answers carry the security headers', async () => {
      const { headers } = await fetch(`${app.url}/api/trpc/payments.config`);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
    });

    it('a bad token is refused even where a good guest id stands beside it', async () => {
      const both = app.with({ authorization: 'Bearer x.y.z', 'x-session-id': session.guests[0] });
      expect(await refusalOf(both.payments.list.query({}))).toMatchObject({
        code: 'UNAUTHORIZED',
        appCode: 'TOKEN_INVALID',
      });
    });

    it('the log never holds what callers prove themselves with', async () => {
      const token = await app.token('CUSTOMER', 'u-log');
      await refusalOf(
        app.with({ authorization: `Bearer ${token}` }).payments.get.query({ paymentId: newKey() }),
      );
      await waitFor('a log line of the refusal', () =>
        app.logLines.some((line) => line.includes('payments.get')),
      );
      const log = app.logLines.join('');
      for (const secret of [token, ...session.guests, '_secret_']) expect(log).not.toContain(secret);
    });
  });
}

function nowSec(): number {
  return Math.floor(Date.now() / 1000);
}

async function sign(secret: string, body: string): Promise<string> {
  const { createHmac } = await import('node:crypto');
  const signature = createHmac('sha256', secret).update(`${nowSec()}.${body}`).digest('hex');
  return `t=${nowSec()},v1=${signature}`;
}
