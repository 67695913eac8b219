import type Stripe from 'stripe';
import { addressOf, attachMethod, methodByReference } from '../engine/payment-method-objects';
import { DATED_PAGE, inRange, listPage } from '../http/list';
import { operation } from '../http/operation';
import {
  anything,
  array,
  emptyable,
  hash,
  integer,
  metadata,
  oneOf,
  type Parsed,
  string,
} from '../http/params';
import { newId, randomText } from '../ids';
import { mergeMetadata } from '../metadata';
import type { World } from '../world';
import { ADDRESS, CUSTOMER_NAMES, CUSTOMER_SHIPPING } from './shapes';

const WRITABLE = {
  ...CUSTOMER_NAMES,
  address: emptyable(ADDRESS),
  balance: integer(),
  invoice_prefix: string(),
  invoice_settings: hash({
    default_payment_method: emptyable(string()),
    footer: string(),
    custom_fields: anything(),
    rendering_options: anything(),
  }),
  metadata: metadata(),
  next_invoice_sequence: integer(1),
  preferred_locales: array(string()),
  shipping: emptyable(CUSTOMER_SHIPPING),
  tax_exempt: emptyable(oneOf('exempt', 'none', 'reverse')),
};

function changes(current: Stripe.Customer, params: Parsed<typeof WRITABLE>): Partial<Stripe.Customer> {
  const { address, shipping, invoice_settings: invoicing, metadata: meta, ...plain } = params;
  return {
    ...plain,
    ...(address === undefined ? {} : { address: addressOf(address) }),
    ...(shipping === undefined ? {} : { shipping: shipping && shippingOf(shipping) }),
    ...(invoicing?.default_payment_method === undefined
      ? {}
      : {
          invoice_settings: {
            ...current.invoice_settings,
            default_payment_method: invoicing.default_payment_method,
          },
        }),
    metadata: mergeMetadata(current.metadata, meta),
  };
}

function shippingOf(input: NonNullable<Parsed<typeof WRITABLE>['shipping']>): Stripe.Customer.Shipping {
  return {
    address: addressOf(input.address) ?? undefined,
    name: input.name,
    phone: input.phone ?? null,
  };
}

function emptyCustomer(world: World): Stripe.Customer {
  return {
    id: newId('cus').slice(0, 18),
    object: 'customer',
    address: null,
    balance: 0,
    created: world.now(),
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: randomText(8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}

export const customerOperations = [
  operation({
    method: 'POST',
    path: '/v1/customers',
    params: {
      ...WRITABLE,
      payment_method: string(),
      tax: anything(),
      tax_id_data: anything(),
      validate: anything(),
    },
    handle(
      { world, cause },
      { payment_method: reference, tax: _tax, tax_id_data: _ids, validate: _v, ...params },
    ) {
      const blank = emptyCustomer(world);
      const customer = world.store.customers.insert({ ...blank, ...changes(blank, params) });
      world.emit('customer.created', customer, cause);
      if (reference !== undefined)
        attachMethod(world, methodByReference(world, reference), customer.id, cause);
      return customer;
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/customers',
    params: { ...DATED_PAGE, email: string(), test_clock: string() },
    handle: (call, params) =>
      listPage(
        call,
        call.world.store.customers,
        params,
        (customer) =>
          (params.email === undefined || customer.email === params.email) &&
          inRange(customer.created, params.created),
      ),
  }),
  operation({
    method: 'GET',
    path: '/v1/customers/:id',
    params: {},
    handle: ({ world, ids: [id] }) =>
      world.store.deletedCustomers.has(id)
        ? { id, object: 'customer', deleted: true }
        : world.store.customers.get(id),
  }),
  operation({
    method: 'POST',
    path: '/v1/customers/:id',
    params: WRITABLE,
    handle({ world, cause, ids: [id] }, params) {
      const before = world.store.customers.get(id);
      const after = world.store.customers.patch(id, changes(before, params));
      world.emit('customer.updated', after, cause, before);
      return after;
    },
  }),
  operation({
    method: 'DELETE',
    path: '/v1/customers/:id',
    params: {},
    handle({ world, cause, ids: [id] }) {
      const { store } = world;
      const customer = store.customers.get(id);
      for (const method of store.paymentMethods.by('customer', id)) {
        store.paymentMethods.patch(method.id, { customer: null });
        store.spentPaymentMethods.add(method.id);
      }
      store.customers.remove(id);
      store.deletedCustomers.add(id);
      world.emit('customer.deleted', customer, cause);
      return { id, object: 'customer', deleted: true };
    },
  }),
];
