import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { payWithCard, refusalOf, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { otherId, pay, rows, setScene } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  app.simulator.control.releaseWebhooks();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

test('reading finds out what a withheld webhook would have told, and the late webhook changes nothing more', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  app.simulator.control.holdWebhooks();
  await payWithCard(app, payment, 'pm_card_chargeDeclined');
  expect(await guest.payments.get.query({ paymentId: payment.id })).toMatchObject({ status: 'FAILED' });
  await payWithCard(app, payment);
  const paid = await guest.payments.get.query({ paymentId: payment.id });
  expect(paid).toMatchObject({ status: 'COMPLETED', clientSecret: null });
  app.simulator.control.releaseWebhooks({ order: 'desc' });
  await app.simulator.control.waitForDeliveries();
  const later = await guest.payments.get.query({ paymentId: payment.id });
  expect(later).toMatchObject({
    status: 'COMPLETED',
    completedAt: paid.completedAt,
    receiptNumber: paid.receiptNumber,
  });
  expect(
    await rows(app, 'SELECT 1 FROM ledger_transactions WHERE payment_id = $1', [payment.id]),
  ).toHaveLength(1);
});

test('a retry in the very second of its decline is seen', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  await payWithCard(app, payment, 'pm_card_chargeDeclined');
  await waitForStatus(guest, payment.id, 'FAILED');
  await payWithCard(app, payment, 'pm_card_processing');
  await waitForStatus(guest, payment.id, 'PROCESSING');
  app.simulator.control.finishProcessing({ paymentIntent: payment.paymentIntentId ?? '', outcome: 'fail' });
  await waitForStatus(guest, payment.id, 'FAILED');
  await payWithCard(app, payment, 'pm_card_threeDSecure2Required');
  await waitForStatus(guest, payment.id, 'PENDING');
  app.simulator.control.completeAuthentication({
    paymentIntent: payment.paymentIntentId ?? '',
    outcome: 'succeed',
  });
  await waitForStatus(guest, payment.id, 'COMPLETED');
});

test.each(['rate_limit', 'server_error', 'hang', 'reset', 'lost_answer'] as const)(
  'when the processor answers with %s, reading answers what is stored, before a client gives up',
  async (kind) => {
    const { guest, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    app.simulator.control.addFault({ kind });
    const startedMs = performance.now();
    expect(await guest.payments.get.query({ paymentId: payment.id })).toEqual({
      ...payment,
      refundable: null,
    });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  },
);

test('a settled payment is read without asking the processor', async () => {
  const { guest, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  await payWithCard(app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
  const asked = () => app.simulator.control.requests().filter((r) => r.method === 'GET').length;
  const before = asked();
  await guest.payments.get.query({ paymentId: payment.id });
  expect(asked()).toBe(before);
});

test('payer, table mates, staff and admins may read it; strangers learn nothing, nobody must sign in', async () => {
  const { guest, mate, staff, orderId, service } = await setScene(app);
  const stranger = await setScene(app);
  const payment = await pay(guest, orderId);
  for (const client of [guest, mate, staff, await app.asAdmin()]) {
    expect((await client.payments.get.query({ paymentId: payment.id })).id).toBe(payment.id);
  }
  for (const client of [stranger.guest, stranger.staff, await app.asCustomer('stranger'), service]) {
    const [known, unknown] = await Promise.all([
      refusalOf(client.payments.get.query({ paymentId: payment.id })),
      refusalOf(client.payments.get.query({ paymentId: otherId() })),
    ]);
    expect(known).toEqual(unknown);
    expect(known.code).toBe('NOT_FOUND');
  }
  for (const paymentId of [payment.id, otherId()]) {
    expect(await refusalOf(app.anonymous().payments.get.query({ paymentId }))).toMatchObject({
      appCode: 'UNAUTHENTICATED',
    });
  }
});

test('no view, history or live event carries the secret id of a guest', async () => {
  const { guest, staff, session, orderId } = await setScene(app);
  const payment = await pay(guest, orderId, { tipMinor: 5 });
  await payWithCard(app, payment);
  const paid = await waitForStatus(guest, payment.id, 'COMPLETED');
  const shown = [
    paid,
    await staff.payments.history.query({ paymentId: payment.id }),
    await staff.payments.list.query({ orderId }),
    await guest.payments.receipt.query({ paymentId: payment.id }),
    await rows(app, 'SELECT * FROM outbox_events WHERE payment_id = $1', [payment.id]),
    await rows(app, 'SELECT * FROM payment_audit_log WHERE payment_id = $1', [payment.id]),
    app.simulator.control.state().paymentIntents,
    app.logLines,
  ];
  for (const secret of session.guests) expect(JSON.stringify(shown)).not.toContain(secret);
  const history = JSON.stringify(shown[1]);
  expect(history).not.toContain('_secret_');
});

test('table mates see what is paid, but not with which card, by whose account or why it failed', async () => {
  const { guest, mate, staff, orderId } = await setScene(app);
  const payment = await pay(guest, orderId);
  await payWithCard(app, payment, 'pm_card_chargeDeclined');
  await waitForStatus(guest, payment.id, 'FAILED');
  const HIDDEN = ['failureReason', 'customerId', 'paymentIntentId', 'transactionId'] as const;
  const CARD = ['cardBrand', 'cardLast4', 'cardFunding', 'wallet'] as const;
  const seenBy = (client: typeof guest) => client.payments.get.query({ paymentId: payment.id });
  const nulls = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, null]));
  expect(await seenBy(mate)).toMatchObject({
    id: payment.id,
    status: 'FAILED',
    ...nulls([...HIDDEN, ...CARD]),
  });
  for (const client of [guest, staff, await app.asAdmin()]) {
    const seen = await seenBy(client);
    expect([seen.failureReason, seen.paymentIntentId]).toEqual([expect.any(String), payment.paymentIntentId]);
  }
  await payWithCard(app, payment);
  await waitForStatus(guest, payment.id, 'COMPLETED');
  await app.simulator.control.waitForDeliveries();
  const listed = await mate.payments.listForOrder.query({ orderId });
  expect(listed).toMatchObject([{ status: 'COMPLETED', totalMinor: 2700, ...nulls([...HIDDEN, ...CARD]) }]);
  for (const client of [guest, staff]) expect((await seenBy(client)).cardLast4).toBe('4242');
});
