import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Processor } from '@/services/ports';
import { createStripeClient, type StripeClient } from '@/stripe/client';
import { createProcessor } from '@/stripe/processor';
import { type Simulator, startSimulator } from '@/stripe/simulator';
import { createTokenBucket } from '@/stripe/token-bucket';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy';
import { creation } from '../stripe/support';

/*
 * The network to Stripe, below HTTP: what the simulator's own faults (tests/integration/stripe/faults.test.ts) cannot show.
 */
const TIMEOUT_MS = 600;

let simulator: Simulator;
let proxy: FaultProxy;
let client: StripeClient;
let processor: Processor;
beforeAll(async () => {
  simulator = await startSimulator({ production: false });
  proxy = await startFaultProxy(simulator.url);
  client = createStripeClient({
    secretKey: 'sk_test_network',
    apiBase: new URL(proxy.through(simulator.url)).origin,
    apiVersion: '2026-10-28.endive',
    timeoutMs: TIMEOUT_MS,
  });
  const bucket = createTokenBucket({ ratePerSec: 5_000 });
  processor = createProcessor({ client, bucket, priority: 'interactive' });
});
afterEach(() => proxy.heal());
afterAll(async () => {
  client.close();
  await proxy.close();
  await simulator.close();
});

let number = 0;
async function create(paymentId: string) {
  const startedMs = performance.now();
  const outcome = await processor.createIntent(creation(paymentId), `payment:${paymentId}:create:1`);
  return { outcome, ms: performance.now() - startedMs };
}
const intentsOf = (paymentId: string) =>
  simulator.control.state().paymentIntents.filter((intent) => intent.metadata?.paymentId === paymentId);

/** The fault, then the same key on a sound network: one intent, whatever happened the first time. */
async function throughFault(spoil: () => unknown) {
  const paymentId = `network-${++number}`;
  // A connection that stands already, as in a running service.
  expect((await create(`${paymentId}-before`)).outcome.kind).toBe('ok');
  await spoil();
  const first = await create(paymentId);
  await proxy.heal();
  expect((await create(paymentId)).outcome.kind).toBe('ok');
  expect(intentsOf(paymentId)).toHaveLength(1);
  return first;
}

it('an answer that is slow but within the limit is used', async () => {
  expect((await throughFault(() => proxy.slow(50))).outcome.kind).toBe('ok');
});

it('an answer slower than the limit is an unknown outcome, told in time', async () => {
  const { outcome, ms } = await throughFault(() => proxy.slow(TIMEOUT_MS * 3));
  expect(outcome).toMatchObject({ kind: 'unknown', error: { code: 'processor_no_answer' } });
  expect(ms).toBeLessThan(9_000);
});

it('half-open: unknown, in time, and the next call takes another connection', async () => {
  const { outcome, ms } = await throughFault(() => proxy.silence());
  expect(outcome).toMatchObject({ kind: 'unknown', error: { code: 'processor_no_answer' } });
  expect(ms).toBeLessThan(9_000);
});

it('reset while the answer comes: asked again by itself with the same key', async () => {
  const before = proxy.resets();
  const { outcome } = await throughFault(() => proxy.resetAfter('POST /v1/payment_intents'));
  expect(outcome.kind).toBe('ok');
  expect(proxy.resets()).toBe(before + 1);
});

it('refused: nothing was sent, and nobody is kept waiting', async () => {
  const { outcome, ms } = await throughFault(() => proxy.refuse());
  expect(['unavailable', 'unknown']).toContain(outcome.kind);
  expect(ms).toBeLessThan(9_000);
});
