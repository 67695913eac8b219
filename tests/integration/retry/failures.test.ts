import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newKey, payWithCard, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { intentsOf, pay, rows, setScene } from '../payments/support';
import { decline } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const retry = (client: Awaited<ReturnType<typeof setScene>>['guest'], paymentId: string) =>
  client.payments.retry.mutate({ paymentId, idempotencyKey: newKey() });

describe('what a failed payment says', () => {
  test.each([
    ['pm_card_chargeDeclined', /Your card was declined/, /The bank declined the card/],
    [
      'pm_card_chargeDeclinedInsufficientFunds',
      /Your card has insufficient funds/,
      /The card has insufficient funds\. Ask for another card/,
    ],
    ['pm_card_visa_chargeDeclinedStolenCard', /Your card was declined/, /do not discuss the reason/],
    ['pm_card_chargeDeclinedExpiredCard', /Your card has expired/, /The card has expired\. Ask/],
  ])(
    '%s: the guest reads theirs, the restaurant both, a table mate none',
    async (card, guestWords, staffWords) => {
      const { guest, mate, staff, orderId } = await setScene(app);
      const payment = await pay(guest, orderId);
      const failed = await decline(app, guest, payment, card);
      expect(failed.failureReason).toMatch(guestWords);
      expect(failed.staffFailureReason).toBeNull();
      const seen = await staff.payments.get.query({ paymentId: payment.id });
      expect(seen.failureReason).toMatch(guestWords);
      expect(seen.staffFailureReason).toMatch(staffWords);
      const mates = await mate.payments.get.query({ paymentId: payment.id });
      expect([mates.failureReason, mates.staffFailureReason]).toEqual([null, null]);
      const [listed] = (await guest.payments.list.query({ orderId })).items;
      expect(listed?.staffFailureReason).toBeNull();
      const events = await rows<{ payload: unknown }>(
        app,
        'SELECT payload FROM outbox_events WHERE payment_id = $1',
        [payment.id],
      );
      expect(JSON.stringify(events)).not.toMatch(staffWords);
    },
  );

  test('a payment that has not failed, or was paid in the end, says nothing', async () => {
    const { guest, staff, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    expect((await staff.payments.get.query({ paymentId: payment.id })).staffFailureReason).toBeNull();
    await decline(app, guest, payment);
    await payWithCard(app, payment);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    const paid = await staff.payments.get.query({ paymentId: payment.id });
    expect([paid.failureReason, paid.staffFailureReason]).toEqual([null, null]);
  });
});

describe('from failure to payment', () => {
  test.each(['pm_card_chargeDeclined', 'pm_card_chargeDeclinedInsufficientFunds'])(
    '%s, then another card: the same intent pays',
    async (card) => {
      const { guest, orderId } = await setScene(app);
      const payment = await pay(guest, orderId);
      await decline(app, guest, payment, card);
      const again = await retry(guest, payment.id);
      expect(again).toMatchObject({
        id: payment.id,
        retryCount: 1,
        paymentIntentId: payment.paymentIntentId,
        clientSecret: payment.clientSecret,
      });
      await payWithCard(app, again, 'pm_card_visa_debit');
      await waitForStatus(guest, payment.id, 'COMPLETED');
      expect(intentsOf(app, payment.id)).toHaveLength(1);
    },
  );

  test('3-D Secure that completes pays; it waits PENDING meanwhile', async () => {
    const { guest, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    const answer = await payWithCard(app, payment, 'pm_card_threeDSecure2Required');
    expect(answer.body.status).toBe('requires_action');
    await app.simulator.control.waitForDeliveries();
    const waiting = await guest.payments.get.query({ paymentId: payment.id });
    expect(waiting).toMatchObject({ status: 'PENDING', clientSecret: payment.clientSecret });
    app.simulator.control.completeAuthentication({
      paymentIntent: payment.paymentIntentId ?? '',
      outcome: 'succeed',
    });
    await waitForStatus(guest, payment.id, 'COMPLETED');
  });

  test('3-D Secure that fails is a failure with its own words, and can be tried again', async () => {
    const { guest, staff, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    await payWithCard(app, payment, 'pm_card_threeDSecure2Required');
    app.simulator.control.completeAuthentication({
      paymentIntent: payment.paymentIntentId ?? '',
      outcome: 'fail',
    });
    const failed = await waitForStatus(guest, payment.id, 'FAILED');
    expect(failed.failureReason).toMatch(/Your bank wants you to confirm this payment/);
    const seen = await staff.payments.get.query({ paymentId: payment.id });
    expect(seen.staffFailureReason).toMatch(/The bank asked the guest to confirm/);
    const again = await retry(guest, payment.id);
    expect(again.retryCount).toBe(1);
    await payWithCard(app, again, 'pm_card_threeDSecure2Required');
    app.simulator.control.completeAuthentication({
      paymentIntent: payment.paymentIntentId ?? '',
      outcome: 'succeed',
    });
    await waitForStatus(guest, payment.id, 'COMPLETED');
  });

  test('a bank that takes its time: PROCESSING holds the bill, nothing is counted, then it pays', async () => {
    const { guest, mate, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    await payWithCard(app, payment, 'pm_card_processing');
    await waitForStatus(guest, payment.id, 'PROCESSING');
    expect(await retry(guest, payment.id)).toMatchObject({ status: 'PROCESSING', retryCount: 0 });
    await expect(pay(mate, orderId)).rejects.toThrow();
    app.simulator.control.finishProcessing({
      paymentIntent: payment.paymentIntentId ?? '',
      outcome: 'succeed',
    });
    await waitForStatus(guest, payment.id, 'COMPLETED');
  });

  test('a bank that takes its time and then declines leaves a payment that can be tried again', async () => {
    const { guest, orderId } = await setScene(app);
    const payment = await pay(guest, orderId);
    await payWithCard(app, payment, 'pm_card_processing');
    await waitForStatus(guest, payment.id, 'PROCESSING');
    app.simulator.control.finishProcessing({
      paymentIntent: payment.paymentIntentId ?? '',
      outcome: 'fail',
    });
    await waitForStatus(guest, payment.id, 'FAILED');
    const again = await retry(guest, payment.id);
    expect(again.retryCount).toBe(1);
    await payWithCard(app, again);
    await waitForStatus(guest, payment.id, 'COMPLETED');
  });
});
