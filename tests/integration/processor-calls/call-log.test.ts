import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createCallLog, type EndedCall } from '@/services/processor-calls/call-log';
import {
  intentAmountKey,
  intentCancelKey,
  intentCreateKey,
  paymentOfKey,
  refundCreateKey,
} from '@/services/processor-keys';
import {
  newKey,
  payWithCard,
  refusalOf,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { pay, rows, setScene } from '../payments/support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000', STRIPE_TIMEOUT_MS: '600' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

type Scene = Awaited<ReturnType<typeof setScene>>;

const callsOf = async (scene: Scene, paymentId: string) =>
  (await scene.staff.payments.trace.query({ paymentId })).calls;

/** Once the log has been written as far as the test wants it. */
const loggedCalls = (scene: Scene, paymentId: string, isThere: (told: string[]) => boolean) =>
  waitFor('the calls are logged', async () => {
    const calls = (await callsOf(scene, paymentId)).filter(({ durationMs }) => durationMs !== null);
    return isThere(calls.map(({ call, outcome }) => `${call} ${outcome}`)) ? calls : null;
  });

describe('a payment’s story holds', () => {
  test('the calls that only asked, with how long they took', async () => {
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    await scene.guest.payments.get.query({ paymentId: payment.id });
    const calls = await loggedCalls(scene, payment.id, (told) => told.includes('RETRIEVE_INTENT OK'));
    const read = calls.find(({ call }) => call === 'RETRIEVE_INTENT');
    expect(read).toMatchObject({
      key: null,
      objectId: payment.paymentIntentId,
      error: null,
      requestId: null,
    });
    expect(read?.durationMs).toBeGreaterThanOrEqual(0);
    expect(calls.at(-1)).toMatchObject({ call: 'CREATE_INTENT', key: intentCreateKey(payment.id) });
  });

  test('a change of the tip, a refund, a cancellation', async () => {
    const scene = await setScene(app);
    const payment = await pay(scene.guest, scene.orderId);
    const tip = { paymentId: payment.id, tipMinor: 300, idempotencyKey: newKey() };
    await scene.guest.payments.changeTip.mutate(tip);
    await payWithCard(app, payment);
    await waitForStatus(scene.guest, payment.id, 'COMPLETED');
    const refund = await scene.staff.refunds.create.mutate({
      paymentId: payment.id,
      amountMinor: 500,
      reason: 'Cold soup',
      idempotencyKey: newKey(),
    });
    const keys = (await loggedCalls(scene, payment.id, (told) => told.includes('CREATE_REFUND OK'))).flatMap(
      ({ call, key }) => (key === null ? [] : [`${call} ${key}`]),
    );
    expect(keys).toEqual([
      `CREATE_REFUND ${refundCreateKey(refund.id)}`,
      `CHANGE_AMOUNT ${intentAmountKey(payment.id, 3000, 1)}`,
      `CREATE_INTENT ${intentCreateKey(payment.id)}`,
    ]);

    const other = await setScene(app);
    const open = await pay(other.guest, other.orderId);
    await other.staff.payments.cancel.mutate({ paymentId: open.id, idempotencyKey: newKey() });
    const calls = await loggedCalls(other, open.id, (told) => told.includes('CANCEL_INTENT OK'));
    expect(calls.find(({ call }) => call === 'CANCEL_INTENT')?.key).toBe(intentCancelKey(open.id));
  });

  test('an attempt without an answer, the look for what it did, and the end', async () => {
    const scene = await setScene(app);
    const fault = { method: 'POST', pathPattern: '/v1/payment_intents' } as const;
    app.simulator.control.addFault({ ...fault, kind: 'hang_after_execution', times: 1 });
    const input = { idempotencyKey: newKey() };
    expect(await refusalOf(pay(scene.guest, scene.orderId, input))).toMatchObject({
      appCode: 'PROCESSOR_OUTCOME_UNKNOWN',
    });
    const payment = await waitFor('the intent is found', () =>
      pay(scene.guest, scene.orderId, input).catch(() => null),
    );
    const calls = await loggedCalls(scene, payment.id, (told) => told.includes('FIND_INTENT OK'));
    const first = calls.at(-1);
    expect(first).toMatchObject({ call: 'CREATE_INTENT', outcome: 'UNKNOWN', error: 'processor_no_answer' });
    expect(first?.durationMs).toBeGreaterThanOrEqual(500);
  });

  test('nothing of another payment', async () => {
    const scene = await setScene(app);
    const first = await pay(scene.guest, scene.orderId);
    await scene.guest.payments.cancel.mutate({ paymentId: first.id, idempotencyKey: newKey() });
    const second = await pay(scene.mate, scene.orderId);
    await loggedCalls(scene, second.id, (told) => told.includes('CREATE_INTENT OK'));
    const keys = (await callsOf(scene, second.id)).map(({ key }) => key);
    expect(keys.filter((key) => key !== null && paymentOfKey(key) !== second.id)).toEqual([]);
    expect(keys).not.toContain(intentCreateKey(first.id));
  });
});

test('the log names ids and codes alone: no secret, no person, no words of Stripe', async () => {
  const scene = await setScene(app);
  const payment = await pay(scene.guest, scene.orderId);
  await loggedCalls(scene, payment.id, (told) => told.includes('CREATE_INTENT OK'));
  const logged = await rows<Record<string, unknown>>(app, 'SELECT * FROM processor_calls');
  for (const { subject_id, operation, request_key, error_code } of logged) {
    expect(subject_id).toMatch(/^([0-9a-f-]{36}|(pi|ch|du|dp|txn)_\w+)$/);
    expect(operation).toMatch(/^[a-z-]+\.[a-z]+$/);
    expect(request_key ?? '').toMatch(/^((payment|refund|evidence):[0-9a-f-]{36}:[a-z0-9:-]+)?$/);
    expect(error_code ?? '').toMatch(/^[a-z_]*$/);
  }
  expect(JSON.stringify(logged)).not.toContain(payment.clientSecret ?? 'none');
});

describe('the log itself', () => {
  const ended = (about: string | null): EndedCall => ({
    operation: 'intent.retrieve',
    about,
    key: null,
    ms: 12.6,
    outcome: 'unknown',
    errorCode: 'x'.repeat(100),
  });
  const { db, clock } = {
    db: () => app.server.app.deps.db,
    clock: { now: () => new Date('2026-11-23T10:00:00Z') },
  };
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const countOf = async (subject: string) =>
    (await rows(app, `SELECT 1 FROM processor_calls WHERE subject_id = '${subject}'`)).length;

  test('writes what waits when it closes, and keeps nothing that is about no payment', async () => {
    const log = createCallLog({ db: db(), clock, log: quiet });
    log.note(ended('pi_closing'));
    log.note(ended(null));
    log.note({ ...ended(null), key: 'customer:u1:create:1' });
    const before = await rows(app, 'SELECT 1 FROM processor_calls');
    await log.close();
    expect(await rows(app, 'SELECT 1 FROM processor_calls')).toHaveLength(before.length + 1);
    expect(
      await rows(
        app,
        `SELECT outcome, error_code, duration_ms, called_at FROM processor_calls WHERE subject_id = 'pi_closing'`,
      ),
    ).toEqual([
      {
        outcome: 'UNKNOWN',
        error_code: 'x'.repeat(64),
        duration_ms: 13,
        called_at: new Date('2026-11-23T09:59:59.987Z'),
      },
    ]);
  });

  test('keeps what the database would not take, and tells of it', async () => {
    const warnings: string[] = [];
    let isAway = true;
    const real = db();
    const away: typeof real = {
      ...real,
      query: (...args) => (isAway ? Promise.reject(new Error('away')) : real.query(...args)),
    };
    const log = createCallLog({
      db: away,
      clock,
      log: { ...quiet, warn: (_facts: object, message: string) => void warnings.push(message) },
    });
    log.note(ended('pi_away'));
    await waitFor('it was tried', async () => warnings.length > 0);
    expect(await countOf('pi_away')).toBe(0);
    isAway = false;
    log.note(ended('pi_away'));
    await log.close();
    expect(await countOf('pi_away')).toBe(2);
  });
});
