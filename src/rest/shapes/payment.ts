import type { GuestIdOf } from '@/services/legacy/order-body';
import { present } from '@/services/legacy/present';
import { wireMethod } from '@/services/legacy/wire-method';
import type { PaymentView } from '@/services/payments/view';
import { major } from '../money';
import type { SplitTypeOf } from './split-types';

export interface PaymentShape {
  guestIdOf: GuestIdOf;
  /** `method` as v1 R compares it: only in its own restaurant's list (legacy-contract section 4). */
  coarseMethod?: boolean;
  /** Where the screens of the restaurant read it. */
  splitTypeOf?: SplitTypeOf;
}

/**
 * A payment with every field that any client reads (legacy-contract 3.1). `amount` is the total charged; what is not there
 * is left out, never null.
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
    // v2 R groups the shares of a bill by it, whichever form of split they are of.
    ...present({ splitCalculationId: payment.splitCalculationId ?? payment.splitGroupId }),
    metadata: present({ guestSessionId, splitType: splitTypeOf?.(payment) }),
    createdAt: payment.createdAt,
    updatedAt: payment.updatedAt,
  };
}

/** What a started payment answers: the typed shape, the requirements' snippet and the payment itself in one. */
export function intentBody(payment: PaymentView, shape: PaymentShape) {
  return {
    ...paymentBody(payment, shape),
    paymentId: payment.id,
    clientSecret: payment.clientSecret,
    paymentMethods: payment.provider === 'CASH' ? ['cash'] : ['card'],
    breakdown: breakdown(payment),
  };
}

/** What anybody who knows the id may see: the success page of a guest whose session is gone. */
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

/** How the total comes about. */
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

function paymentType(payment: PaymentView): 'order' | 'table_session' | 'split' {
  if (payment.splitGroupId !== null || payment.splitCalculationId !== null) return 'split';
  return payment.scope === 'TABLE_SESSION' ? 'table_session' : 'order';
}
