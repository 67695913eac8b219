import type { Tx } from '@/db/transaction';
import { openDiscrepancy } from '../discrepancies/open';
import type { PaymentRow } from './payment-row';

/**
 * Puts a payment whose bill had no room for all of it on the work list (decision 11). Called in the transaction of the fact
 * that caused it.
 * @param excess.factKey starts with `over-collected:`; the discrepancy closes when no order of the payment is overpaid any more
 * @param excess.orderIds the orders that have more than they cost; the first is named
 * @param excess.keptMinor what the payment keeps, its refunds taken off
 */
export function noteOverCollected(
  tx: Tx,
  payment: PaymentRow,
  excess: {
    factKey: string;
    orderIds: readonly string[];
    keptMinor: number;
    excessMinor: number;
    description: string;
  },
): Promise<boolean> {
  return openDiscrepancy(tx, {
    factKey: excess.factKey,
    restaurantId: payment.restaurantId,
    type: 'DUPLICATE_PAYMENT',
    reason: 'OVER_COLLECTED',
    severity: 'HIGH',
    paymentId: payment.id,
    orderId: excess.orderIds[0] ?? payment.orderId,
    currency: payment.currency,
    expectedMinor: excess.keptMinor - excess.excessMinor,
    actualMinor: excess.keptMinor,
    description: excess.description,
  });
}
