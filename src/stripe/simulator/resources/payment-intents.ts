import type Stripe from 'stripe';
import { confirmIntent, unexpectedState } from '../engine/confirm';
import { cancelIntent, captureIntent } from '../engine/finish-intent';
import { createIntent, updateIntent } from '../engine/intent-objects';
import { checkUsable, createCardMethod, findCard, methodByReference } from '../engine/payment-method-objects';
import { ApiError, invalidRequest } from '../errors';
import { DATED_PAGE, inRange, listPage } from '../http/list';
import { type Call, operation } from '../http/operation';
import { type Parsed, string } from '../http/params';
import { checkClientSecret, publicIntent } from '../http/public-shape';
import { mergeMetadata } from '../metadata';
import type { World } from '../world';
import { CANCEL, CAPTURE, CONFIRM, CONFIRM_IN_BROWSER, CREATE, UPDATE } from './payment-intent-params';

type BrowserParams = Partial<Parsed<typeof CONFIRM_IN_BROWSER>>;
type MethodParams = Pick<Parsed<typeof CREATE>, 'payment_method'> &
  Pick<BrowserParams, 'payment_method_data'>;

/** The method that the parameters name or describe, if any. */
function methodOf(world: World, params: MethodParams): Stripe.PaymentMethod | undefined {
  const { payment_method: reference, payment_method_data: data } = params;
  if (reference !== undefined) return methodByReference(world, reference);
  if (data === undefined) return undefined;
  const card = findCard(data.card ?? {}, world.now());
  return createCardMethod(world, card, data.card, data.billing_details);
}

function confirm(
  call: Call,
  intent: Stripe.PaymentIntent,
  params: Parsed<typeof CONFIRM> & BrowserParams,
): Stripe.PaymentIntent {
  const { world, cause } = call;
  const saved = typeof intent.payment_method === 'string' ? intent.payment_method : undefined;
  const method =
    methodOf(world, params) ?? (saved === undefined ? undefined : world.store.paymentMethods.get(saved));
  if (method === undefined) {
    throw unexpectedState(
      intent,
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the " +
        'PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a ' +
        'payment method or ConfirmationToken.',
    );
  }
  const input = {
    method,
    returnUrl: params.return_url,
    offSession: params.off_session,
    errorOnRequiresAction: params.error_on_requires_action,
  };
  return confirmIntent(world, intent, input, cause);
}

/** A declined confirmation shows a browser only the public part of the intent. */
function publicly(attempt: () => Stripe.PaymentIntent): object {
  try {
    return publicIntent(attempt());
  } catch (error) {
    const intent = error instanceof ApiError ? error.body.payment_intent : undefined;
    if (!(error instanceof ApiError) || intent === undefined) throw error;
    const body = { ...error.body, payment_intent: publicIntent(intent) as Stripe.PaymentIntent };
    throw new ApiError(error.status, body, error.storable, error.headers);
  }
}

export const paymentIntentOperations = [
  operation({
    method: 'POST',
    path: '/v1/payment_intents',
    params: CREATE,
    handle(call, params) {
      const { world, cause } = call;
      if (!params.confirm && (params.off_session !== undefined || params.return_url !== undefined)) {
        const param = params.return_url === undefined ? 'off_session' : 'return_url';
        throw invalidRequest(`You cannot set \`${param}\` unless you also set \`confirm\` to true.`, {
          param,
        });
      }
      const method = methodOf(world, params);
      if (method !== undefined) checkUsable(world.store, method, params.customer ?? null);
      const created = createIntent(world, params);
      const intent =
        method === undefined
          ? created
          : world.store.paymentIntents.patch(created.id, {
              payment_method: method.id,
              status: 'requires_confirmation',
            });
      world.emit('payment_intent.created', intent, cause);
      if (!params.confirm) return intent;
      const { payment_method: _used, ...rest } = params;
      return confirm(call, intent, rest);
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/payment_intents',
    params: { ...DATED_PAGE, customer: string(), customer_account: string() },
    handle: (call, params) =>
      listPage(
        call,
        call.world.store.paymentIntents,
        params,
        (intent) =>
          (params.customer === undefined || intent.customer === params.customer) &&
          inRange(intent.created, params.created),
      ),
  }),
  operation({
    method: 'GET',
    path: '/v1/payment_intents/:id',
    params: { client_secret: string() },
    publishable: {},
    handle({ world, ids: [id], publishable }, { client_secret: secret }) {
      const intent = world.store.paymentIntents.get(id, 'intent');
      if (publishable || secret !== undefined) checkClientSecret(intent, secret);
      return publishable ? publicIntent(intent) : intent;
    },
  }),
  operation({
    method: 'POST',
    path: '/v1/payment_intents/:id',
    params: UPDATE,
    handle({ world, ids: [id] }, params) {
      const intent = world.store.paymentIntents.get(id, 'intent');
      const method = methodOf(world, params);
      if (method !== undefined)
        checkUsable(world.store, method, params.customer ?? (intent.customer as string | null));
      return updateIntent(world, intent, params, method);
    },
  }),
  operation({
    method: 'POST',
    path: '/v1/payment_intents/:id/confirm',
    params: CONFIRM,
    publishable: CONFIRM_IN_BROWSER,
    handle(call, params) {
      const { world, ids, publishable } = call;
      const intent = world.store.paymentIntents.get(ids[0], 'intent');
      if (publishable || params.client_secret !== undefined) checkClientSecret(intent, params.client_secret);
      const patched = () => {
        const { receipt_email, setup_future_usage, shipping, capture_method } = params;
        const early = { receipt_email, setup_future_usage, shipping, capture_method };
        const changed = Object.values(early).some((value) => value !== undefined);
        return confirm(call, changed ? updateIntent(world, intent, early) : intent, params);
      };
      return publishable ? publicly(patched) : patched();
    },
  }),
  operation({
    method: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    params: CANCEL,
    handle: ({ world, cause, ids: [id] }, params) =>
      cancelIntent(
        world,
        world.store.paymentIntents.get(id, 'intent'),
        params.cancellation_reason ?? null,
        cause,
      ),
  }),
  operation({
    method: 'POST',
    path: '/v1/payment_intents/:id/capture',
    params: CAPTURE,
    handle({ world, cause, ids: [id] }, params) {
      const intent = world.store.paymentIntents.get(id, 'intent');
      const captured = captureIntent(world, intent, params.amount_to_capture, cause);
      if (params.metadata === undefined) return captured;
      return world.store.paymentIntents.patch(id, {
        metadata: mergeMetadata(captured.metadata, params.metadata),
      });
    },
  }),
];
