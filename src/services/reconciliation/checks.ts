import type { Statement } from '@/db/sql';
import * as controls from '@/db/sql/reconciliation-controls';
import * as pages from '@/db/sql/reconciliation-pages';
import {
  judgeLedger,
  judgeOrder,
  judgeReceipt,
  type LedgerFacts,
  type OrderFacts,
} from '@/domain/reconciliation/books';
import { type DrawerFacts, judgeCash, judgeDrawer } from '@/domain/reconciliation/cash';
import { judgePayout, judgeShare, type PayoutFacts } from '@/domain/reconciliation/payouts';
import {
  type ChargeFacts,
  type DisputeFacts,
  judgeCharge,
  judgeDispute,
  judgeRefund,
  judgeStray,
  type RefundFacts,
  type StrayFacts,
} from '@/domain/reconciliation/processor';
import type { Sides, Way } from '@/domain/reconciliation/verdict';
import type { JudgedVerdict } from '@/domain/reconciliation/words';

/** The columns that every page has. The other columns of a row are facts of its kind. */
export type SubjectRow = Sides & {
  subject: string;
  day: string;
  restaurantId: string | null;
  paymentId: string | null;
  orderId: string | null;
};

/** One comparison: a statement that reads a page of facts, and the rule that judges its unmatched rows. */
export interface Check {
  way: Way;
  statement: Statement;
  judge(row: SubjectRow): JudgedVerdict;
}

/** The statement must return the facts that the rule takes: tests/property/reconciliation.test.ts checks it. */
function check<Facts extends Sides>(
  way: Way,
  statement: Statement,
  rule: (facts: Facts) => JudgedVerdict,
): Check {
  return { way, statement, judge: (row) => rule(row as SubjectRow & Facts) };
}

/** Comparisons of a restaurant. */
export const RESTAURANT_CHECKS: readonly Check[] = [
  check<OrderFacts>('ORDERS', pages.orderPages, judgeOrder),
  check<LedgerFacts>('LEDGER', pages.ledgerPages, judgeLedger),
  check<LedgerFacts>('LEDGER', pages.postedPages, judgeLedger),
  check<Sides>('LEDGER', pages.receiptPages, judgeReceipt),
  check<ChargeFacts>('PROCESSOR', pages.chargePages, judgeCharge),
  check<ChargeFacts>('PROCESSOR', pages.uncapturedPages, judgeCharge),
  check<RefundFacts>('PROCESSOR', pages.refundPages, judgeRefund),
  check<DisputeFacts>('PROCESSOR', pages.disputePages, judgeDispute),
  check<StrayFacts>('PROCESSOR', pages.unknownMovementPages, judgeStray),
  check<Sides>('PAYOUTS', pages.sharePages, judgeShare),
  check<DrawerFacts>('CASH', pages.drawerPages, judgeDrawer),
  check<Sides>('CASH', pages.cashPages, judgeCash),
];

/** Comparisons of what belongs to no restaurant. */
export const PLATFORM_CHECKS: readonly Check[] = [
  check<StrayFacts>('PROCESSOR', pages.foreignMovementPages, judgeStray),
  check<PayoutFacts>('PAYOUTS', pages.payoutPages, judgePayout),
];

/** A statement that sums each side on its own, apart from the comparisons. */
export interface Control {
  way: Way;
  statement: Statement;
}

export const RESTAURANT_CONTROLS: readonly Control[] = [
  { way: 'ORDERS', statement: controls.orderControl },
  { way: 'LEDGER', statement: controls.ledgerControl },
  { way: 'PROCESSOR', statement: controls.processorControl },
  { way: 'PAYOUTS', statement: controls.shareControl },
  { way: 'CASH', statement: controls.cashControl },
];

export const PLATFORM_CONTROLS: readonly Control[] = [
  { way: 'PROCESSOR', statement: controls.platformProcessorControl },
  { way: 'PAYOUTS', statement: controls.payoutControl },
];
