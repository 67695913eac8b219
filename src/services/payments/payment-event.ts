import { newId } from '../ids';
import type { PaymentRow } from './payment-row';
import type { BillRow, PaymentPlan } from './plan';

export type PaymentEventType =
  | 'payment:created'
  | 'payment:status_updated'
  | 'payment:processing'
  | 'payment:completed'
  | 'payment:failed'
  | 'payment:cancelled'
  | 'payment:refunded'
  | 'dispute:created';

/** A live event about a payment as the outbox stores it. Minor units inside; no secrets, no guest's secret id. */
export interface PaymentEvent {
  eventId: string;
  type: PaymentEventType;
  at: string;
  restaurantId: string;
  orderId: string;
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
  currency: string;
  method: string;
  failureReason: string | null;
}

/** Describes the step from `before` to `after`. */
export function paymentEvent(
  type: PaymentEventType,
  before: PaymentRow,
  after: PaymentRow,
  now: Date,
): PaymentEvent {
  return {
    eventId: newId(),
    type,
    at: now.toISOString(),
    restaurantId: after.restaurantId,
    orderId: after.orderId,
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
    currency: after.currency,
    method: after.method,
    failureReason: after.failureReason,
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
    currency: order.currency,
    method: created.method,
    failureReason: null,
  };
}
