import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Simulator } from '@/stripe/simulator';
import { clientFor, errorOf, startTest } from './support';

let simulator: Simulator;
let stripe: Stripe;
beforeAll(async () => {
  ({ simulator, stripe } = await startTest());
});
afterAll(() => simulator.close());
beforeEach(() => simulator.control.reset());

const PARAMS = { amount: 1000, currency: 'usd' };
const intents = () => simulator.control.state().paymentIntents.length;
const requests = () => simulator.control.requests().map(({ status, fault }) => [status, fault]);

test('rate_limit: 429 without effect; the SDK retries only when the header says so', async () => {
  const retrying = clientFor(simulator, { maxNetworkRetries: 2 });
  simulator.control.addFault({ kind: 'rate_limit', times: 1 });
  const error = await errorOf(retrying.paymentIntents.create(PARAMS));
  expect(error).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
  expect(intents()).toBe(0);
  simulator.control.addFault({ kind: 'rate_limit', times: 1, shouldRetry: true });
  await retrying.paymentIntents.create(PARAMS);
  expect(requests()).toEqual([
    [429, 'rate_limit'],
    [429, 'rate_limit'],
    [200, null],
  ]);
});

test('server_error: 500 without effect', async () => {
  simulator.control.addFault({ kind: 'server_error', times: 1 });
  expect(await errorOf(stripe.paymentIntents.create(PARAMS))).toMatchObject({
    statusCode: 500,
    type: 'StripeAPIError',
  });
  expect(intents()).toBe(0);
});

test('server_error_after_execution: 500 although the intent exists, replayed for its key', async () => {
  simulator.control.addFault({ kind: 'server_error_after_execution', times: 1 });
  const options = { idempotencyKey: 'k' };
  expect((await errorOf(stripe.paymentIntents.create(PARAMS, options))).statusCode).toBe(500);
  expect((await errorOf(stripe.paymentIntents.create(PARAMS, options))).statusCode).toBe(500);
  expect(intents()).toBe(1);
});

test('conflict: 409 that the next attempt survives', async () => {
  simulator.control.addFault({ kind: 'conflict', times: 1 });
  expect(await errorOf(stripe.paymentIntents.create(PARAMS))).toMatchObject({
    statusCode: 409,
    code: 'idempotency_key_in_use',
  });
  await clientFor(simulator, { maxNetworkRetries: 1 }).paymentIntents.create(PARAMS);
  expect(intents()).toBe(1);
});

test.each([
  ['hang', 0],
  ['hang_after_execution', 1],
] as const)('%s: no answer, %i intents', async (kind, count) => {
  simulator.control.addFault({ kind, times: 1 });
  const error = await errorOf(clientFor(simulator, { timeout: 80 }).paymentIntents.create(PARAMS));
  expect(error).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  expect(intents()).toBe(count);
});

// The SDK retries a reset connection once by itself, hence two times.
test.each([
  ['reset', 0],
  ['lost_answer', 1],
] as const)('%s: the connection breaks, %i intents', async (kind, count) => {
  simulator.control.addFault({ kind, times: 2 });
  const error = await errorOf(stripe.paymentIntents.create(PARAMS, { idempotencyKey: `k-${kind}` }));
  expect(error).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  expect(intents()).toBe(count);
  const repeated = await stripe.paymentIntents.create(PARAMS, { idempotencyKey: `k-${kind}` });
  expect(repeated.status).toBe('requires_payment_method');
  expect(intents()).toBe(1);
});

test('delay: the answer comes, later', async () => {
  simulator.control.addFault({ kind: 'delay', delayMs: 50, times: 1 });
  const startedAt = performance.now();
  await stripe.paymentIntents.create(PARAMS);
  expect(performance.now() - startedAt).toBeGreaterThan(45);
});

test('a rule applies only to its method, path and body, and until cleared', async () => {
  const { id } = simulator.control.addFault({
    kind: 'server_error',
    method: 'POST',
    pathPattern: '/v1/payment_intents/*/confirm',
    bodyIncludes: 'pm_card_visa',
  });
  const intent = await stripe.paymentIntents.create(PARAMS);
  expect(
    (await errorOf(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }))).statusCode,
  ).toBe(500);
  expect(
    (await errorOf(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_chargeDeclined' })))
      .statusCode,
  ).toBe(402);
  simulator.control.clearFaults({ id });
  expect((await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })).status).toBe(
    'succeeded',
  );
});

test('a chance with the same seed hits the same requests', async () => {
  const run = async () => {
    simulator.control.reset();
    simulator.control.addFault({ kind: 'server_error', probability: 0.4, seed: 7 });
    for (let i = 0; i < 20; i += 1) await stripe.paymentIntents.create(PARAMS).catch(() => undefined);
    return simulator.control.requests().map((entry) => entry.status);
  };
  const first = await run();
  expect(new Set(first)).toEqual(new Set([200, 500]));
  expect(await run()).toEqual(first);
});
