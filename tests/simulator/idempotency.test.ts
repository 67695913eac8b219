import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Simulator } from '@/stripe/simulator';
import { errorOf, startTest } from './support';

let simulator: Simulator;
let stripe: Stripe;
let now = Date.UTC(2026, 10, 1);
beforeAll(async () => {
  ({ simulator, stripe } = await startTest({ clock: () => new Date(now) }));
});
afterAll(() => simulator.close());
beforeEach(() => simulator.control.reset());

const create = (key: string, amount = 1000, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({ amount, currency: 'usd', ...more }, { idempotencyKey: key });
const intents = () => simulator.control.state().paymentIntents;

test('the same key and parameters replay the first answer, and say so', async () => {
  const first = await create('k1');
  const second = await create('k1');
  expect(second.id).toBe(first.id);
  expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
  expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
  expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId);
  expect(second.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
  expect(intents()).toHaveLength(1);
  expect(simulator.control.requests().map((entry) => [entry.idempotencyKey, entry.replayed])).toEqual([
    ['k1', false],
    ['k1', true],
  ]);
});

test('the same key with other parameters or another path is an idempotency_error', async () => {
  await create('k1');
  const other = await errorOf(create('k1', 2000));
  expect(other).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  const path = await errorOf(stripe.customers.create({}, { idempotencyKey: 'k1' }));
  expect(path).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
});

test('a key whose first request still runs is a 409', async () => {
  simulator.control.addFault({ kind: 'delay', delayMs: 100, times: 1 });
  const results = await Promise.allSettled([create('k1'), create('k1')]);
  const refused = results.find((result) => result.status === 'rejected');
  expect(refused?.reason).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
  expect(intents()).toHaveLength(1);
});

test('sixteen at once with one key make one intent', async () => {
  const all = await Promise.all(Array.from({ length: 16 }, () => create('k16')));
  expect(new Set(all.map((intent) => intent.id)).size).toBe(1);
  expect(intents()).toHaveLength(1);
});

test('a decline is stored: the key answers it again without a second charge', async () => {
  const params = { payment_method: 'pm_card_chargeDeclined', confirm: true };
  expect((await errorOf(create('k1', 1000, params))).code).toBe('card_declined');
  expect((await errorOf(create('k1', 1000, params))).headers?.['idempotent-replayed']).toBe('true');
  expect(simulator.control.state().charges).toHaveLength(1);
});

test('a refusal of validation is not stored: the key can be used again', async () => {
  const wrong = { statement: 'x' } as Partial<Stripe.PaymentIntentCreateParams>;
  expect((await errorOf(create('k1', 1000, wrong))).code).toBe('parameter_unknown');
  expect((await create('k1')).status).toBe('requires_payment_method');
});

test('a 500 is stored against its key', async () => {
  simulator.control.addFault({ kind: 'server_error', times: 1 });
  expect((await errorOf(create('k1'))).statusCode).toBe(500);
  const again = await errorOf(create('k1'));
  expect(again).toMatchObject({ statusCode: 500 });
  expect(again.headers?.['idempotent-replayed']).toBe('true');
  expect(intents()).toHaveLength(0);
  await create('k1:2');
  expect(intents()).toHaveLength(1);
});

test('a key is forgotten after 24 hours', async () => {
  const first = await create('k1');
  now += 24 * 3_600_000 - 1000;
  expect((await create('k1')).id).toBe(first.id);
  now += 1000;
  expect((await create('k1')).id).not.toBe(first.id);
});
