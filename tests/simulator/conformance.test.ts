import { beforeAll, describe, expect, test } from 'vitest';
import type { SimulatorState } from '@/stripe/simulator/control/types';
import { allOperations } from '@/stripe/simulator/resources/index';
import {
  answerProblems,
  EVENT_TYPES,
  eventProblems,
  expandableFields,
  OPERATIONS,
  paramProblems,
  refusalProblems,
} from './schemas/checker';
import { driveAllFlows } from './schemas/flows';
import { type Exchange, startRecorder } from './schemas/recorder';
import { clientFor, startTest } from './support';

/** Where objects are read by id, and what their type is called. */
const READ = [
  ['/v1/payment_intents', 'PaymentIntent', 'paymentIntents'],
  ['/v1/setup_intents', 'SetupIntent', 'setupIntents'],
  ['/v1/payment_methods', 'PaymentMethod', 'paymentMethods'],
  ['/v1/charges', 'Charge', 'charges'],
  ['/v1/refunds', 'Refund', 'refunds'],
  ['/v1/disputes', 'Dispute', 'disputes'],
  ['/v1/balance_transactions', 'BalanceTransaction', 'balanceTransactions'],
  ['/v1/payouts', 'Payout', 'payouts'],
  ['/v1/customers', 'Customer', 'customers'],
] as const;

const isUnexpanded = ({ body }: Exchange, field: string) =>
  typeof (body as Record<string, unknown>)[field] === 'string';

let exchanges: Exchange[];
let events: SimulatorState['events'];
let expansions: Map<string, Exchange[]>;

beforeAll(async () => {
  let now = Date.UTC(2026, 10, 1);
  const { simulator } = await startTest({ clock: () => new Date(now) });
  const recorder = await startRecorder(simulator.port);
  const stripe = clientFor({ ...simulator, port: recorder.port });
  const { control } = simulator;
  control.configure({ settleDelayMs: null, refundFailureDelayMs: null, disputeDelayMs: null });
  const passDays = (days: number) => {
    now += days * 86_400_000;
  };
  await driveAllFlows({ stripe, control, passDays });
  exchanges = [...recorder.exchanges];
  const state = JSON.parse(JSON.stringify(control.state())) as SimulatorState;
  events = state.events;
  expansions = new Map();
  for (const [path, type, kind] of READ) {
    for (const field of expandableFields(type)) {
      recorder.exchanges.length = 0;
      for (const { id } of state[kind]) {
        await stripe.rawRequest('GET', `${path}/${id}?expand[0]=${field}`).catch(() => undefined);
      }
      expansions.set(`${type}.${field}`, [...recorder.exchanges]);
    }
  }
  recorder.close();
  await simulator.close();
});

test('the types are asked about exactly the operations that the simulator serves', () => {
  expect(OPERATIONS.toSorted()).toEqual(allOperations.map(({ method, path }) => `${method} ${path}`).toSorted());
});

describe('every answer is what the SDK’s types promise', () => {
  test.each(OPERATIONS)('%s', (operation) => {
    const good = exchanges.filter((one) => one.operation === operation && one.status === 200);
    // A settled card refund cannot be canceled, and the simulator knows no other refunds.
    if (operation !== 'POST /v1/refunds/:id/cancel') expect(good).not.toEqual([]);
    expect(good.flatMap((one) => answerProblems(operation, one.body))).toEqual([]);
  });

  test('refusals, with the objects in them', () => {
    const refused = exchanges.filter((one) => one.status !== 200);
    expect(new Set(refused.map((one) => one.status))).toEqual(new Set([400, 402, 404]));
    expect(refused.flatMap((one) => refusalProblems(one.body))).toEqual([]);
  });

  test.each(READ.flatMap(([, type]) => expandableFields(type).map((field) => [type, field])))(
    '%s with %s expanded',
    (type, field) => {
      const read = expansions.get(`${type}.${field}`) ?? [];
      expect(read).not.toEqual([]);
      expect(read.filter((one) => one.status !== 200 || isUnexpanded(one, field))).toEqual([]);
      expect(read.flatMap((one) => answerProblems(one.operation, one.body))).toEqual([]);
    },
  );
});

describe('every event carries what the SDK’s types promise', () => {
  test.each(EVENT_TYPES)('%s', (type) => {
    const emitted = events.filter((event) => event.type === type);
    expect(emitted).not.toEqual([]);
    expect(emitted.flatMap(eventProblems)).toEqual([]);
  });

  test('no other type is emitted', () => {
    expect(events.map((event) => event.type).filter((type) => !EVENT_TYPES.includes(type))).toEqual([]);
  });
});
