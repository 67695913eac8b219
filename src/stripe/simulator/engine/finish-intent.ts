import type Stripe from 'stripe';
import { invalidRequest } from '../errors';
import type { Cause, World } from '../world';
import { unexpectedState } from './confirm';
import { settleLater } from './settle';

const CANCELABLE = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
];

/** Cancels an open intent; an authorised charge is released and counts as refunded. */
export function cancelIntent(
  world: World,
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
  cause: Cause | null,
): Stripe.PaymentIntent {
  const { store } = world;
  if (!CANCELABLE.includes(intent.status)) {
    throw unexpectedState(
      intent,
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent ` +
        `with one of the following statuses may be canceled: ${CANCELABLE.join(', ')}.`,
    );
  }
  if (intent.status === 'requires_capture') {
    const before = store.charges.get(String(intent.latest_charge));
    const released = store.charges.patch(before.id, { amount_refunded: before.amount, refunded: true });
    world.emit('charge.refunded', released, cause, before);
  }
  const canceled = store.paymentIntents.patch(intent.id, {
    status: 'canceled',
    amount_capturable: 0,
    canceled_at: world.now(),
    cancellation_reason: reason,
    next_action: null,
  });
  world.emit('payment_intent.canceled', canceled, cause);
  return canceled;
}

/** Captures an authorised intent, at most what was authorised; the rest is released. */
export function captureIntent(
  world: World,
  intent: Stripe.PaymentIntent,
  amountMinor: number | undefined,
  cause: Cause | null,
): Stripe.PaymentIntent {
  const { store } = world;
  if (intent.status !== 'requires_capture') {
    throw unexpectedState(
      intent,
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a ` +
        'PaymentIntent with one of the following statuses may be captured: requires_capture.',
    );
  }
  const amount = amountMinor ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    throw invalidRequest(
      `The amount to capture (${amount}) is greater than the capturable amount (${intent.amount_capturable}).`,
      { code: 'amount_too_large', param: 'amount_to_capture' },
    );
  }
  const before = store.charges.get(String(intent.latest_charge));
  const charge = store.charges.patch(before.id, { amount_captured: amount, captured: true });
  settleLater(world, charge.id, true);
  const captured = store.paymentIntents.patch(intent.id, {
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: amount,
  });
  world.emit('charge.captured', store.charges.get(charge.id), cause, before);
  world.emit('payment_intent.succeeded', captured, cause);
  return captured;
}
