import type Stripe from 'stripe';
import { createCardMethod, findCard, methodByReference } from '../engine/payment-method-objects';
import { confirmSetup, createSetupIntent, setupState } from '../engine/setup';
import { ApiError } from '../errors';
import { DATED_PAGE, inRange, listPage } from '../http/list';
import { type Call, operation } from '../http/operation';
import { anything, array, boolean, metadata, oneOf, type Parsed, string } from '../http/params';
import { checkClientSecret, publicSetupIntent } from '../http/public-shape';
import { mergeMetadata } from '../metadata';
import type { World } from '../world';
import { CONFIRM_IN_BROWSER } from './payment-intent-params';
import { AUTOMATIC_METHODS } from './shapes';

const METHOD = {
  payment_method: string(),
  payment_method_options: anything(),
};
const CONFIRM = {
  ...METHOD,
  confirmation_token: string(),
  mandate_data: anything(),
  return_url: string(),
  use_stripe_sdk: boolean(),
};
const DESCRIBED = {
  customer: string(),
  description: string(),
  metadata: metadata(),
  excluded_payment_method_types: array(string()),
  payment_method_configuration: string(),
};

type BrowserParams = Partial<Parsed<typeof CONFIRM_IN_BROWSER>>;
type MethodParams = Pick<Parsed<typeof METHOD>, 'payment_method'> &
  Pick<BrowserParams, 'payment_method_data'>;

function methodOf(world: World, params: MethodParams): Stripe.PaymentMethod | undefined {
  const { payment_method: reference, payment_method_data: data } = params;
  if (reference !== undefined) return methodByReference(world, reference);
  if (data === undefined) return undefined;
  return createCardMethod(world, findCard(data.card ?? {}, world.now()), data.card, data.billing_details);
}

function confirm(
  call: Call,
  intent: Stripe.SetupIntent,
  params: Parsed<typeof CONFIRM> & BrowserParams,
): Stripe.SetupIntent {
  const { world, cause } = call;
  const saved =
    typeof intent.payment_method === 'string'
      ? world.store.paymentMethods.get(intent.payment_method)
      : undefined;
  const method = methodOf(world, params) ?? saved;
  if (method === undefined) {
    throw setupState(intent, "You cannot confirm this SetupIntent because it's missing a payment method.");
  }
  return confirmSetup(world, intent, method, params.return_url, cause);
}

function publicly(attempt: () => Stripe.SetupIntent): object {
  try {
    return publicSetupIntent(attempt());
  } catch (error) {
    const intent = error instanceof ApiError ? error.body.setup_intent : undefined;
    if (!(error instanceof ApiError) || intent === undefined) throw error;
    const body = { ...error.body, setup_intent: publicSetupIntent(intent) as Stripe.SetupIntent };
    throw new ApiError(error.status, body, error.storable, error.headers);
  }
}

export const setupIntentOperations = [
  operation({
    method: 'POST',
    path: '/v1/setup_intents',
    params: {
      ...DESCRIBED,
      ...CONFIRM,
      automatic_payment_methods: AUTOMATIC_METHODS,
      confirm: boolean(),
      usage: oneOf('off_session', 'on_session'),
    },
    handle(call, params) {
      const { world, cause } = call;
      if (params.customer !== undefined) world.store.customers.get(params.customer, 'customer');
      const method = methodOf(world, params);
      const created = createSetupIntent(world, {
        customer: params.customer ?? null,
        description: params.description ?? null,
        metadata: mergeMetadata({}, params.metadata),
        usage: params.usage ?? 'off_session',
        allowRedirects: params.automatic_payment_methods?.allow_redirects ?? 'always',
        automatic: params.automatic_payment_methods?.enabled ?? true,
      });
      const intent =
        method === undefined
          ? created
          : world.store.setupIntents.patch(created.id, {
              payment_method: method.id,
              status: 'requires_confirmation',
            });
      world.emit('setup_intent.created', intent, cause);
      return params.confirm ? confirm(call, intent, { return_url: params.return_url }) : intent;
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/setup_intents',
    params: { ...DATED_PAGE, customer: string(), payment_method: string(), attach_to_self: boolean() },
    handle: (call, params) =>
      listPage(
        call,
        call.world.store.setupIntents,
        params,
        (intent) =>
          (params.customer === undefined || intent.customer === params.customer) &&
          (params.payment_method === undefined || intent.payment_method === params.payment_method) &&
          inRange(intent.created, params.created),
      ),
  }),
  operation({
    method: 'GET',
    path: '/v1/setup_intents/:id',
    params: { client_secret: string() },
    publishable: {},
    handle({ world, ids: [id], publishable }, { client_secret: secret }) {
      const intent = world.store.setupIntents.get(id, 'intent');
      if (publishable || secret !== undefined) checkClientSecret(intent, secret);
      return publishable ? publicSetupIntent(intent) : intent;
    },
  }),
  operation({
    method: 'POST',
    path: '/v1/setup_intents/:id',
    params: { ...DESCRIBED, ...METHOD },
    handle({ world, ids: [id] }, params) {
      const intent = world.store.setupIntents.get(id, 'intent');
      if (params.customer !== undefined) world.store.customers.get(params.customer, 'customer');
      const method = methodOf(world, params);
      return world.store.setupIntents.patch(id, {
        metadata: mergeMetadata(intent.metadata, params.metadata),
        ...(params.customer === undefined ? {} : { customer: params.customer }),
        ...(params.description === undefined ? {} : { description: params.description }),
        ...(method === undefined ? {} : { payment_method: method.id, status: 'requires_confirmation' }),
      });
    },
  }),
  operation({
    method: 'POST',
    path: '/v1/setup_intents/:id/confirm',
    params: CONFIRM,
    publishable: CONFIRM_IN_BROWSER,
    handle(call, params) {
      const intent = call.world.store.setupIntents.get(call.ids[0], 'intent');
      if (call.publishable || params.client_secret !== undefined)
        checkClientSecret(intent, params.client_secret);
      const attempt = () => confirm(call, intent, params);
      return call.publishable ? publicly(attempt) : attempt();
    },
  }),
  operation({
    method: 'POST',
    path: '/v1/setup_intents/:id/cancel',
    params: { cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer') },
    handle({ world, cause, ids: [id] }, params) {
      const intent = world.store.setupIntents.get(id, 'intent');
      if (intent.status === 'succeeded' || intent.status === 'canceled') {
        throw setupState(
          intent,
          `You cannot cancel this SetupIntent because it has a status of ${intent.status}.`,
        );
      }
      const canceled = world.store.setupIntents.patch(id, {
        status: 'canceled',
        cancellation_reason: params.cancellation_reason ?? null,
        next_action: null,
      });
      world.emit('setup_intent.canceled', canceled, cause);
      return canceled;
    },
  }),
];
