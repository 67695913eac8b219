import type Stripe from 'stripe';
import { invalidRequest } from '../errors';

const PUBLIC_INTENT = [
  'id',
  'object',
  'amount',
  'amount_details',
  'automatic_payment_methods',
  'canceled_at',
  'cancellation_reason',
  'capture_method',
  'client_secret',
  'confirmation_method',
  'created',
  'currency',
  'description',
  'excluded_payment_method_types',
  'last_payment_error',
  'livemode',
  'next_action',
  'payment_method',
  'payment_method_configuration_details',
  'payment_method_types',
  'processing',
  'receipt_email',
  'setup_future_usage',
  'shipping',
  'source',
  'status',
] as const;
const PUBLIC_SETUP = [
  'id',
  'object',
  'automatic_payment_methods',
  'cancellation_reason',
  'client_secret',
  'created',
  'description',
  'last_setup_error',
  'livemode',
  'next_action',
  'payment_method',
  'payment_method_configuration_details',
  'payment_method_types',
  'status',
  'usage',
] as const;

/** What a browser sees of an intent: no customer, metadata, charge or received amount. */
export function publicIntent(intent: Stripe.PaymentIntent): Partial<Stripe.PaymentIntent> {
  return Object.fromEntries(PUBLIC_INTENT.map((name) => [name, intent[name]]));
}

/** What a browser sees of a setup intent. */
export function publicSetupIntent(intent: Stripe.SetupIntent): Partial<Stripe.SetupIntent> {
  return Object.fromEntries(PUBLIC_SETUP.map((name) => [name, intent[name]]));
}

/** Refuses a client secret that is not the intent's own. */
export function checkClientSecret(
  intent: Stripe.PaymentIntent | Stripe.SetupIntent,
  secret: string | undefined,
): void {
  if (secret !== undefined && secret === intent.client_secret) return;
  const kind = intent.object === 'payment_intent' ? 'PaymentIntent' : 'SetupIntent';
  throw invalidRequest(
    `The client_secret provided does not match any associated ${kind} on this account. Ensure the provided ` +
      `client_secret and ${kind} belong to the same account.`,
    { code: `${intent.object}_invalid_parameter`, param: 'client_secret' },
  );
}
