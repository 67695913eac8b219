import type Stripe from 'stripe';
import { checkChargeAmount, knownCurrency } from '../currencies';
import { invalidRequest } from '../errors';
import type { Parsed } from '../http/params';
import { newId, randomText } from '../ids';
import { mergeMetadata } from '../metadata';
import type { CREATE, UPDATE } from '../resources/payment-intent-params';
import type { World } from '../world';
import { unexpectedState } from './confirm';
import { addressOf } from './payment-method-objects';

type Create = Parsed<typeof CREATE>;
type Update = Parsed<typeof UPDATE>;

/** Card payments take only a suffix, of limited characters (Stripe, "Statement descriptors"). */
function checkDescriptors(
  params: Pick<Create, 'statement_descriptor' | 'statement_descriptor_suffix'>,
): void {
  if (params.statement_descriptor !== undefined) {
    throw invalidRequest(
      'The `statement_descriptor` parameter is not supported for payments with cards. Use ' +
        '`statement_descriptor_suffix` instead.',
      { param: 'statement_descriptor', code: 'payment_intent_invalid_parameter' },
    );
  }
  const suffix = params.statement_descriptor_suffix;
  if (suffix === undefined || (/[A-Za-z]/.test(suffix) && !/[<>\\'"*]/.test(suffix))) return;
  throw invalidRequest(
    'The statement descriptor suffix must contain at least one letter and none of < > \\ \' " *.',
    { param: 'statement_descriptor_suffix', code: 'payment_intent_invalid_parameter' },
  );
}

function shippingOf(input: Create['shipping']): Stripe.PaymentIntent.Shipping | null {
  if (input == null) return null;
  return {
    address: addressOf(input.address) ?? undefined,
    carrier: input.carrier ?? null,
    name: input.name,
    phone: input.phone ?? null,
    tracking_number: input.tracking_number ?? null,
  };
}

function checkCustomer(world: World, customer: string | undefined): void {
  if (customer !== undefined) world.store.customers.get(customer, 'customer');
}

/** Creates and stores an intent that waits for a payment method; the caller emits and confirms. */
export function createIntent(world: World, params: Create): Stripe.PaymentIntent {
  const currency = knownCurrency(params.currency);
  checkChargeAmount(params.amount, currency);
  checkDescriptors(params);
  checkCustomer(world, params.customer);
  const id = newId('pi');
  return world.store.paymentIntents.insert({
    id,
    object: 'payment_intent',
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount: params.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: {
      allow_redirects: params.automatic_payment_methods?.allow_redirects ?? 'always',
      enabled: params.automatic_payment_methods?.enabled ?? true,
    },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.capture_method ?? 'automatic_async',
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: params.confirmation_method ?? 'automatic',
    created: world.now(),
    currency,
    customer: params.customer ?? null,
    customer_account: null,
    description: params.description ?? null,
    excluded_payment_method_types: params.excluded_payment_method_types ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergeMetadata({}, params.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: { id: 'pmc_1SimulatorTabsy00', parent: null },
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: params.receipt_email ?? null,
    review: null,
    setup_future_usage: params.setup_future_usage ?? null,
    shipping: shippingOf(params.shipping),
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: params.statement_descriptor_suffix ?? null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: params.transfer_group ?? null,
  });
}

const OPEN = new Set<string>(['requires_payment_method', 'requires_confirmation', 'requires_action']);

function checkOpenFor(intent: Stripe.PaymentIntent, params: Update): void {
  if (OPEN.has(intent.status)) return;
  const money = [
    'amount',
    'currency',
    'payment_method',
    'customer',
    'setup_future_usage',
    'capture_method',
  ] as const;
  const blocked = money.find((name) => params[name] !== undefined);
  if (blocked === undefined) return;
  throw unexpectedState(
    intent,
    `This PaymentIntent's ${blocked} could not be updated because it has a status of ${intent.status}. You may ` +
      `only update the ${blocked} of a PaymentIntent with one of the following statuses: ` +
      'requires_payment_method, requires_confirmation, requires_action.',
  );
}

/** Changes an intent; money facts only while it is open. Stripe emits no event for it. */
export function updateIntent(
  world: World,
  intent: Stripe.PaymentIntent,
  params: Update,
  method?: Stripe.PaymentMethod,
): Stripe.PaymentIntent {
  checkOpenFor(intent, params);
  checkDescriptors(params);
  checkCustomer(world, params.customer);
  const currency = params.currency === undefined ? intent.currency : knownCurrency(params.currency);
  const amount = params.amount ?? intent.amount;
  if (params.amount !== undefined || params.currency !== undefined) checkChargeAmount(amount, currency);
  const changed = amount !== intent.amount || currency !== intent.currency || method !== undefined;
  const ready = (method ?? intent.payment_method) !== null;
  return world.store.paymentIntents.patch(intent.id, {
    amount,
    currency,
    metadata: mergeMetadata(intent.metadata, params.metadata),
    ...(params.capture_method === undefined ? {} : { capture_method: params.capture_method }),
    ...(params.customer === undefined ? {} : { customer: params.customer }),
    ...(params.description === undefined ? {} : { description: params.description }),
    ...(params.receipt_email === undefined ? {} : { receipt_email: params.receipt_email }),
    ...(params.setup_future_usage === undefined ? {} : { setup_future_usage: params.setup_future_usage }),
    ...(params.shipping === undefined ? {} : { shipping: shippingOf(params.shipping) }),
    ...(params.statement_descriptor_suffix === undefined
      ? {}
      : { statement_descriptor_suffix: params.statement_descriptor_suffix }),
    ...(params.transfer_group === undefined ? {} : { transfer_group: params.transfer_group }),
    ...(method === undefined ? {} : { payment_method: method.id }),
    ...(changed && ready && OPEN.has(intent.status)
      ? { status: 'requires_confirmation', next_action: null }
      : {}),
  });
}
