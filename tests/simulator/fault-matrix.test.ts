import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultKind, Simulator, SimulatorState } from '@/stripe/simulator';
import { pay, startReceiver, startTest, WEBHOOK_SECRET } from './support';

let simulator: Simulator;
let stripe: Stripe;
beforeAll(async () => {
  ({ simulator, stripe } = await startTest());
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.control.reset();
  simulator.control.configure({ settleDelayMs: null });
});

interface Fault {
  /** What the caller sees; null: no answer. */
  status: number | null;
  executed: boolean;
  /** What the same key is answered next. */
  repeat: number;
}

/** Toolchain, "Stripe facts": the first result of a key is stored, a 5xx too; what never began is not. */
const FAULTS: Record<FaultKind, Fault> = {
  rate_limit: { status: 429, executed: false, repeat: 200 },
  conflict: { status: 409, executed: false, repeat: 200 },
  card_declined: { status: 402, executed: false, repeat: 402 },
  server_error: { status: 500, executed: false, repeat: 500 },
  server_error_after_execution: { status: 500, executed: true, repeat: 500 },
  hang: { status: null, executed: false, repeat: 200 },
  hang_after_execution: { status: null, executed: true, repeat: 200 },
  reset: { status: null, executed: false, repeat: 200 },
  lost_answer: { status: null, executed: true, repeat: 200 },
  delay: { status: 200, executed: true, repeat: 200 },
};

interface Operation {
  /** Makes what the operation needs; answers the path and the form. */
  prepare(): Promise<[path: string, form: Record<string, string>]>;
  /** How often it took effect. */
  effects(state: SimulatorState): number;
}

const open = () => stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
const emitted = (state: SimulatorState, type: string) =>
  state.events.filter((event) => event.type === type).length;

const OPERATIONS: Record<string, Operation> = {
  'create an intent': {
    prepare: async () => ['/v1/payment_intents', { amount: '1000', currency: 'usd' }],
    effects: (state) => state.paymentIntents.length,
  },
  'change an amount': {
    prepare: async () => [`/v1/payment_intents/${(await open()).id}`, { amount: '1200' }],
    effects: (state) => state.paymentIntents.filter((intent) => intent.amount === 1200).length,
  },
  confirm: {
    prepare: async () => [
      `/v1/payment_intents/${(await open()).id}/confirm`,
      { payment_method: 'pm_card_visa' },
    ],
    effects: (state) => state.charges.length,
  },
  capture: {
    prepare: async () => {
      const held = await pay(stripe, 1000, 'pm_card_visa', { capture_method: 'manual' });
      return [`/v1/payment_intents/${held.id}/capture`, {}];
    },
    effects: (state) => emitted(state, 'charge.captured'),
  },
  cancel: {
    prepare: async () => [`/v1/payment_intents/${(await open()).id}/cancel`, {}],
    effects: (state) => emitted(state, 'payment_intent.canceled'),
  },
  refund: {
    prepare: async () => ['/v1/refunds', { payment_intent: (await pay(stripe, 1000)).id, amount: '400' }],
    effects: (state) => state.refunds.length,
  },
  'create a customer': {
    prepare: async () => ['/v1/customers', { name: 'Ada' }],
    effects: (state) => state.customers.length,
  },
  'create a setup intent': {
    prepare: async () => ['/v1/setup_intents', { usage: 'off_session' }],
    effects: (state) => state.setupIntents.length,
  },
};

/** The status of an answer, or null when the connection broke or the fault left it hanging. */
async function send(path: string, init: RequestInit, hangs: boolean): Promise<number | null> {
  const caller = new AbortController();
  const headers = { authorization: 'Bearer sk_test_matrix', ...init.headers };
  const answer = fetch(`${simulator.url}${path}`, { ...init, headers, signal: caller.signal });
  const status = answer.then(
    (response) => response.status,
    () => null,
  );
  if (hangs) {
    await expect
      .poll(() => simulator.control.requests().at(-1)?.fault ?? '', { interval: 2 })
      .toMatch(/^hang/);
    caller.abort();
  }
  return status;
}

describe.each(Object.entries(FAULTS))('%s', (kind, fault) => {
  const hangs = kind.startsWith('hang');

  test.each(Object.entries(OPERATIONS))(
    '%s: takes effect at most once for its key',
    async (_name, operation) => {
      const [path, form] = await operation.prepare();
      const request = {
        method: 'POST',
        headers: { 'idempotency-key': 'matrix' },
        body: new URLSearchParams(form).toString(),
      };
      simulator.control.addFault({ kind: kind as FaultKind, delayMs: 5, times: 1 });
      const effects = () => operation.effects(simulator.control.state());
      expect(await send(path, request, hangs)).toBe(fault.status);
      expect(effects()).toBe(fault.executed ? 1 : 0);
      expect(await send(path, request, false)).toBe(fault.repeat);
      expect(effects()).toBe(fault.executed || fault.repeat === 200 ? 1 : 0);
      const again = simulator.control.requests().at(-1);
      expect(again?.replayed).toBe(fault.executed || fault.repeat !== 200);
    },
  );

  test('a read: has no key, so the next one is answered', async () => {
    simulator.control.addFault({ kind: kind as FaultKind, delayMs: 5, times: 1, method: 'GET' });
    expect(await send('/v1/payment_intents', {}, hangs)).toBe(fault.status);
    expect(await send('/v1/payment_intents', {}, false)).toBe(200);
  });
});

test.each(['server_error', 'conflict'] as const)(
  '%s carries the advice to retry that it was given',
  async (kind) => {
    for (const shouldRetry of [true, false]) {
      simulator.control.addFault({ kind, shouldRetry, times: 1 });
      const headers = { authorization: 'Bearer sk_test_matrix' };
      const answer = await fetch(`${simulator.url}/v1/customers`, { method: 'POST', headers });
      expect(answer.headers.get('stripe-should-retry')).toBe(String(shouldRetry));
    }
  },
);

test('a pattern with one star stops at a slash, with two it does not; a method is a pattern too', async () => {
  const { id } = await open();
  const status = (path: string, method = 'GET') => send(path, { method }, false);
  simulator.control.addFault({ kind: 'rate_limit', pathPattern: '/v1/*', method: 'GET' });
  expect(await status('/v1/payment_intents')).toBe(429);
  expect(await status(`/v1/payment_intents/${id}`)).toBe(200);
  expect(await status('/v1/customers', 'POST')).toBe(200);
  simulator.control.clearFaults();
  simulator.control.addFault({ kind: 'rate_limit', pathPattern: '/v1/**' });
  expect(await status(`/v1/payment_intents/${id}`)).toBe(429);
  expect(await status(`/v1/payment_intents/${id}/cancel`, 'POST')).toBe(429);
});

describe('faults of webhooks', () => {
  /** Ten customers, one event each; which events arrived, by number. */
  async function arrivedOfTen(): Promise<number[]> {
    const receiver = await startReceiver();
    simulator.control.addWebhookEndpoint({ url: receiver.url, secret: WEBHOOK_SECRET });
    for (let i = 0; i < 10; i += 1) await stripe.customers.create({ name: String(i) });
    await simulator.control.waitForDeliveries();
    await receiver.close();
    return receiver.received
      .map(({ event }) => Number((event.data.object as Stripe.Customer).name))
      .sort((a, b) => a - b);
  }

  test('end after the number of times that they were given', async () => {
    simulator.control.addWebhookFault({ kind: 'drop', times: 3 });
    expect(await arrivedOfTen()).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });

  test('by chance hit the same events for the same seed', async () => {
    const run = () => {
      simulator.control.reset();
      simulator.control.addWebhookFault({ kind: 'drop', probability: 0.5, seed: 11 });
      return arrivedOfTen();
    };
    const first = await run();
    expect(first.length).toBeGreaterThan(0);
    expect(first.length).toBeLessThan(10);
    expect(await run()).toEqual(first);
  });
});
