import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newKey, payWithCard, refusalOf, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { decline } from '../retry/support';
import { intentsOf, intentsOfOrder, pay, paymentsOfOrder, rows, setScene } from './support';

/**
 * A card declined at creation: the processor answers 402 to the very call that creates the intent, through the real SDK. There
 * is no intent then, so nothing is held and nothing can be tried again: the next wish is a payment of its own, whose
 * declines are retried with its one intent.
 */
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const declineCreation = (times: number) =>
  app.simulator.control.addFault({
    kind: 'card_declined',
    times,
    method: 'POST',
    pathPattern: '/v1/payment_intents',
  });
const creations = () => app.simulator.control.requestCounts()['POST /v1/payment_intents'] ?? 0;

const GUEST_WORDS = 'Your card has insufficient funds. Please use another card.';

test('402 in the guest’s words; a repeat with the same key asks nobody and answers the same', async () => {
  const { guest, orderId } = await setScene(app);
  declineCreation(1);
  const idempotencyKey = newKey();
  const asked = creations();
  for (const _again of [1, 2, 3]) {
    expect(await refusalOf(pay(guest, orderId, { idempotencyKey }))).toMatchObject({
      code: 'PAYMENT_REQUIRED',
      appCode: 'CARD_DECLINED',
      message: GUEST_WORDS,
    });
  }
  expect(creations()).toBe(asked + 1);
  expect(intentsOfOrder(app, orderId)).toEqual([]);
});

test('the payment is closed with the guest’s words and the staff’s, no attempt is counted, and live events tell', async () => {
  const { guest, mate, staff, orderId } = await setScene(app);
  declineCreation(1);
  await refusalOf(pay(guest, orderId));
  const [stored] = await paymentsOfOrder(app, orderId);
  const paymentId = stored?.id ?? '';
  expect(await guest.payments.get.query({ paymentId })).toMatchObject({
    status: 'CANCELLED',
    failureReason: GUEST_WORDS,
    staffFailureReason: null,
    retryCount: 0,
    paymentIntentId: null,
    clientSecret: null,
  });
  expect(await staff.payments.get.query({ paymentId })).toMatchObject({
    failureReason: GUEST_WORDS,
    staffFailureReason: 'The card has insufficient funds. Ask for another card, or split the bill.',
  });
  expect(await mate.payments.get.query({ paymentId })).toMatchObject({
    failureReason: null,
    staffFailureReason: null,
  });
  const told = await rows<{ type: string; payload: unknown }>(
    app,
    'SELECT type, payload FROM outbox_events WHERE payment_id = $1',
    [paymentId],
  );
  expect(told.map(({ type }) => type)).toContain('payment:failed');
  expect(JSON.stringify(told)).not.toMatch(/Ask for another card/);
});

test('it holds nothing: a table mate may pay the whole bill at once', async () => {
  const { guest, mate, orderId } = await setScene(app);
  declineCreation(1);
  await refusalOf(pay(guest, orderId));
  const payment = await pay(mate, orderId);
  await payWithCard(app, payment);
  await waitForStatus(mate, payment.id, 'COMPLETED');
});

test('retrying what never had an intent is refused; a new wish has one intent, which its retries keep', async () => {
  const { guest, orderId } = await setScene(app);
  declineCreation(1);
  await refusalOf(pay(guest, orderId));
  const [closed] = await paymentsOfOrder(app, orderId);
  const retry = (paymentId: string) => guest.payments.retry.mutate({ paymentId, idempotencyKey: newKey() });
  expect(await refusalOf(retry(closed?.id ?? ''))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });

  const payment = await pay(guest, orderId);
  expect(payment.id).not.toBe(closed?.id);
  for (const n of [1, 2]) {
    await decline(app, guest, payment, 'pm_card_chargeDeclinedInsufficientFunds');
    expect(await retry(payment.id)).toMatchObject({
      retryCount: n,
      paymentIntentId: payment.paymentIntentId,
      clientSecret: payment.clientSecret,
    });
  }
  await payWithCard(app, payment);
  expect(await waitForStatus(guest, payment.id, 'COMPLETED')).toMatchObject({
    retryCount: 2,
    failureReason: null,
  });
  expect(intentsOf(app, payment.id)).toHaveLength(1);
});

test('a share of the table and a fixed split are told alike', async () => {
  const { guest, mate, session, orderId } = await setScene(app);
  declineCreation(1);
  const share = guest.tableSessions.pay.mutate({
    tableSessionId: session.sessionId,
    shareMinor: 1000,
    idempotencyKey: newKey(),
  });
  expect(await refusalOf(share)).toMatchObject({ appCode: 'CARD_DECLINED', message: GUEST_WORDS });
  app.simulator.control.clearFaults();
  declineCreation(1);
  const group = await mate.splits.create.mutate({
    orderId,
    parts: [
      { amountMinor: 1700, name: 'Ada' },
      { amountMinor: 1000, name: 'Bob' },
    ],
    idempotencyKey: newKey(),
  });
  // One participant's refusal leaves the other as it is.
  expect(group.participants.map(({ payment }) => payment.status).toSorted()).toEqual([
    'CANCELLED',
    'PENDING',
  ]);
  const refused = group.participants.find(({ payment }) => payment.status === 'CANCELLED');
  expect(refused?.payment.failureReason).toBe(GUEST_WORDS);
});

test.each(['/api/v1/orders/ORDER/payments', '/api/v1/table-sessions/SESSION/payment'])(
  'on the existing clients’ wire it is a 402 with their code: %s',
  async (path) => {
    const { session, orderId } = await setScene(app);
    declineCreation(1);
    const answer = await fetch(
      `${app.url}${path.replace('ORDER', orderId).replace('SESSION', session.sessionId)}`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-session-id': session.guests[0] },
        body: JSON.stringify({ paymentMethod: 'CREDIT_CARD' }),
      },
    );
    expect(answer.status).toBe(402);
    expect(await answer.json()).toMatchObject({
      success: false,
      code: 'INSUFFICIENT_FUNDS',
      message: GUEST_WORDS,
    });
  },
);
