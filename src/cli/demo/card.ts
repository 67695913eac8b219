import { assertCurrency, formatMinor } from '@/domain/money';
import type { PaymentView } from '@/services/payments/view';
import { type BrowserAnswer, confirmAsBrowser } from '@/stripe/simulator/browser-confirm';
import type { DeliveryAttempt } from '@/stripe/simulator/webhooks/deliverer';
import { StepFailed } from './expect';
import type { Stage } from './stage';
import { waitFor } from './wait-for';

/** An amount for the reader: `$59.11`, `¥4,708`. */
export function money(amountMinor: number, currency: string): string {
  return formatMinor(amountMinor, assertCurrency(currency));
}

/** Confirms a payment's intent with a test card exactly as Stripe.js does: publishable key and client secret, no server. */
export function confirmCard(stage: Stage, payment: PaymentView, card: string): Promise<BrowserAnswer> {
  if (payment.clientSecret === null) throw new StepFailed('expected: the payer gets the client secret');
  return confirmAsBrowser({
    apiBase: stage.simulatorUrl,
    publishableKey: stage.publishableKey,
    clientSecret: payment.clientSecret,
    paymentMethod: card,
  });
}

/** As much of a client as waiting for a payment takes. */
export interface PaymentReader {
  payments: { get: { query(input: { paymentId: string }): Promise<PaymentView> } };
}

/** The payment once the webhook has brought it to `status`, as `client` sees it. */
export function whenStatus(
  client: PaymentReader,
  paymentId: string,
  status: PaymentView['status'],
): Promise<PaymentView> {
  return waitFor(`payment ${paymentId} becomes ${status}`, async () => {
    const payment = await client.payments.get.query({ paymentId });
    return payment.status === status ? payment : null;
  });
}

/**
 * The payment once it is COMPLETED and its card is known. These are two events of Stripe's, payment_intent.succeeded and
 * charge.succeeded, which come in any order.
 */
export function whenPaid(client: PaymentReader, paymentId: string): Promise<PaymentView> {
  return waitFor(`payment ${paymentId} becomes COMPLETED, and its card known`, async () => {
    const payment = await client.payments.get.query({ paymentId });
    return payment.status === 'COMPLETED' && payment.cardFunding !== null ? payment : null;
  });
}

/** The simulator's own record of a webhook about an intent, once our server has answered it. */
export function whenDelivered(
  stage: Stage,
  type: string,
  intentId: string,
): Promise<{ eventId: string; status: number }> {
  return waitFor(`${type} of ${intentId} is delivered`, async () => {
    const response = await fetch(`${stage.simulatorUrl}/_simulator/state`);
    const state = (await response.json()) as {
      events: { id: string; type: string; data: { object: { id: string } } }[];
      deliveryAttempts: DeliveryAttempt[];
    };
    const event = state.events.find((one) => one.type === type && one.data.object.id === intentId);
    const attempt = state.deliveryAttempts.find(
      (one) => one.eventId === event?.id && one.url.startsWith(stage.baseUrl) && one.status === 200,
    );
    return attempt ? { eventId: attempt.eventId, status: attempt.status } : null;
  });
}
