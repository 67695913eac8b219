import { findOpenPaymentsOfSession } from '@/db/sql/bill';
import type { Tx } from '@/db/transaction';
import { dueOf } from '@/domain/payment/plan';
import { type BillRow, planPayment } from './plan';

/** An open payment of the payer, as src/db/sql/bill.ts answers it. */
export type OpenRow = {
  id: string;
  status: string;
  isCash: boolean;
  totalMinor: number;
  billPartMinor: number;
  saveCard: boolean;
  /** A change of its tip or share has not ended: its intent may have another amount than `totalMinor`. */
  isChanging: boolean;
  expiresAt: Date;
};

/** An open payment of a payer at a table, with its part of each order that it covers. */
export type OwnPayment = OpenRow & {
  scope: 'ORDER' | 'TABLE_SESSION';
  orderIds: string[];
  partsMinor: number[];
};

/** The payer's open payments at a table session, newest first. */
export function findOwnPayments(tx: Tx, payer: string, tableSessionId: string): Promise<OwnPayment[]> {
  return tx.query<OwnPayment>(findOpenPaymentsOfSession, [payer, tableSessionId]);
}

/** Whether it holds a part of the bill and can still be cancelled. */
export function isInTheWay(own: OwnPayment, bill: readonly BillRow[]): boolean {
  return own.status !== 'PROCESSING' && bill.some((row) => own.orderIds.includes(row.orderId));
}

/**
 * Refuses to replace a payment when its replacement would be refused, as others hold too much. A paid bill passes.
 * @param own what the payment holds of each order
 * @throws ServiceError BALANCE_HELD, AMOUNT_ABOVE_AVAILABLE
 */
export function assertRoomWithout(
  own: Pick<OwnPayment, 'orderIds' | 'partsMinor'>,
  bill: readonly BillRow[],
  shareMinor: number | null,
): void {
  const parts = new Map(own.orderIds.map((id, index) => [id, own.partsMinor[index] ?? 0]));
  const without = bill.map((row) => ({ ...row, heldMinor: row.heldMinor - (parts.get(row.orderId) ?? 0) }));
  if (dueOf(without).dueMinor > 0) planPayment(without, shareMinor);
}
