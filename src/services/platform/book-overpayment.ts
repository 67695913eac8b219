import { insertLedgerEntry } from '@/db/sql/ledger';
import type { Tx } from '@/db/transaction';
import { orderGross } from '@/domain/bill';
import { businessDayOf } from '@/domain/business-day';
import { overpaymentPostings, type Posting } from '@/domain/ledger/postings';
import type { ServiceContext } from '../context';
import { openDiscrepancy } from '../discrepancies/open';
import { newId } from '../ids';

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
 * An order changed after it was paid: what it received above its new gross becomes guest credit, and stops being so when
 * the order grows again (decision 11). Never silent: each step up is a discrepancy.
 */
export async function bookOverpayment(
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
  before: KnownOrder,
  grossMinor: number,
): Promise<void> {
  const keptMinor = (before.capturedMinor ?? 0) - (before.refundedMinor ?? 0);
  const grossBefore = orderGross({
    ...before,
    orderId: row.id,
    cancelled: before.knownStatus === 'CANCELLED',
  });
  const deltaMinor = Math.max(0, keptMinor - grossMinor) - Math.max(0, keptMinor - grossBefore);
  if (deltaMinor === 0) return;
  const now = ctx.clock.now();
  const factKey = `overpaid:${row.id}:${row.version}`;
  const tipMinor = tipGivenBack(before, row, { keptMinor, deltaMinor });
  const postings = [
    ...overpaymentPostings({
      deltaMinor: deltaMinor - tipMinor,
      subtotalMinor: Math.max(before.subtotalMinor, row.subtotalMinor),
      taxMinor: Math.max(before.taxMinor, row.taxMinor),
    }),
    ...tipPostings(tipMinor),
  ];
  await tx.query(insertLedgerEntry, [
    newId(),
    factKey,
    row.restaurantId,
    row.currency.toUpperCase(),
    null,
    businessDayOf(now, before.timeZone, before.closingHour),
    now,
    postings.map((p) => p.account),
    postings.map((p) => p.amountMinor),
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
    currency: row.currency.toUpperCase(),
    expectedMinor: grossMinor,
    actualMinor: keptMinor,
    description: 'The order was reduced after it was paid. The difference is guest credit: refund it.',
  });
}

/**
 * The part of the change that is the order's own tip: a paid order that is cancelled owes its tip too, and an order that is
 * revived takes it back. A smaller order keeps its tip. Signed as the change.
 */
function tipGivenBack(
  before: KnownOrder,
  row: { status: string },
  money: { keptMinor: number; deltaMinor: number },
): number {
  const isCancelled = row.status === 'CANCELLED';
  const wasCancelled = before.knownStatus === 'CANCELLED';
  const isWhollyPaid =
    money.keptMinor >= before.subtotalMinor + before.taxMinor + before.tipMinor + before.adjustmentMinor;
  if (isCancelled === wasCancelled || !isWhollyPaid) return 0;
  const tipMinor = Math.min(before.tipMinor, Math.abs(money.deltaMinor));
  return money.deltaMinor > 0 ? tipMinor : -tipMinor;
}

function tipPostings(tipMinor: number): Posting[] {
  if (tipMinor === 0) return [];
  return [
    { account: 'TIPS_PAYABLE', amountMinor: tipMinor },
    { account: 'GUEST_CREDIT', amountMinor: -tipMinor },
  ];
}
