import { afterAll, beforeAll, expect, test } from 'vitest';
import { newKey, payWithCard, startTestApp, type TestApp, waitFor, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { type OtlpCollector, startOtlpCollector } from '../../support/otlp-collector';
import { setScene } from '../payments/support';

/** Traces, on and off. Stopping the service sends what it has, so that the test waits for nothing. */
let collector: OtlpCollector;
beforeAll(async () => {
  collector = await startOtlpCollector();
});
afterAll(() => collector.stop());

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';

async function payOnce(app: TestApp, traceparent?: string) {
  const { guest, session, orderId } = await setScene(app);
  const response = await fetch(`${app.url}/api/trpc/payments.create`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-session-id': session.guests[0],
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    body: JSON.stringify({ json: { orderId, tipMinor: 0, idempotencyKey: newKey() } }),
  });
  const payment = (
    (await response.json()) as {
      result: { data: { json: Parameters<typeof payWithCard>[1] & { id: string } } };
    }
  ).result.data.json;
  await payWithCard(app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
  await assertBooksBalance(app.database.pool);
  return { payment, guestSessionId: session.guests[0] };
}

test('one trace leads from the request over Stripe and its webhook to the live event', async () => {
  const app = await startTestApp({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
  const told: string[] = [];
  app.server.live.feed.subscribe((batch) => void told.push(...batch.map(({ type }) => type)));
  const { payment, guestSessionId } = await payOnce(app, `00-${TRACE}-${CALLER}-01`);
  await waitFor('its completion was told', () => told.includes('payment:completed'));
  await app.stop();

  const ofTrace = collector.spans.filter(({ traceId }) => traceId === TRACE);
  const one = (name: string) => {
    const [span, ...more] = ofTrace.filter((candidate) => candidate.name === name);
    expect(more, name).toEqual([]);
    if (!span) throw new Error(`no span ${name} among ${ofTrace.map((s) => s.name).join(', ')}`);
    return span;
  };
  const request = one('trpc payments.create');
  expect(request).toMatchObject({ parentSpanId: CALLER, attributes: { 'http.response.status_code': 200 } });
  expect(one('stripe intent.create')).toMatchObject({
    parentSpanId: request.spanId,
    attributes: { 'tabsy.outcome': 'ok' },
  });
  expect(one('db insert-payment').parentSpanId).toBe(request.spanId);
  const webhook = one('webhook payment_intent.succeeded');
  expect(webhook).toMatchObject({
    parentSpanId: request.spanId,
    // `retry` when the charge's event, which comes at the same time, held the payment for long.
    attributes: { 'tabsy.receipt': expect.stringMatching(/^(applied|retry)$/) },
    // The request that delivered it has a trace of its own.
    links: 1,
  });
  const live = one('live payment:completed');
  expect(live).toMatchObject({
    parentSpanId: request.spanId,
    attributes: { 'tabsy.payment.id': payment.id },
  });
  expect(live.endMs).toBeGreaterThanOrEqual(webhook.startMs);
  expect(collector.spans.some(({ name, traceId }) => name === 'POST webhook' && traceId !== TRACE)).toBe(
    true,
  );

  const sent = collector.bodies.join();
  expect(sent).not.toContain(guestSessionId);
  expect(sent).not.toContain(payment.clientSecret);
});

test('without a collector configured, nothing is made, stored or sent', async () => {
  const before = collector.bodies.length;
  const app = await startTestApp();
  const { payment } = await payOnce(app, `00-${TRACE}-${CALLER}-01`);
  expect(app.server.app.tracing).toBeNull();
  const { rows } = await app.database.pool.query('SELECT creation_params FROM payments WHERE id = $1', [
    payment.id,
  ]);
  expect(JSON.stringify(rows)).not.toContain('traceparent');
  await app.stop();
  expect(collector.bodies).toHaveLength(before);
});

test('a collector that is away hurts nobody', async () => {
  const app = await startTestApp({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' } });
  await payOnce(app);
  await app.stop();
  expect(app.logLines.join('')).toContain('the last traces could not be sent');
});
