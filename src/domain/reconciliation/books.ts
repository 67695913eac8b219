import { DUE_SEC } from './due';
import { MATCHED, type Sides, type Verdict } from './verdict';

/** A payment and what its captures and refunds posted where its money lies: `oursMinor` taken less given back. */
export interface LedgerFacts extends Sides {
  isCaptured: boolean;
  entryCount: number;
}

export type LedgerReason = 'NOT_POSTED' | 'LEDGER_DIFFERS' | 'POSTED_BUT_NOT_CAPTURED';

/** A payment against the ledger. Both are written by one statement: nothing here is ever under way. */
export function judgeLedger(facts: LedgerFacts): Verdict<LedgerReason> {
  if (!facts.isCaptured)
    return facts.entryCount === 0 ? MATCHED : { class: 'STATUS', reason: 'POSTED_BUT_NOT_CAPTURED' };
  if (facts.entryCount === 0) return { class: 'MISSING_THERE', reason: 'NOT_POSTED' };
  return facts.oursMinor === facts.theirsMinor ? MATCHED : { class: 'AMOUNT', reason: 'LEDGER_DIFFERS' };
}

/**
 * A receipt that fits no payment: `oursMinor` what came and has not gone back by the processor's movements, `theirsMinor` what
 * of it stands in the ledger. One transaction writes both.
 */
export function judgeReceipt(facts: Sides): Verdict<'RECEIPT_DIFFERS'> {
  return facts.oursMinor === facts.theirsMinor ? MATCHED : { class: 'AMOUNT', reason: 'RECEIPT_DIFFERS' };
}

/** An order: `oursMinor` its bill, `theirsMinor` what it keeps for it; refunds take first what was too much. */
export interface OrderFacts extends Sides {
  /** The platform says that it is over. */
  isServed: boolean;
  /** Its guests have left; known of orders that are not paid. */
  isSessionClosed: boolean;
  /** By its payments, and by the row that sums them up. */
  capturedMinor: number;
  refundedMinor: number;
  keptCapturedMinor: number;
  keptRefundedMinor: number;
}

export type OrderReason =
  | 'BILL_OPEN'
  | 'ORDER_UNPAID'
  | 'ORDER_UNDERPAID'
  | 'OVER_COLLECTED'
  | 'ORDER_STATE_DIFFERS';

/**
 * An order against its payments. What was given back on purpose makes no bill unpaid (decision 12). An open bill is expected until
 * order or session is closed, or it is days old: platforms leave orders at DELIVERED for ever.
 */
export function judgeOrder(facts: OrderFacts): Verdict<OrderReason> {
  if (facts.capturedMinor !== facts.keptCapturedMinor || facts.refundedMinor !== facts.keptRefundedMinor)
    return { class: 'AMOUNT', reason: 'ORDER_STATE_DIFFERS' };
  const billMinor = facts.oursMinor ?? 0;
  if (facts.capturedMinor - facts.refundedMinor > billMinor)
    return { class: 'DUPLICATE', reason: 'OVER_COLLECTED' };
  if (facts.capturedMinor >= billMinor) return MATCHED;
  const isOver = facts.isServed || facts.isSessionClosed;
  if (facts.ageSec < (isOver ? DUE_SEC.billOfServedOrder : DUE_SEC.openBill))
    return { class: 'EXPECTED', reason: 'BILL_OPEN' };
  return facts.capturedMinor === 0
    ? { class: 'MISSING_THERE', reason: 'ORDER_UNPAID' }
    : { class: 'AMOUNT', reason: 'ORDER_UNDERPAID' };
}
