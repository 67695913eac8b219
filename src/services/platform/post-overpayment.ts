import type { Tx } from '@/db/transaction';
import { type BillOrder, orderGross } from '@/domain/bill';
import { overpaymentDelta, overpaymentPostings } from '@/domain/ledger/overpayment';
import type { ServiceContext } from '../context';
import { openDiscrepancy } from '../discrepancies/open';
import { postFacts } from '../ledger/post';

/** An order as it was before the platform changed it, with what it has received. Null version: it is new. */
export type KnownOrder = {
  version: number | null;
  knownStatus: string | null;
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
  capturedMinor: number | null;
  refundedMinor: number | null;
  /** What refunds took off the bill: 0 or negative. */
  adjustmentMinor: number;
  timeZone: string;
  closingHour: number;
};

/**
 * An order changed after it was paid. What it received above its new gross becomes guest credit, which the order takes back
 * when it grows again (decision 11). Each step up opens a discrepancy.
 */
export async function postOverpayment(
  tx: Tx,
  ctx: ServiceContext,
  row: {
    id: string;
    restaurantId: string;
    currency: string;
    status: string;
    subtotalMinor: number;
    taxMinor: number;
    version: number;
  },
  known: KnownOrder,
): Promise<void> {
  const before: BillOrder = { ...known, orderId: row.id, cancelled: known.knownStatus === 'CANCELLED' };
  const after: BillOrder = {
    ...before,
    subtotalMinor: row.subtotalMinor,
    taxMinor: row.taxMinor,
    cancelled: row.status === 'CANCELLED',
  };
  const keptMinor = (known.capturedMinor ?? 0) - (known.refundedMinor ?? 0);
  const deltaMinor = overpaymentDelta({ before, after, keptMinor });
  if (deltaMinor === 0) return;
  const factKey = `overpaid:${row.id}:${row.version}`;
  const currency = row.currency.toUpperCase();
  await postFacts(tx, [
    {
      factKey,
      books: { ...known, restaurantId: row.restaurantId },
      currency,
      paymentId: null,
      occurredAt: ctx.clock.now(),
      postings: overpaymentPostings({ before, after, keptMinor }),
    },
  ]);
  if (deltaMinor < 0) return;
  await openDiscrepancy(tx, {
    factKey,
    restaurantId: row.restaurantId,
    type: 'DUPLICATE_PAYMENT',
    reason: 'ORDER_SHRUNK',
    severity: 'HIGH',
    paymentId: null,
    orderId: row.id,
    currency,
    expectedMinor: orderGross(after),
    actualMinor: keptMinor,
    description: 'The order was reduced after it was paid. The difference is guest credit: refund it.',
  });
}
