import { present } from '@/services/legacy/present';
import { wireMethod } from '@/services/legacy/wire-method';
import {
  cancellationOf,
  type EventOf,
  guestIdFor,
  major,
  placeOf,
  type Source,
  statusOf,
  type WireEvent,
} from './common';

type PaymentEvent = EventOf<'payment:created'>;
type DisputeEvent = EventOf<'dispute:created'>;

/** A step of a payment. `amount` is the total charged (legacy-contract 2.2), but of a refund the part that went back. */
export function paymentPayload(source: Source<PaymentEvent>): WireEvent {
  const { event } = source;
  const body = stepOf(source);
  switch (event.type) {
    case 'payment:failed':
      return { name: event.type, payload: { ...body, ...failureOf(source) } };
    case 'payment:cancelled':
      return { name: event.type, payload: { ...body, ...cancellationOf(source, event.paymentId) } };
    case 'payment:refunded':
      return { name: event.type, payload: { ...body, ...refundOf(source) } };
    default:
      return { name: event.type, payload: body };
  }
}

/** A bank's question; staff alone hear of it. */
export function disputePayload(source: Source<DisputeEvent>): WireEvent {
  const { event } = source;
  const { disputedMinor = null } = event;
  const dispute = present({
    disputeId: event.disputeId,
    disputeStatus: event.disputeStatus,
    disputedAmount: disputedMinor === null ? null : major(disputedMinor, event.currency),
  });
  return { name: event.type, payload: { ...stepOf(source), ...dispute } };
}

function stepOf(source: Source<PaymentEvent | DisputeEvent>) {
  const { event, facts } = source;
  const { currency, paymentId } = event;
  const money = (minor: number) => major(minor, currency);
  const method = wireMethod(methodOf(event.method), facts.payments.get(paymentId)?.cardFunding ?? null);
  const guestSessionId = guestIdFor(source, event.guestPublicId);
  const tip = money(event.tipMinor);
  const total = money(event.totalMinor);
  return {
    ...placeOf(source),
    ...present({ guestSessionId, sessionId: guestSessionId }),
    paymentId,
    orderId: event.orderId,
    amount: total,
    totalAmount: total,
    subtotal: money(event.amountMinor),
    taxAmount: money(event.taxMinor),
    tip,
    tipAmount: tip,
    currency,
    method,
    paymentMethod: method,
    ...statusOf(event),
    payment: {
      id: paymentId,
      orderId: event.orderId,
      amount: total,
      totalAmount: total,
      tipAmount: tip,
      currency,
      method,
      paymentMethod: method,
      status: event.status,
    },
  };
}

/** Why, as far as this reader may know: the words of somebody else's bank are not for the table. */
function failureOf({ event, facts, audience }: Source<PaymentEvent>) {
  const reason = audience === 'staff' ? facts.payments.get(event.paymentId)?.staffFailureReason : null;
  const text = reason ?? 'The payment failed.';
  return { errorMessage: text, error: text };
}

function refundOf({ event, facts, audience }: Source<PaymentEvent>) {
  const { refundId } = event;
  const part = major(event.refundMinor, event.currency);
  const reason = refundId === null ? null : facts.refundReasons.get(refundId);
  return {
    amount: part,
    refundAmount: part,
    totalRefunded: major(event.refundedMinor, event.currency),
    originalAmount: major(event.totalMinor, event.currency),
    originalPaymentId: event.paymentId,
    ...present({ refundId, reason: audience === 'staff' ? reason : null }),
  };
}

function methodOf(stored: string): Parameters<typeof wireMethod>[0] {
  return stored === 'CASH' || stored === 'CARD' ? stored : 'DIGITAL_WALLET';
}
