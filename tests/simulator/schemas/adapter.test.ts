import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CreateIntentParams, Processor } from '@/services/ports';
import { createStripeClient, type StripeClient } from '@/stripe/client';
import { createProcessor } from '@/stripe/processor';
import type { Simulator } from '@/stripe/simulator';
import { API_VERSION } from '@/stripe/simulator/options';
import { createTokenBucket } from '@/stripe/token-bucket';
import { pay, startTest } from '../support';
import { answerProblems, OPERATIONS, paramProblems } from './checker';
import { startRecorder } from './recorder';

let simulator: Simulator;
let stripe: Awaited<ReturnType<typeof startTest>>['stripe'];
let recorder: Awaited<ReturnType<typeof startRecorder>>;
let client: StripeClient;
let processor: Processor;
const key = () => `adapter:${randomUUID()}`;

beforeAll(async () => {
  ({ simulator, stripe } = await startTest());
  recorder = await startRecorder(simulator.port);
  client = createStripeClient({
    secretKey: 'sk_test_adapter',
    apiBase: `http://127.0.0.1:${recorder.port}`,
    apiVersion: API_VERSION,
    timeoutMs: 5000,
  });
  const bucket = createTokenBucket({ ratePerSec: 10_000 });
  processor = createProcessor({ client, bucket, priority: 'interactive' });
});
afterAll(async () => {
  client.close();
  recorder.close();
  await simulator.close();
});
beforeEach(() => {
  recorder.exchanges.length = 0;
});

const INTENT: CreateIntentParams = {
  amountMinor: 2500,
  currency: 'USD',
  metadata: { paymentId: '0190', orderId: 'o 1/2' },
  customerId: null,
  saveCard: false,
  statementSuffix: 'Chez Ada',
};

/** One call of every method of the port: a new method does not compile until it is here. */
const CALLS: Record<keyof Processor, () => Promise<{ kind: string }>> = {
  createIntent: () => processor.createIntent(INTENT, key()),
  changeAmount: async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
    return processor.changeAmount(id, 1200, key());
  },
  cancelIntent: async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
    return processor.cancelIntent(id, key());
  },
  retrieveIntent: async () => processor.retrieveIntent((await pay(stripe, 900)).id),
  findIntentByPaymentId: () => processor.findIntentByPaymentId('0190', 1),
  createCustomer: () => processor.createCustomer('u1', key()),
  listEvents: () => processor.listEvents({ fromSec: 1, afterId: null }),
  createRefund: async () => {
    const { id } = await pay(stripe, 900);
    return processor.createRefund({ intentId: id, amountMinor: 100, metadata: { refundId: 'r1' } }, key());
  },
  findRefund: async () => processor.findRefund((await pay(stripe, 900)).id, 'r1'),
  createSetup: async () => processor.createSetup((await stripe.customers.create({})).id, key()),
  detachMethod: async () => {
    const { id: customer } = await stripe.customers.create({});
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    return processor.detachMethod(id, key());
  },
  confirmWithMethod: async () => {
    const { id: customerId } = await stripe.customers.create({});
    const { id: methodId } = await stripe.paymentMethods.attach('pm_card_visa', { customer: customerId });
    const { id } = await stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
    return processor.confirmWithMethod(id, { customerId, methodId }, key());
  },
  listTransactions: () => processor.listTransactions({ fromSec: 1, beforeSec: 4_000_000_000 }, null),
  retrieveTransaction: async () => {
    await pay(stripe, 900);
    simulator.control.settle();
    const [transaction] = simulator.control.state().balanceTransactions;
    return processor.retrieveTransaction(transaction?.id ?? '');
  },
  retrieveDispute: async () => processor.retrieveDispute(await disputed()),
  submitDisputeEvidence: async () =>
    processor.submitDisputeEvidence(
      await disputed(),
      {
        texts: { customerName: 'Ada', uncategorizedText: 'She ate it' },
        fileIds: { receipt: 'file_1' },
        metadata: { evidenceId: 'e1' },
      },
      key(),
    ),
  retrieveCharge: async () => processor.retrieveCharge(String((await pay(stripe, 900)).latest_charge)),
};

/** A dispute that waits for evidence. */
async function disputed(): Promise<string> {
  const { id } = await pay(stripe, 900);
  return simulator.control.createDispute({ paymentIntent: id }).id;
}

/** What is wrong with what crossed the wire so far, requests and answers. */
function problems(): string[] {
  return recorder.exchanges.flatMap(({ operation, params, body }) =>
    OPERATIONS.includes(operation)
      ? [...paramProblems(operation, params), ...answerProblems(operation, body)]
      : [`${operation} is not of the types`],
  );
}

test.each(Object.entries(CALLS))('%s sends only what the SDK’s types have', async (_name, call) => {
  expect((await call()).kind).toBe('ok');
  expect(recorder.exchanges).not.toEqual([]);
  expect(problems()).toEqual([]);
});

test('pages of events and of intents are asked for as the types say', async () => {
  for (let made = 0; made < 101; made += 1)
    await stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
  const first = await processor.listEvents({ fromSec: 1, afterId: null });
  const afterId = first.kind === 'ok' ? first.value.nextId : null;
  expect(afterId).toMatch(/^evt_/);
  await processor.listEvents({ fromSec: 1, afterId });
  await processor.findIntentByPaymentId('of nobody', 1);
  expect(recorder.exchanges.filter(({ params }) => 'starting_after' in params)).toHaveLength(2);
  expect(problems()).toEqual([]);
});

test('every intent that a payment can ask for', async () => {
  const { id: customerId } = await stripe.customers.create({});
  const intents: fc.Arbitrary<CreateIntentParams> = fc.record({
    amountMinor: fc.integer({ min: 50, max: 99_999_999 }),
    currency: fc.constantFrom('USD', 'EUR', 'GBP'),
    metadata: fc.dictionary(
      fc.stringMatching(/^[A-Za-z]{1,20}$/),
      fc.string({ minLength: 1, maxLength: 50 }),
      {
        maxKeys: 5,
      },
    ),
    customerId: fc.constantFrom(null, customerId),
    saveCard: fc.boolean(),
    statementSuffix: fc.option(fc.string({ maxLength: 40 })),
  });
  await fc.assert(
    fc.asyncProperty(intents, async (params) => {
      recorder.exchanges.length = 0;
      expect((await processor.createIntent(params, key())).kind).toBe('ok');
      expect(problems()).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
