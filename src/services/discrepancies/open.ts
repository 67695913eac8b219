import { insertDiscrepancy } from '@/db/sql/discrepancies';
import type { Tx } from '@/db/transaction';
import { newId } from '../ids';

export interface NewDiscrepancy {
  /** One discrepancy per fact, however often the fact is told. */
  factKey: string;
  restaurantId: string | null;
  type: 'MISSING_PAYMENT' | 'DUPLICATE_PAYMENT' | 'AMOUNT_MISMATCH' | 'STATUS_MISMATCH';
  reason: string;
  severity: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
  paymentId: string | null;
  orderId: string | null;
  currency: string | null;
  expectedMinor: number | null;
  actualMinor: number | null;
  description: string;
}

/** Puts what does not fit on the work list of people. False: the fact is there already. */
export async function openDiscrepancy(tx: Tx, found: NewDiscrepancy): Promise<boolean> {
  const inserted = await tx.maybeOne<{ id: string }>(insertDiscrepancy, [
    newId(),
    found.factKey,
    found.restaurantId,
    found.type,
    found.reason,
    found.severity,
    found.paymentId,
    found.orderId,
    found.currency,
    found.expectedMinor,
    found.actualMinor,
    found.description,
  ]);
  return inserted !== null;
}
