import type Stripe from 'stripe';
import { createRefund, giveBack } from '../engine/refunds';
import { invalidRequest } from '../errors';
import { DATED_PAGE, inRange, listPage } from '../http/list';
import { operation } from '../http/operation';
import { boolean, integer, metadata, oneOf, string } from '../http/params';
import { mergeMetadata } from '../metadata';
import type { World } from '../world';

/** The charge that a refund of an intent or of a charge is for. */
export function refundableCharge(
  world: World,
  target: { charge?: string; payment_intent?: string },
): Stripe.Charge {
  const { store } = world;
  if (target.charge !== undefined) return store.charges.get(target.charge, 'charge');
  if (target.payment_intent === undefined) {
    throw invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
      {
        code: 'parameter_missing',
      },
    );
  }
  const intent = store.paymentIntents.get(target.payment_intent, 'payment_intent');
  const charge = intent.status === 'succeeded' ? store.charges.find(String(intent.latest_charge)) : undefined;
  if (charge !== undefined) return charge;
  throw invalidRequest('This PaymentIntent does not have a successful charge to refund.', {
    code: 'charge_not_refundable',
    payment_intent: intent,
  });
}

export const refundOperations = [
  operation({
    method: 'POST',
    path: '/v1/refunds',
    params: {
      amount: integer(1),
      charge: string(),
      payment_intent: string(),
      instructions_email: string(),
      metadata: metadata(),
      reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
      refund_application_fee: boolean(),
      reverse_transfer: boolean(),
    },
    handle({ world, cause }, params) {
      const charge = refundableCharge(world, params);
      const { amount, reason } = params;
      return createRefund(
        world,
        { charge, amount, reason, metadata: mergeMetadata({}, params.metadata) },
        cause,
      );
    },
  }),
  operation({
    method: 'GET',
    path: '/v1/refunds',
    params: { ...DATED_PAGE, charge: string(), payment_intent: string() },
    handle: (call, params) =>
      listPage(
        call,
        call.world.store.refunds,
        params,
        (refund) =>
          (params.charge === undefined || refund.charge === params.charge) &&
          (params.payment_intent === undefined || refund.payment_intent === params.payment_intent) &&
          inRange(refund.created, params.created),
      ),
  }),
  operation({
    method: 'GET',
    path: '/v1/refunds/:id',
    params: {},
    handle: ({ world, ids: [id] }) => world.store.refunds.get(id),
  }),
  operation({
    method: 'POST',
    path: '/v1/refunds/:id',
    params: { metadata: metadata() },
    handle({ world, cause, ids: [id] }, params) {
      const before = world.store.refunds.get(id);
      const after = world.store.refunds.patch(id, {
        metadata: mergeMetadata(before.metadata, params.metadata),
      });
      world.emit('refund.updated', after, cause, before);
      world.emit('charge.refund.updated', after, cause, before);
      return after;
    },
  }),
  operation({
    method: 'POST',
    path: '/v1/refunds/:id/cancel',
    params: {},
    handle({ world, cause, ids: [id] }) {
      const before = world.store.refunds.get(id);
      if (before.status !== 'requires_action') {
        throw invalidRequest(`Refund ${id} cannot be canceled because its status is ${before.status}.`);
      }
      const after = world.store.refunds.patch(id, { status: 'canceled' });
      giveBack(world, after);
      world.emit('refund.updated', after, cause, before);
      return after;
    },
  }),
];
