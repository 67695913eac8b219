import { insertRefund } from '@/db/sql/refunds';
import type { Tx } from '@/db/transaction';
import { splitRefund } from '@/domain/refund';
import { counting, orderAmountsOf, partsOf } from '@/domain/refund-parts';
import type { PaymentRow } from '../payments/payment-row';
import type { RefundRow } from './refund-row';

/** Splits a refund into its parts by what earlier ones left, and stores it as PROCESSING. */
export async function storeRefund(
  tx: Tx,
  payment: PaymentRow,
  refunds: readonly RefundRow[],
  wanted: {
    refundId: string;
    refundMinor: number;
    tipRefundMinor: number | undefined;
    reducesBill: boolean;
    reason: string;
    processorRefundId: string | null;
    requestedBy: string | null;
  },
): Promise<void> {
  const earlier = counting(refunds);
  const parts = splitRefund({
    refundMinor: wanted.refundMinor,
    parts: { subtotalMinor: payment.amountMinor, taxMinor: payment.taxMinor, tipMinor: payment.tipMinor },
    alreadyRefunded: partsOf(earlier),
    ...(wanted.tipRefundMinor === undefined ? {} : { tipRefundMinor: wanted.tipRefundMinor }),
  });
  await tx.query(insertRefund, [
    wanted.refundId,
    payment.id,
    wanted.refundMinor,
    parts.tipMinor,
    parts.taxMinor,
    JSON.stringify(orderAmountsOf(payment, earlier, parts)),
    wanted.reason,
    wanted.processorRefundId,
    wanted.requestedBy,
    payment.restaurantId,
    wanted.reducesBill,
  ]);
}
