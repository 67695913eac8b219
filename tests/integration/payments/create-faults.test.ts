import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FaultKind } from '@/stripe/simulator/http/faults';
import { newKey, payWithCard, refusalOf, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { intentsOfOrder, pay, paymentsOfOrder, rows, setScene } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000', STRIPE_TIMEOUT_MS: '600' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

/** What the first call is told, and why. `times` 2: the adapter repeats a lost connection once by itself. */
const FAULTS: [FaultKind, string, { times: number }][] = [
  ['rate_limit', 'PROCESSOR_UNAVAILABLE', { times: 1 }],
  ['server_error', 'PROCESSOR_OUTCOME_UNKNOWN', { times: 1 }],
  ['server_error_after_execution', 'PROCESSOR_OUTCOME_UNKNOWN', { times: 1 }],
  ['conflict', 'PROCESSOR_OUTCOME_UNKNOWN', { times: 1 }],
  ['hang', 'PROCESSOR_OUTCOME_UNKNOWN', { times: 1 }],
  ['hang_after_execution', 'PROCESSOR_OUTCOME_UNKNOWN', { times: 1 }],
  ['reset', 'PROCESSOR_OUTCOME_UNKNOWN', { times: 2 }],
  ['lost_answer', 'PROCESSOR_OUTCOME_UNKNOWN', { times: 2 }],
];

describe('when the creation of the intent meets', () => {
  test.each(FAULTS)(
    '%s the caller is told %s, and repeats with the same key end with one intent that can be paid',
    async (kind, appCode, { times }) => {
      const { guest, orderId } = await setScene(app);
      app.simulator.control.addFault({ kind, times, method: 'POST', pathPattern: '/v1/payment_intents' });
      const input = { idempotencyKey: newKey(), tipMinor: 100 };
      const refusal = await refusalOf(pay(guest, orderId, input));
      expect(refusal).toMatchObject({ code: 'SERVICE_UNAVAILABLE', appCode });

      const payment = await untilCreated(() => pay(guest, orderId, input));
      expect(payment).toMatchObject({ status: 'PENDING', totalMinor: 2800 });
      expect(intentsOfOrder(app, orderId)).toHaveLength(1);
      expect(await paymentsOfOrder(app, orderId)).toMatchObject([{ creation_state: 'CREATED' }]);
      await payWithCard(app, payment);
      await waitForStatus(guest, payment.id, 'COMPLETED');
    },
  );

  test('a key that another request has used, it looks first, then takes the next key; nothing is closed', async () => {
    const { guest, orderId } = await setScene(app);
    app.simulator.control.addFault({
      kind: 'rate_limit',
      times: 1,
      method: 'POST',
      pathPattern: '/v1/payment_intents',
    });
    const input = { idempotencyKey: newKey() };
    await refusalOf(pay(guest, orderId, input));
    const [stored] = await paymentsOfOrder(app, orderId);
    const other = await fetch(`${app.simulator.url}/v1/customers`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${app.env.stripe.secretKey}`,
        'idempotency-key': `payment:${stored?.id}:create:1`,
      },
      body: new URLSearchParams({ 'metadata[userId]': 'earlier' }),
    });
    expect(other.status).toBe(200);
    expect(await refusalOf(pay(guest, orderId, input))).toMatchObject({
      appCode: 'PROCESSOR_OUTCOME_UNKNOWN',
    });
    expect(await paymentsOfOrder(app, orderId)).toMatchObject([
      { status: 'PENDING', creation_state: 'UNKNOWN' },
    ]);
    expect(await pay(guest, orderId, input)).toMatchObject({ id: stored?.id, status: 'PENDING' });
    expect(intentsOfOrder(app, orderId)).toHaveLength(1);
  });

  test('a single reset or lost answer, the caller notices nothing', async () => {
    for (const kind of ['reset', 'lost_answer'] as const) {
      const { guest, orderId } = await setScene(app);
      app.simulator.control.addFault({ kind, times: 1, method: 'POST', pathPattern: '/v1/payment_intents' });
      expect((await pay(guest, orderId)).clientSecret).toMatch(/_secret_/);
      expect(intentsOfOrder(app, orderId)).toHaveLength(1);
    }
  });

  test('a definite refusal, the payment is closed, holds nothing, and the same key is told the same', async () => {
    const { at, service, guest, mate, orderId } = await setScene(app, {
      subtotalMinor: 100_000_001,
      taxMinor: 0,
    });
    await service.platform.restaurants.sync.mutate({
      restaurants: [
        {
          id: at.restaurantId,
          name: 'Grand',
          currency: 'USD',
          timeZone: 'UTC',
          maxPaymentMinor: 200_000_000,
          version: 2,
        },
      ],
    });
    const idempotencyKey = newKey();
    const first = await refusalOf(pay(guest, orderId, { idempotencyKey }));
    expect(first).toMatchObject({ code: 'SERVICE_UNAVAILABLE', appCode: 'PROCESSOR_REFUSED' });
    expect(first.message).toContain('too large');
    expect(await refusalOf(pay(guest, orderId, { idempotencyKey }))).toEqual(first);
    expect(await paymentsOfOrder(app, orderId)).toMatchObject([
      { status: 'CANCELLED', creation_state: 'REFUSED' },
    ]);
    // Not BALANCE_HELD: the refused payment holds nothing.
    expect(await refusalOf(pay(mate, orderId))).toMatchObject({ appCode: 'PROCESSOR_REFUSED' });
  });

  test('an outage, every attempt is in the history and the bill stays held until the outcome is known', async () => {
    const { guest, mate, staff, orderId } = await setScene(app);
    app.simulator.control.addFault({ kind: 'rate_limit', pathPattern: '/v1/payment_intents' });
    const idempotencyKey = newKey();
    await refusalOf(pay(guest, orderId, { idempotencyKey }));
    await refusalOf(pay(guest, orderId, { idempotencyKey }));
    expect(await refusalOf(pay(mate, orderId))).toMatchObject({ appCode: 'BALANCE_HELD' });
    const [row] = await paymentsOfOrder(app, orderId);
    const history = await staff.payments.history.query({ paymentId: row?.id ?? '' });
    expect(history.map((entry) => entry.action)).toEqual([
      'created',
      'creation_unfinished',
      'creation_unfinished',
    ]);
    app.simulator.control.clearFaults();
    expect((await pay(guest, orderId, { idempotencyKey })).id).toBe(row?.id);
  });

  test('an outage, cancelling it repairs the creation first and leaves nothing that can be paid', async () => {
    const { guest, mate, orderId } = await setScene(app);
    app.simulator.control.addFault({
      kind: 'hang_after_execution',
      times: 1,
      method: 'POST',
      pathPattern: '/v1/payment_intents',
    });
    await refusalOf(pay(guest, orderId));
    const [row] = await paymentsOfOrder(app, orderId);
    const cancelled = await guest.payments.cancel.mutate({
      paymentId: row?.id ?? '',
      idempotencyKey: newKey(),
    });
    expect(cancelled.status).toBe('CANCELLED');
    expect(intentsOfOrder(app, orderId)).toMatchObject([{ status: 'canceled' }]);
    expect((await pay(mate, orderId)).status).toBe('PENDING');
  });
});

describe('after a crash', () => {
  const creations = (orderId: string) =>
    app.simulator.control
      .requests()
      .filter((r) => r.method === 'POST' && r.path === '/v1/payment_intents')
      .filter((r) => r.idempotencyKey?.includes(orderId));

  test('between the answer of the processor and its storing, the intent is found again and not created again', async () => {
    const { guest, orderId } = await setScene(app);
    const idempotencyKey = newKey();
    const payment = await pay(guest, orderId, { idempotencyKey });
    await rows(
      app,
      `UPDATE payments SET creation_state = 'PENDING', creation_started_at = now() - interval '1 minute',
         payment_intent_id = NULL, transaction_id = NULL, client_secret = NULL WHERE id = $1`,
      [payment.id],
    );
    expect(await pay(guest, orderId, { idempotencyKey })).toMatchObject({
      id: payment.id,
      paymentIntentId: payment.paymentIntentId,
      clientSecret: payment.clientSecret,
    });
    expect(creations(payment.id)).toHaveLength(1);
  });

  test('before the call, it is made with the stored parameters: the same key within a day, the next one later', async () => {
    for (const [age, attempt] of [
      ['1 hour', 1],
      ['25 hours', 2],
    ] as const) {
      const { guest, orderId } = await setScene(app);
      app.simulator.control.addFault({
        kind: 'rate_limit',
        times: 1,
        method: 'POST',
        pathPattern: '/v1/payment_intents',
      });
      const idempotencyKey = newKey();
      await refusalOf(pay(guest, orderId, { idempotencyKey }));
      await rows(app, `UPDATE payments SET created_at = now() - $2::interval WHERE order_id = $1`, [
        orderId,
        age,
      ]);
      const payment = await pay(guest, orderId, { idempotencyKey });
      expect(creations(payment.id).at(-1)?.idempotencyKey).toBe(`payment:${payment.id}:create:${attempt}`);
      expect(intentsOfOrder(app, orderId)).toMatchObject([{ amount: 2700 }]);
    }
  });

  test('after a call whose key can only answer the same error, on a node whose clock is a day ahead: its intent is found', async () => {
    const { guest, orderId } = await setScene(app);
    app.simulator.control.addFault({
      kind: 'server_error_after_execution',
      times: 1,
      method: 'POST',
      pathPattern: '/v1/payment_intents',
    });
    const idempotencyKey = newKey();
    await refusalOf(pay(guest, orderId, { idempotencyKey }));
    await rows(app, `UPDATE payments SET created_at = now() + interval '1 day' WHERE order_id = $1`, [
      orderId,
    ]);
    // With its intent unseen, the first look would spend the key and the second make another intent.
    await pay(guest, orderId, { idempotencyKey }).catch(() => undefined);
    expect(await pay(guest, orderId, { idempotencyKey })).toMatchObject({ status: 'PENDING' });
    expect(intentsOfOrder(app, orderId)).toHaveLength(1);
  });

  test('a creation that a running call may still finish is waited for, not repeated', async () => {
    const { guest, orderId } = await setScene(app);
    app.simulator.control.addFault({
      kind: 'delay',
      delayMs: 400,
      times: 1,
      method: 'POST',
      pathPattern: '/v1/payment_intents',
    });
    const [first, second] = await Promise.all([pay(guest, orderId), pay(guest, orderId)]);
    expect(second).toEqual(first);
    expect(creations(first.id)).toHaveLength(1);
  });
});

describe('when the creation of the customer meets', () => {
  test.each(['rate_limit', 'server_error', 'hang', 'conflict'] as const)(
    '%s, a repeat with the same key ends with one customer and one intent',
    async (kind) => {
      const { session, orderId } = await setScene(app);
      const customer = await app.asCustomer(`saver-${orderId}`, session.guests[0]);
      app.simulator.control.addFault({ kind, times: 1, method: 'POST', pathPattern: '/v1/customers' });
      const input = { idempotencyKey: newKey(), saveCard: true };
      const payment = await untilCreated(() => pay(customer, orderId, input));
      expect(payment.status).toBe('PENDING');
      expect(intentsOfOrder(app, orderId)).toHaveLength(1);
      const customers = app.simulator.control
        .state()
        .customers.filter((c) => c.metadata.userId === `saver-${orderId}`);
      expect(customers).toHaveLength(1);
    },
  );
});

/** Repeats as a client does that was told to. */
async function untilCreated<T>(call: () => Promise<T>, tries = 5): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await call();
    } catch (error) {
      if (n === tries) throw error;
    }
  }
}
