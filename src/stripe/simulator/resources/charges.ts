import { addressOf } from '../engine/payment-method-objects';
import { DATED_PAGE, inRange, listPage } from '../http/list';
import { operation } from '../http/operation';
import { hash, metadata, oneOf, string } from '../http/params';
import { mergeMetadata } from '../metadata';
import { SHIPPING } from './shapes';

export const chargeOperations = [
  operation({
    method: 'GET',
    path: '/v1/charges',
    params: { ...DATED_PAGE, customer: string(), payment_intent: string(), transfer_group: string() },
    handle: (call, params) =>
      listPage(
        call,
        call.world.store.charges,
        params,
        (charge) =>
          (params.customer === undefined || charge.customer === params.customer) &&
          (params.payment_intent === undefined || charge.payment_intent === params.payment_intent) &&
          (params.transfer_group === undefined || charge.transfer_group === params.transfer_group) &&
          inRange(charge.created, params.created),
      ),
  }),
  operation({
    method: 'GET',
    path: '/v1/charges/:id',
    params: {},
    handle: ({ world, ids: [id] }) => world.store.charges.get(id),
  }),
  operation({
    method: 'POST',
    path: '/v1/charges/:id',
    params: {
      customer: string(),
      description: string(),
      fraud_details: hash({ user_report: oneOf('fraudulent', 'safe') }),
      metadata: metadata(),
      receipt_email: string(),
      shipping: SHIPPING,
      transfer_group: string(),
    },
    handle({ world, cause, ids: [id] }, { metadata: meta, shipping, ...plain }) {
      const before = world.store.charges.get(id);
      const after = world.store.charges.patch(id, {
        ...plain,
        ...(shipping === undefined
          ? {}
          : { shipping: { name: shipping.name, address: addressOf(shipping.address) ?? undefined } }),
        metadata: mergeMetadata(before.metadata, meta),
      });
      world.emit('charge.updated', after, cause, before);
      return after;
    },
  }),
];
