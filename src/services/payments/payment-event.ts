import type { PaymentPlan } from '@/domain/payment/plan';
import { newId } from '../ids';
import type { PaymentRow } from './payment-row';
import type { BillRow } from './plan';

export type PaymentEventType =
  | 'payment:created'
  | 'payment:status_updated'
  | 'payment:processing'
  | 'payment:completed'
  | 'payment:failed'
  | 'payment:cancelled'
  | 'payment:refunded'
  | 'dispute:created';

/**
 * A live event about a payment as the outbox stores it. Minor units inside; no secrets, no guest's secret id, and no words: why
 * it failed is for the payer and the staff, who read it with the payment.
 */
export interface PaymentEvent {
  eventId: string;
  type: PaymentEventType;
  at: string;
  restaurantId: string;
  orderId: string;
  /** Every order that it covers a part of; `orderId` is the first. */
  orderIds: string[];
  tableId: string | null;
  tableSessionId: string | null;
  guestPublicId: string | null;
  paymentId: string;
  previousStatus: string | null;
  status: string;
  amountMinor: number;
  taxMinor: number;
  tipMinor: number;
  totalMinor: number;
  /** Given back so far, of the total. */
  refundedMinor: number;
  /** The refund that this step is about, and what it moved: less than 0 for one that failed after all, 0 for one that failed before. */
  refundId: string | null;
  refundMinor: number;
  currency: string;
  method: string;
}

/** What a refund does to its payment. */
export interface RefundStep {
  refundId: string;
  refundMinor: number;
  /** Given back in all, after it. */
  refundedMinor: number;
}

/** Describes the step from `before` to `after`. */
export function paymentEvent(
  type: PaymentEventType,
  before: PaymentRow,
  after: PaymentRow,
  now: Date,
  refund: RefundStep | null = null,
): PaymentEvent {
  return {
    eventId: newId(),
    type,
    at: now.toISOString(),
    restaurantId: after.restaurantId,
    orderId: after.orderId,
    orderIds: after.allocations.map((allocation) => allocation.orderId),
    tableId: after.tableId,
    tableSessionId: after.tableSessionId,
    guestPublicId: after.guestPublicId,
    paymentId: after.id,
    previousStatus: before.status,
    status: after.status,
    amountMinor: after.amountMinor,
    taxMinor: after.taxMinor,
    tipMinor: after.tipMinor,
    totalMinor: after.totalMinor,
    refundedMinor: refund?.refundedMinor ?? after.refundedMinor,
    refundId: refund?.refundId ?? null,
    refundMinor: refund?.refundMinor ?? 0,
    currency: after.currency,
    method: after.method,
  };
}

/** The event of a payment that is being inserted. */
export function newPaymentEvent(
  created: {
    paymentId: string;
    order: BillRow;
    plan: PaymentPlan;
    tipMinor: number;
    method: string;
    guestPublicId: string | null;
  },
  now: Date,
): PaymentEvent {
  const { order, plan, tipMinor } = created;
  return {
    eventId: newId(),
    type: 'payment:created',
    at: now.toISOString(),
    restaurantId: order.restaurantId,
    orderId: order.orderId,
    orderIds: plan.allocations.map((allocation) => allocation.orderId),
    tableId: order.tableId,
    tableSessionId: order.tableSessionId,
    guestPublicId: created.guestPublicId,
    paymentId: created.paymentId,
    previousStatus: null,
    status: 'PENDING',
    amountMinor: plan.subtotalMinor,
    taxMinor: plan.taxMinor,
    tipMinor,
    totalMinor: plan.subtotalMinor + plan.taxMinor + tipMinor,
    refundedMinor: 0,
    refundId: null,
    refundMinor: 0,
    currency: order.currency,
    method: created.method,
  };
}
