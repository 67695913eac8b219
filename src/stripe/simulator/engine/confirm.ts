import type Stripe from 'stripe';
import { ApiError, invalidRequest } from '../errors';
import type { Decline, Scenario } from '../test-cards';
import type { Cause, World } from '../world';
import { createCharge } from './charge-objects';
import { attachMethod, checkUsable } from './payment-method-objects';
import { settleLater } from './settle';

const CONFIRMABLE = new Set<string>(['requires_payment_method', 'requires_confirmation', 'requires_action']);

/** Stripe's error for an operation that the intent's status forbids. */
export function unexpectedState(intent: Stripe.PaymentIntent, message: string): ApiError {
  return invalidRequest(message, { code: 'payment_intent_unexpected_state', payment_intent: intent });
}

export interface ConfirmInput {
  method: Stripe.PaymentMethod;
  returnUrl?: string;
  offSession?: boolean;
  errorOnRequiresAction?: boolean;
}

function withAction(
  world: World,
  intent: Stripe.PaymentIntent,
  returnUrl?: string,
): Stripe.PaymentIntent.NextAction {
  const url = `${world.baseUrl()}/_simulator/authenticate/${intent.id}`;
  if (returnUrl !== undefined)
    return { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } };
  return { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
}

function declineBody(decline: Decline, method: Stripe.PaymentMethod, chargeId?: string) {
  return {
    ...(chargeId === undefined ? {} : { charge: chargeId }),
    code: decline.code,
    ...(decline.declineCode === undefined ? {} : { decline_code: decline.declineCode }),
    message: decline.message,
    payment_method: method,
    payment_method_type: 'card',
    type: 'card_error' as const,
  };
}

/** Records a failed attempt: failed charge, intent back to requires_payment_method, both events. */
function failAttempt(
  world: World,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  decline: Decline,
  cause: Cause | null,
  authenticated: boolean,
): ApiError {
  const { store } = world;
  const charge = createCharge(world, intent, method, { captured: true, decline, authenticated });
  const body = declineBody(decline, method, charge.id);
  const failed = store.paymentIntents.patch(intent.id, {
    status: 'requires_payment_method',
    last_payment_error: {
      ...body,
      doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
    },
    latest_charge: charge.id,
    next_action: null,
    payment_method: null,
    processing: null,
  });
  world.emit('charge.failed', charge, cause);
  world.emit('payment_intent.payment_failed', failed, cause);
  return new ApiError(402, { ...body, advice_code: 'try_again_later', payment_intent: failed });
}

/** Charges the card: succeeded, or authorised when the capture is manual. */
function succeed(
  world: World,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  cause: Cause | null,
  authenticated: boolean,
): Stripe.PaymentIntent {
  const { store } = world;
  const manual = intent.capture_method === 'manual';
  const charge = createCharge(world, intent, method, { captured: !manual, authenticated });
  const customer = typeof intent.customer === 'string' ? intent.customer : null;
  if (customer !== null && intent.setup_future_usage !== null) {
    attachMethod(world, method, customer, cause);
    if (authenticated) store.authenticatedPaymentMethods.add(method.id);
  } else if (method.customer === null) store.spentPaymentMethods.add(method.id);
  const paid = store.paymentIntents.patch(intent.id, {
    status: manual ? 'requires_capture' : 'succeeded',
    amount_capturable: manual ? intent.amount : 0,
    amount_received: manual ? 0 : intent.amount,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.id,
    processing: null,
  });
  if (!manual) settleLater(world, charge.id, intent.capture_method === 'automatic');
  world.emit('charge.succeeded', store.charges.get(charge.id), cause);
  world.emit(manual ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', paid, cause);
  return paid;
}

function process(
  world: World,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  cause: Cause | null,
): Stripe.PaymentIntent {
  const pending = world.store.paymentIntents.patch(intent.id, {
    status: 'processing',
    processing: { type: 'card', card: {} },
    payment_method: method.id,
    last_payment_error: null,
    next_action: null,
  });
  world.emit('payment_intent.processing', pending, cause);
  return pending;
}

function charge(
  world: World,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  scenario: Scenario,
  cause: Cause | null,
  authenticated: boolean,
): Stripe.PaymentIntent {
  if (scenario.decline !== undefined) {
    throw failAttempt(world, intent, method, scenario.decline, cause, authenticated);
  }
  if (scenario.outcome === 'processes') return process(world, intent, method, cause);
  return succeed(world, intent, method, cause, authenticated);
}

const AUTHENTICATION_DECLINE: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

/**
 * Confirms an intent with a method, as its test card says. Throws the 402 of a decline after recording it,
 * and `payment_intent_unexpected_state` when the status does not allow a confirmation.
 */
export function confirmIntent(
  world: World,
  intent: Stripe.PaymentIntent,
  input: ConfirmInput,
  cause: Cause | null,
): Stripe.PaymentIntent {
  if (!CONFIRMABLE.has(intent.status)) {
    throw unexpectedState(
      intent,
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent ` +
        'with one of the following statuses may be confirmed: requires_confirmation, requires_action.',
    );
  }
  const { method } = input;
  const { store } = world;
  checkUsable(store, method, typeof intent.customer === 'string' ? intent.customer : null);
  const scenario = store.scenarios.get(method.id) ?? { outcome: 'succeeds' };
  const known = store.authenticatedPaymentMethods.has(method.id);
  const challenged =
    scenario.authentication === 'always' || (scenario.authentication === 'unless_set_up' && !known);
  if (!challenged) return charge(world, intent, method, scenario, cause, false);
  if (input.offSession || input.errorOnRequiresAction) {
    throw failAttempt(world, intent, method, AUTHENTICATION_DECLINE, cause, false);
  }
  const waiting = store.paymentIntents.patch(intent.id, {
    status: 'requires_action',
    next_action: withAction(world, intent, input.returnUrl),
    payment_method: method.id,
    last_payment_error: null,
  });
  world.emit('payment_intent.requires_action', waiting, cause);
  return waiting;
}

const AUTHENTICATION_FAILED =
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.';

/** The payer completes or fails the authentication of an intent in requires_action. */
export function finishAuthentication(world: World, intentId: string, success: boolean): Stripe.PaymentIntent {
  const { store } = world;
  const intent = store.paymentIntents.get(intentId, 'intent');
  if (intent.status !== 'requires_action') {
    throw unexpectedState(
      intent,
      `This PaymentIntent has a status of ${intent.status}: nothing to authenticate.`,
    );
  }
  const method = store.paymentMethods.get(String(intent.payment_method));
  if (success) {
    const scenario = store.scenarios.get(method.id) ?? { outcome: 'succeeds' };
    return settledOf(world, intentId, () => charge(world, intent, method, scenario, null, true));
  }
  const failed = store.paymentIntents.patch(intentId, {
    status: 'requires_payment_method',
    next_action: null,
    payment_method: null,
    last_payment_error: {
      code: 'payment_intent_authentication_failure',
      doc_url: 'https://stripe.com/docs/error-codes/payment-intent-authentication-failure',
      message: AUTHENTICATION_FAILED,
      payment_method: method,
      type: 'invalid_request_error',
    },
  });
  world.emit('payment_intent.payment_failed', failed, null);
  return failed;
}

/** Ends the processing of an intent, as the bank's late answer would. */
export function finishProcessing(world: World, intentId: string, success: boolean): Stripe.PaymentIntent {
  const { store } = world;
  const intent = store.paymentIntents.get(intentId, 'intent');
  if (intent.status !== 'processing') {
    throw unexpectedState(intent, `This PaymentIntent has a status of ${intent.status}, not processing.`);
  }
  const method = store.paymentMethods.get(String(intent.payment_method));
  if (success) return succeed(world, intent, method, null, false);
  const decline: Decline = {
    code: 'card_declined',
    declineCode: 'generic_decline',
    message: 'Your card was declined.',
  };
  failAttempt(world, intent, method, decline, null, false);
  return store.paymentIntents.get(intentId);
}

/** Nobody waits for the answer of a late charge: a decline is a state, not an error. */
function settledOf(world: World, intentId: string, attempt: () => unknown): Stripe.PaymentIntent {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 402) throw error;
  }
  return world.store.paymentIntents.get(intentId);
}
