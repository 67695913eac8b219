import { anything, array, boolean, emptyable, hash, integer, metadata, oneOf, string } from '../http/params';
import { AUTOMATIC_METHODS, METHOD_DATA, SHIPPING } from './shapes';

// `payment_method_types` is absent on purpose: this API version refuses it. So is `amount_details[tip]`,
// which Stripe only answers with.
const AMOUNT_DETAILS = hash({
  discount_amount: emptyable(integer(0)),
  enforce_arithmetic_validation: boolean(),
  line_items: anything(),
  shipping: anything(),
  tax: anything(),
});

const COMMON = {
  allowed_payment_method_types: emptyable(array(string())),
  amount_details: emptyable(AMOUNT_DETAILS),
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  excluded_payment_method_types: emptyable(array(string())),
  hooks: anything(),
  payment_details: anything(),
  payment_method: string(),
  payment_method_options: anything(),
  receipt_email: emptyable(string()),
  setup_future_usage: emptyable(oneOf('off_session', 'on_session')),
  shipping: emptyable(SHIPPING),
};

const DESCRIBED = {
  customer: string(),
  customer_account: string(),
  description: string(1000),
  metadata: metadata(),
  payment_method_configuration: string(),
  statement_descriptor: string(22),
  statement_descriptor_suffix: string(22),
  transfer_group: string(),
};

const CONFIRMING = {
  confirmation_token: string(),
  error_on_requires_action: boolean(),
  mandate: string(),
  mandate_data: anything(),
  off_session: boolean(),
  radar_options: anything(),
  return_url: string(),
  use_stripe_sdk: boolean(),
};

export const CREATE = {
  ...COMMON,
  ...DESCRIBED,
  ...CONFIRMING,
  amount: { ...integer(1), required: true as const },
  currency: { ...string(), required: true as const },
  automatic_payment_methods: AUTOMATIC_METHODS,
  confirm: boolean(),
  confirmation_method: oneOf('automatic', 'manual'),
};

export const UPDATE = { ...COMMON, ...DESCRIBED, amount: integer(1), currency: string() };

export const CONFIRM = { ...COMMON, ...CONFIRMING, amount_to_confirm: integer(1) };

/** What Stripe.js sends on top of `CONFIRM`. */
export const CONFIRM_IN_BROWSER = {
  client_secret: { ...string(), required: true as const },
  payment_method_data: METHOD_DATA,
  expected_payment_method_type: string(),
  client_context: anything(),
  client_attribution_metadata: anything(),
};

export const CAPTURE = {
  amount_details: AMOUNT_DETAILS,
  amount_to_capture: integer(1),
  final_capture: boolean(),
  hooks: anything(),
  metadata: metadata(),
  payment_details: anything(),
  statement_descriptor: string(22),
  statement_descriptor_suffix: string(22),
};

export const CANCEL = {
  cancellation_reason: oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'),
};
