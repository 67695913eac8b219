import type { GuestIdOf } from '@/services/legacy/order-body';
import { present } from '@/services/legacy/present';
import { wireMethod } from '@/services/legacy/wire-method';
import type { PaymentView } from '@/services/payments/view';
import { major } from '../money';
import type { SplitTypeOf } from './split-types';

export interface PaymentShape {
  guestIdOf: GuestIdOf;
  /** True: `method` has the names that v1 R compares; for its own restaurant's list (legacy-contract section 4). */
  coarseMethod?: boolean;
  /** For answers whose screens read `metadata.splitType`. */
  splitTypeOf?: SplitTypeOf;
}

/**
 * A payment with every field that any client reads (legacy-contract 3.1). `amount` is the total charged. Absent values are
 * left out, never null.
 */
export function paymentBody(payment: PaymentView, { guestIdOf, coarseMethod, splitTypeOf }: PaymentShape) {
  const { currency } = payment;
  const paymentMethod = wireMethod(payment.method, payment.cardFunding);
  const guestSessionId = guestIdOf(payment.guestPublicId);
  return {
    id: payment.id,
    orderId: payment.orderId,
    restaurantId: payment.restaurantId,
    restaurantName: payment.restaurantName,
    ...present({
      tableId: payment.tableId,
      tableSessionId: payment.tableSessionId,
      sessionId: guestSessionId,
      guestSessionId,
      customerId: payment.customerId,
    }),
    ...amounts(payment),
    currency,
    method: coarseMethod ? payment.method : paymentMethod,
    paymentMethod,
    provider: payment.provider,
    status: payment.status,
    ...present({
      paymentIntentId: payment.paymentIntentId,
      transactionId: payment.transactionId,
      clientSecret: payment.clientSecret,
      cardBrand: payment.cardBrand,
      cardLast4: payment.cardLast4,
      receiptNumber: payment.receiptNumber,
      receiptUrl: payment.receiptUrl,
      failureReason: payment.failureReason,
      completedAt: payment.completedAt,
      expiresAt: payment.expiresAt,
    }),
    refunded: payment.refundedMinor > 0,
    refundAmount: major(payment.refundedMinor, currency),
    ...present({ refundId: payment.refundId, refundReason: payment.refundReason }),
    paymentType: paymentType(payment),
    ...present({ splitCalculationId: splitOf(payment) }),
    metadata: present({ guestSessionId, splitType: splitTypeOf?.(payment) }),
    createdAt: payment.createdAt,
    updatedAt: payment.updatedAt,
  };
}

/** The answer to starting a payment: the clients' type, the requirements' fields and the payment in one object. */
export function intentBody(payment: PaymentView, shape: PaymentShape) {
  return {
    ...paymentBody(payment, shape),
    paymentId: payment.id,
    clientSecret: payment.clientSecret,
    paymentMethods: payment.provider === 'CASH' ? ['cash'] : ['card'],
    breakdown: breakdown(payment),
  };
}

/** The fields for a caller who knows the id alone: the success page of a guest whose session is over. */
export function publicPaymentBody(payment: PaymentView) {
  const paymentMethod = wireMethod(payment.method, payment.cardFunding);
  return {
    id: payment.id,
    orderId: payment.orderId,
    ...amounts(payment),
    currency: payment.currency,
    status: payment.status,
    method: paymentMethod,
    paymentMethod,
    createdAt: payment.createdAt,
  };
}

/** The parts of the total. */
export function breakdown(payment: PaymentView) {
  return {
    subtotal: major(payment.subtotalMinor, payment.currency),
    tax: major(payment.taxMinor, payment.currency),
    tip: major(payment.tipMinor, payment.currency),
    total: major(payment.totalMinor, payment.currency),
  };
}

function amounts(payment: PaymentView) {
  const { subtotal, tax, tip, total } = breakdown(payment);
  return { amount: total, totalAmount: total, tipAmount: tip, subtotal, taxAmount: tax };
}

/** v2 R groups shares by this id and waits until all of a group are COMPLETED. So one that has ended otherwise has none. */
function splitOf(payment: PaymentView): string | null {
  const hasEnded = payment.status === 'CANCELLED' || payment.status === 'REFUNDED';
  return hasEnded ? null : (payment.splitCalculationId ?? payment.splitGroupId);
}

function paymentType(payment: PaymentView): 'order' | 'table_session' | 'split' {
  if (payment.splitGroupId !== null || payment.splitCalculationId !== null) return 'split';
  return payment.scope === 'TABLE_SESSION' ? 'table_session' : 'order';
}
