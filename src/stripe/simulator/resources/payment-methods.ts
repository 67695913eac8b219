import type Stripe from 'stripe';
import {
  attachMethod,
  billingDetails,
  createCardMethod,
  findCard,
  methodByReference,
} from '../engine/payment-method-objects';
import { invalidRequest } from '../errors';
import { listPage, PAGE } from '../http/list';
import { type Call, operation } from '../http/operation';
import { anything, hash, integer, metadata, oneOf, string } from '../http/params';
import { mergeMetadata } from '../metadata';
import { cardByToken } from '../test-cards';
import { BILLING_DETAILS, CARD } from './shapes';

const LIST = { ...PAGE, type: string(), allow_redisplay: string() };

function listOf(call: Call, customer: string | undefined, params: { type?: string; limit?: number }) {
  if (customer !== undefined) call.world.store.customers.get(customer, 'customer');
  return listPage(
    call,
    call.world.store.paymentMethods,
    params,
    (method) =>
      (customer === undefined ? method.customer !== null : method.customer === customer) &&
      (params.type === undefined || method.type === params.type),
  );
}

function attachedTo(call: Call, method: Stripe.PaymentMethod, customer: string): Stripe.PaymentMethod {
  const { store } = call.world;
  store.customers.get(customer, 'customer');
  if (method.customer !== null && method.customer !== customer) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.', {
      code: 'payment_method_unexpected_state',
    });
  }
  if (store.spentPaymentMethods.has(method.id)) {
    throw invalidRequest(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a ' +
        'Customer, and may not be used again.',
      { code: 'payment_method_unexpected_state' },
    );
  }
  return attachMethod(call.world, method, customer, call.cause);
}

export const paymentMethodOperations = [
  operation({
    method: 'POST',
    path: '/v1/payment_methods',
    params: {
      type: oneOf('card'),
      card: CARD,
      billing_details: BILLING_DETAILS,
      metadata: metadata(),
      allow_redisplay: oneOf('always', 'limited', 'unspecified'),
      radar_options: anything(),
    },
    handle({ world }, params) {
      if (params.card === undefined) {
        throw invalidRequest('Missing required param: card.', { code: 'parameter_missing', param: 'card' });
      }
      const card = findCard(params.card, world.now());
      return createCardMethod(
        world,
        card,
        params.card,
        params.billing_details,
        mergeMetadata({}, params.metadata),
      );
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/payment_methods',
    params: { ...LIST, customer: string() },
    handle: (call, params) => listOf(call, params.customer, params),
  }),
  operation({
    method: 'GET',
    path: '/v1/customers/:id/payment_methods',
    params: LIST,
    handle: (call, params) => listOf(call, call.ids[0], params),
  }),
  operation({
    method: 'GET',
    path: '/v1/customers/:id/payment_methods/:method',
    params: {},
    handle: ({ world, ids: [customer, id] }) => {
      world.store.customers.get(customer);
      const method = world.store.paymentMethods.get(id);
      if (method.customer === customer) return method;
      throw invalidRequest(`No such PaymentMethod: '${id}'`, { code: 'resource_missing' });
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/payment_methods/:id',
    params: {},
    handle: ({ world, ids: [id] }) => world.store.paymentMethods.get(id, 'payment_method'),
  }),
  operation({
    method: 'POST',
    path: '/v1/payment_methods/:id',
    params: {
      billing_details: BILLING_DETAILS,
      card: hash({ exp_month: integer(1), exp_year: integer(), networks: anything() }),
      metadata: metadata(),
      allow_redisplay: oneOf('always', 'limited', 'unspecified'),
    },
    handle({ world, cause, ids: [id] }, params) {
      const before = world.store.paymentMethods.get(id, 'payment_method');
      if (before.customer === null) {
        throw invalidRequest('You must attach this PaymentMethod to a Customer before you can update it.');
      }
      const { exp_month: month, exp_year: year } = params.card ?? {};
      const { allow_redisplay: redisplay, billing_details: billing } = params;
      const after = world.store.paymentMethods.patch(id, {
        metadata: mergeMetadata(before.metadata, params.metadata),
        ...(billing === undefined
          ? {}
          : { billing_details: { ...before.billing_details, ...billingDetails(billing) } }),
        ...(redisplay === undefined ? {} : { allow_redisplay: redisplay }),
        ...(before.card === undefined
          ? {}
          : {
              card: {
                ...before.card,
                exp_month: month ?? before.card.exp_month,
                exp_year: year ?? before.card.exp_year,
              },
            }),
      });
      world.emit('payment_method.updated', after, cause, before);
      return after;
    },
  }),
  operation({
    method: 'POST',
    path: '/v1/payment_methods/:id/attach',
    params: { customer: string() },
    handle(call, { customer }) {
      const [id] = call.ids;
      if (customer === undefined) {
        throw invalidRequest('Missing required param: customer.', {
          code: 'parameter_missing',
          param: 'customer',
        });
      }
      const known = cardByToken(id) !== undefined;
      const method = known
        ? methodByReference(call.world, id)
        : call.world.store.paymentMethods.get(id, 'payment_method');
      return attachedTo(call, method, customer);
    },
  }),
  operation({
    method: 'POST',
    path: '/v1/payment_methods/:id/detach',
    params: {},
    handle({ world, cause, ids: [id] }) {
      const before = world.store.paymentMethods.get(id, 'payment_method');
      if (before.customer === null) {
        throw invalidRequest(
          'The payment method you provided is not attached to a customer so detachment is impossible.',
          { code: 'payment_method_unexpected_state' },
        );
      }
      const after = world.store.paymentMethods.patch(id, { customer: null });
      world.store.spentPaymentMethods.add(id);
      world.emit('payment_method.detached', after, cause, before);
      return after;
    },
  }),
];
