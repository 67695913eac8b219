import type Stripe from 'stripe';
import { ApiError, invalidRequest } from '../errors';
import { newId, randomText } from '../ids';
import type { Cause, World } from '../world';
import { attachMethod, checkUsable } from './payment-method-objects';

export interface SetupInput {
  customer: string | null;
  description: string | null;
  metadata: Record<string, string>;
  usage: string;
  allowRedirects: 'always' | 'never';
  automatic: boolean;
}

/** Creates and stores a setup intent that waits for a payment method; emits nothing. */
export function createSetupIntent(world: World, input: SetupInput): Stripe.SetupIntent {
  const id = newId('seti');
  return world.store.setupIntents.insert({
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: { allow_redirects: input.allowRedirects, enabled: input.automatic },
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomText(25)}`,
    created: world.now(),
    customer: input.customer,
    customer_account: null,
    description: input.description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: { id: 'pmc_1SimulatorTabsy00', parent: null },
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: input.usage,
  });
}

const CONFIRMABLE = new Set<string>(['requires_payment_method', 'requires_confirmation', 'requires_action']);

export function setupState(intent: Stripe.SetupIntent, message: string): ApiError {
  return invalidRequest(message, { code: 'setup_intent_unexpected_state', setup_intent: intent });
}

/** Verifies a card for later use: attached to the customer, declined, or waiting for authentication. */
export function confirmSetup(
  world: World,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  returnUrl: string | undefined,
  cause: Cause | null,
): Stripe.SetupIntent {
  const { store } = world;
  if (!CONFIRMABLE.has(intent.status)) {
    throw setupState(
      intent,
      `You cannot confirm this SetupIntent because it has a status of ${intent.status}.`,
    );
  }
  checkUsable(store, method, typeof intent.customer === 'string' ? intent.customer : null);
  const scenario = store.scenarios.get(method.id);
  if (scenario?.decline !== undefined) {
    const { code, declineCode, message } = scenario.decline;
    const error = {
      code,
      decline_code: declineCode,
      message,
      payment_method: method,
      type: 'card_error' as const,
    };
    const failed = store.setupIntents.patch(intent.id, {
      status: 'requires_payment_method',
      last_setup_error: error,
      payment_method: null,
    });
    world.emit('setup_intent.setup_failed', failed, cause);
    throw new ApiError(402, { ...error, setup_intent: failed });
  }
  if (scenario?.authentication !== undefined) {
    const url = `${world.baseUrl()}/_simulator/authenticate/${intent.id}`;
    const waiting = store.setupIntents.patch(intent.id, {
      status: 'requires_action',
      payment_method: method.id,
      next_action:
        returnUrl === undefined
          ? { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } }
          : { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } },
    });
    world.emit('setup_intent.requires_action', waiting, cause);
    return waiting;
  }
  return succeedSetup(world, intent, method, cause);
}

function succeedSetup(
  world: World,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  cause: Cause | null,
): Stripe.SetupIntent {
  if (typeof intent.customer === 'string') attachMethod(world, method, intent.customer, cause);
  const done = world.store.setupIntents.patch(intent.id, {
    status: 'succeeded',
    payment_method: method.id,
    next_action: null,
    last_setup_error: null,
  });
  world.emit('setup_intent.succeeded', done, cause);
  return done;
}

/** The payer completes or fails the authentication of a setup intent in requires_action. */
export function finishSetupAuthentication(world: World, id: string, success: boolean): Stripe.SetupIntent {
  const { store } = world;
  const intent = store.setupIntents.get(id, 'intent');
  if (intent.status !== 'requires_action') {
    throw setupState(intent, `This SetupIntent has a status of ${intent.status}: nothing to authenticate.`);
  }
  const method = store.paymentMethods.get(String(intent.payment_method));
  if (success) {
    store.authenticatedPaymentMethods.add(method.id);
    return succeedSetup(world, intent, method, null);
  }
  const failed = store.setupIntents.patch(id, {
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    last_setup_error: {
      code: 'setup_intent_authentication_failure',
      message:
        'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
      payment_method: method,
      type: 'invalid_request_error',
    },
  });
  world.emit('setup_intent.setup_failed', failed, null);
  return failed;
}
