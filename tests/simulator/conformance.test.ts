import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Stripe from 'stripe';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SimulatorState } from '@/stripe/simulator/control/types';
import { allOperations } from '@/stripe/simulator/resources/index';
import {
  answerProblems,
  EVENT_TYPES,
  eventProblems,
  expandableFields,
  OPERATIONS,
  ORIGIN,
  paramProblems,
  refusalProblems,
} from './schemas/checker';
import { withMoreInEach, withoutEach, withTextForEach } from './schemas/damage';
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

type Event = SimulatorState['events'][number];

/** What is wrong with a good answer; the events in one are held to their own types too. */
function problemsOf(operation: string, body: unknown): string[] {
  const { data } = body as { data?: Event[] };
  const inside = operation === 'GET /v1/events/:id' ? [body as Event] : (data ?? []);
  const answered = operation.startsWith('GET /v1/events') ? inside : [];
  return [...answerProblems(operation, body), ...answered.flatMap(eventProblems)];
}

/** A list with its first object only: enough to damage. */
function shortened(body: unknown): unknown {
  const { data } = body as { data?: unknown };
  return Array.isArray(data) ? { ...(body as object), data: data.slice(0, 1) } : body;
}

const isUnexpanded = ({ body }: Exchange, field: string) =>
  typeof (body as Record<string, unknown>)[field] === 'string';

let exchanges: Exchange[];
let events: Event[];
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

test('the schemas are those of the installed SDK (repair: npm run stripe:schemas)', () => {
  const source = readFileSync(new URL('schemas/promised.ts', import.meta.url));
  expect(ORIGIN).toEqual({
    stripe: Stripe.PACKAGE_VERSION,
    source: createHash('sha256').update(source).digest('hex'),
  });
});

test('the types are asked about exactly the operations that the simulator serves', () => {
  expect(OPERATIONS.toSorted()).toEqual(
    allOperations.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
});

describe('every answer is what the SDK’s types promise', () => {
  test.each(OPERATIONS)('%s', (operation) => {
    const good = exchanges.filter((one) => one.operation === operation && one.status === 200);
    // A settled card refund cannot be canceled, and the simulator knows no other refunds.
    if (operation !== 'POST /v1/refunds/:id/cancel') expect(good).not.toEqual([]);
    expect(good.flatMap((one) => problemsOf(operation, one.body))).toEqual([]);
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

describe('the check itself fails when it should', () => {
  const uncaught = (damaged: { what: string; body: unknown }[], check: (body: unknown) => string[]) =>
    damaged.filter(({ body }) => check(body).length === 0).map(({ what }) => what);

  test.each(OPERATIONS)('on %s', (operation) => {
    const [good] = exchanges.filter((one) => one.operation === operation && one.status === 200);
    if (good === undefined) return;
    const body = shortened(good.body);
    const check = (damaged: unknown) => problemsOf(operation, damaged);
    const missing = withoutEach(body, ['object', 'livemode', 'status', 'client_secret', 'has_more']);
    expect(missing).not.toEqual([]);
    expect(uncaught(missing, check)).toEqual([]);
    expect(uncaught(withTextForEach(body), check)).toEqual([]);
    expect(uncaught(withMoreInEach(body), check)).toEqual([]);
  });

  test.each(EVENT_TYPES)('on the event %s', (type) => {
    const event = events.find((one) => one.type === type);
    const check = (body: unknown) => eventProblems(body as Event);
    const missing = withoutEach(event, ['object', 'livemode', 'status', 'client_secret']);
    expect(missing).not.toEqual([]);
    expect(uncaught(missing, check)).toEqual([]);
    expect(uncaught(withMoreInEach(event), check)).toEqual([]);
  });

  test('on parameters: unknown, mistyped and missing ones, nested ones too', () => {
    const good = { amount: '1000', currency: 'usd', confirm: 'true', metadata: { a: '1' } };
    const check = (more: object) => paramProblems('POST /v1/payment_intents', { ...good, ...more });
    expect(check({})).toEqual([]);
    expect(check({ surprise: '1' })).toEqual(['must NOT have additional properties surprise']);
    expect(check({ amount: 'ten' })).toEqual(['/amount must be number']);
    expect(check({ confirm: 'perhaps' })).toEqual(['/confirm must be boolean']);
    expect(check({ capture_method: 'later' })[0]).toContain('/capture_method must be equal to one of');
    expect(check({ automatic_payment_methods: { enabled: 'true', surprise: '1' } })[0]).toContain('surprise');
    expect(paramProblems('POST /v1/payment_intents', { currency: 'usd' })[0]).toContain('amount');
  });
});
