import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Processor, ProcessorOutcome } from '@/services/ports';
import { createStripeClient, type StripeClient } from '@/stripe/client';
import { createProcessor } from '@/stripe/processor';
import type { FaultKind } from '@/stripe/simulator';
import { createTokenBucket } from '@/stripe/token-bucket';
import { creation, type Rig, startRig } from './support';

/*
 * Eight faults x every operation of the port, later ones included: an operation without a row here does not compile. What
 * recovery makes of the outcomes is proved in tests/integration/recovery/faults*.test.ts.
 */

let rig: Rig;
let hasty: { client: StripeClient; processor: Processor };
/** Who asks now: the hasty one where the answer hangs, so that only what hangs meets a time limit. */
let processor: Processor;
beforeAll(async () => {
  rig = await startRig(9_000);
  const client = createStripeClient({
    secretKey: 'sk_test_adapter',
    apiBase: rig.simulator.url,
    apiVersion: '2026-10-28.endive',
    timeoutMs: 700,
  });
  const bucket = createTokenBucket({ ratePerSec: 5_000 });
  hasty = { client, processor: createProcessor({ client, bucket, priority: 'interactive' }) };
});
beforeEach(() => {
  processor = rig.processor;
  rig.simulator.control.reset();
  rig.simulator.control.configure({ settleDelayMs: 0, disputeDelayMs: 0 });
});
afterAll(async () => {
  hasty.client.close();
  await rig.close();
});

interface Fault {
  outcome: 'unavailable' | 'unknown';
  code: string;
  executed: boolean;
  /** Requests that it takes until the call gives up. */
  requests: number;
}

const unknown = (code: string, executed: boolean, requests = 1): Fault => ({
  outcome: 'unknown',
  code,
  executed,
  requests,
});
const FAULTS: Record<Exclude<FaultKind, 'delay' | 'card_declined'>, Fault> = {
  rate_limit: { outcome: 'unavailable', code: 'rate_limit', executed: false, requests: 1 },
  conflict: unknown('idempotency_key_in_use', false),
  server_error: unknown('processor_error', false),
  server_error_after_execution: unknown('processor_error', true),
  hang: unknown('processor_no_answer', false),
  hang_after_execution: unknown('processor_no_answer', true),
  reset: unknown('processor_connection_lost', false, 2),
  lost_answer: unknown('processor_connection_lost', true, 2),
};

type Called = Promise<ProcessorOutcome<unknown>>;

interface Prepared {
  path: string;
  /** Attempt n has a key of its own. */
  call(attempt: number): Called;
}
interface Writing extends Prepared {
  /** How often it took effect. */
  effects(): number;
}

type Operation =
  | { method: 'GET'; prepare(): Promise<Prepared> }
  | { method: 'POST'; prepare(): Promise<Writing> };

const state = () => rig.simulator.control.state();
const eventsOf = (type: string) => state().events.filter((event) => event.type === type).length;

function okValue<T>(outcome: ProcessorOutcome<T>): T {
  if (outcome.kind !== 'ok') throw new Error(`${outcome.kind}: ${outcome.error.detail}`);
  return outcome.value;
}

const open = async () => okValue(await rig.processor.createIntent(creation('p1'), 'prepare-intent')).id;
const confirm = (intentId: string, card: string) =>
  rig.client.sdk.paymentIntents.confirm(intentId, { payment_method: card });

async function paid(card = 'pm_card_visa') {
  const intentId = await open();
  await confirm(intentId, card);
  rig.simulator.control.runScheduled();
  return intentId;
}

async function customer() {
  return okValue(await rig.processor.createCustomer('user-1', 'prepare-customer')).id;
}

async function savedCard() {
  const customerId = await customer();
  const { id: methodId } = await rig.client.sdk.paymentMethods.attach('pm_card_visa', {
    customer: customerId,
  });
  return { customerId, methodId };
}

async function disputed() {
  await paid('pm_card_createDispute');
  return state().disputes[0]?.id ?? '';
}

function reading(prepare: () => Promise<Prepared>): Operation {
  return { method: 'GET', prepare };
}
function writing(prepare: () => Promise<Writing>): Operation {
  return { method: 'POST', prepare };
}

const OPERATIONS: Record<keyof Processor, Operation> = {
  createIntent: writing(async () => ({
    path: '/v1/payment_intents',
    call: (n) => processor.createIntent(creation('p1'), `key:${n}`),
    effects: () => state().paymentIntents.length,
  })),
  changeAmount: writing(async () => {
    const id = await open();
    return {
      path: `/v1/payment_intents/${id}`,
      call: (n) => processor.changeAmount(id, 1_500, `key:${n}`),
      effects: () => state().paymentIntents.filter(({ amount }) => amount === 1_500).length,
    };
  }),
  cancelIntent: writing(async () => {
    const id = await open();
    return {
      path: `/v1/payment_intents/${id}/cancel`,
      call: (n) => processor.cancelIntent(id, `key:${n}`),
      effects: () => eventsOf('payment_intent.canceled'),
    };
  }),
  retrieveIntent: reading(async () => {
    const id = await open();
    return { path: `/v1/payment_intents/${id}`, call: () => processor.retrieveIntent(id) };
  }),
  findIntentByPaymentId: reading(async () => {
    await open();
    return { path: '/v1/payment_intents', call: () => processor.findIntentByPaymentId('p1', 0) };
  }),
  createCustomer: writing(async () => ({
    path: '/v1/customers',
    call: (n) => processor.createCustomer('user-1', `key:${n}`),
    effects: () => state().customers.length,
  })),
  listEvents: reading(async () => {
    await open();
    return { path: '/v1/events', call: () => processor.listEvents({ fromSec: 0, afterId: null }) };
  }),
  createRefund: writing(async () => {
    const intentId = await paid();
    const params = { intentId, amountMinor: 100, metadata: { refundId: 'r1' } };
    return {
      path: '/v1/refunds',
      call: (n) => processor.createRefund(params, `key:${n}`),
      effects: () => state().refunds.length,
    };
  }),
  findRefund: reading(async () => {
    const intentId = await paid();
    return { path: '/v1/refunds', call: () => processor.findRefund(intentId, 'r1') };
  }),
  retrieveCharge: reading(async () => {
    await paid();
    const id = state().charges[0]?.id ?? '';
    return { path: `/v1/charges/${id}`, call: () => processor.retrieveCharge(id) };
  }),
  createSetup: writing(async () => {
    const customerId = await customer();
    return {
      path: '/v1/setup_intents',
      call: (n) => processor.createSetup(customerId, `key:${n}`),
      effects: () => state().setupIntents.length,
    };
  }),
  detachMethod: writing(async () => {
    const { methodId } = await savedCard();
    return {
      path: `/v1/payment_methods/${methodId}/detach`,
      call: (n) => processor.detachMethod(methodId, `key:${n}`),
      effects: () => eventsOf('payment_method.detached'),
    };
  }),
  confirmWithMethod: writing(async () => {
    const [id, card] = [await open(), await savedCard()];
    return {
      path: `/v1/payment_intents/${id}/confirm`,
      call: (n) => processor.confirmWithMethod(id, card, `key:${n}`),
      effects: () => state().charges.length,
    };
  }),
  listTransactions: reading(async () => {
    await paid();
    const window = { fromSec: 0, beforeSec: Math.floor(Date.now() / 1000) + 60 };
    return { path: '/v1/balance_transactions', call: () => processor.listTransactions(window, null) };
  }),
  retrieveTransaction: reading(async () => {
    await paid();
    const id = state().balanceTransactions[0]?.id ?? '';
    return { path: `/v1/balance_transactions/${id}`, call: () => processor.retrieveTransaction(id) };
  }),
  retrieveDispute: reading(async () => {
    const id = await disputed();
    return { path: `/v1/disputes/${id}`, call: () => processor.retrieveDispute(id) };
  }),
  submitDisputeEvidence: writing(async () => {
    const id = await disputed();
    const evidence = { texts: { customerName: 'Ada' }, fileIds: {}, metadata: { evidenceId: 'e1' } };
    return {
      path: `/v1/disputes/${id}`,
      call: (n) => processor.submitDisputeEvidence(id, evidence, `key:${n}`),
      effects: () => state().disputes[0]?.evidence_details.submission_count ?? 0,
    };
  }),
};

describe.each(Object.entries(FAULTS))('%s', (kind, fault) => {
  const spoil = (method: 'GET' | 'POST', pathPattern: string) =>
    rig.simulator.control.addFault({ kind: kind as FaultKind, method, pathPattern, times: fault.requests });
  const expected = { kind: fault.outcome, error: { code: fault.code } };
  const isSpent = kind.startsWith('server_error');
  const spoilt = async (call: Prepared['call']) => {
    if (kind.startsWith('hang')) processor = hasty.processor;
    const outcome = await call(1);
    processor = rig.processor;
    return outcome;
  };

  test.each(Object.entries(OPERATIONS))('%s', async (_name, operation) => {
    if (operation.method === 'GET') {
      const { path, call } = await operation.prepare();
      spoil('GET', path);
      expect(await spoilt(call)).toMatchObject(expected);
      expect((await call(1)).kind).toBe('ok');
      return;
    }
    const { path, call, effects } = await operation.prepare();
    spoil('POST', path);
    expect(await spoilt(call)).toMatchObject(expected);
    expect(effects()).toBe(fault.executed ? 1 : 0);

    // The repeat has the same key: it meets the first result, whatever that was.
    const repeat = await call(1);
    if (isSpent) expect(repeat).toMatchObject({ kind: 'unknown', error: { code: 'processor_error_stored' } });
    else expect(repeat.kind).toBe('ok');
    // A spent key says nothing about what it did: who takes the next one has looked first.
    if (isSpent && !fault.executed) expect((await call(2)).kind).toBe('ok');
    expect(effects()).toBe(1);
  });
});
