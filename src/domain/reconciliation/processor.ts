import { DUE_SEC } from './due';
import { compareSides, MATCHED, type Sides, type Verdict } from './verdict';

/** A payment and the charges of its card: `oursMinor` what it says that it took. */
export interface ChargeFacts extends Sides {
  isCaptured: boolean;
  /** Cash has no charge. */
  isByProcessor: boolean;
  chargeCount: number;
  /** The fee on the payment, and the processor's; null where one cannot say, or says it in another currency. */
  feeMinor: number | null;
  theirFeeMinor: number | null;
}

export type ChargeReason =
  | 'LATE_BALANCE_TRANSACTION'
  | 'NO_BALANCE_TRANSACTION'
  | 'EVENT_UNDER_WAY'
  | 'CHARGED_BUT_NOT_CAPTURED'
  | 'CHARGED_BESIDE_CASH'
  | 'CHARGED_TWICE'
  | 'CHARGE_AMOUNT_DIFFERS'
  | 'CHARGE_CURRENCY_DIFFERS'
  | 'FEE_DIFFERS';

/** A payment against the processor's balance transactions of its charges. */
export function judgeCharge(facts: ChargeFacts): Verdict<ChargeReason> {
  if (facts.chargeCount === 0)
    return facts.isCaptured && facts.isByProcessor ? lateCharge(facts.ageSec) : MATCHED;
  if (!facts.isCaptured) {
    return facts.ageSec < DUE_SEC.event
      ? { class: 'EXPECTED', reason: 'EVENT_UNDER_WAY' }
      : { class: 'STATUS', reason: 'CHARGED_BUT_NOT_CAPTURED' };
  }
  if (!facts.isByProcessor) return { class: 'DUPLICATE', reason: 'CHARGED_BESIDE_CASH' };
  if (facts.chargeCount > 1) return { class: 'DUPLICATE', reason: 'CHARGED_TWICE' };
  const compared = compareSides(facts, {
    currency: 'CHARGE_CURRENCY_DIFFERS',
    amount: 'CHARGE_AMOUNT_DIFFERS',
  });
  if (compared.class !== 'MATCHED') return compared;
  const hasBothFees = facts.feeMinor !== null && facts.theirFeeMinor !== null;
  return hasBothFees && facts.feeMinor !== facts.theirFeeMinor
    ? { class: 'FEE', reason: 'FEE_DIFFERS' }
    : MATCHED;
}

function lateCharge(ageSec: number): Verdict<ChargeReason> {
  return ageSec < DUE_SEC.chargeTransaction
    ? { class: 'EXPECTED', reason: 'LATE_BALANCE_TRANSACTION' }
    : { class: 'MISSING_THERE', reason: 'NO_BALANCE_TRANSACTION' };
}

/** A refund of ours; both sides negative. `theirsMinor` nets a refund that failed later. */
export interface RefundFacts extends Sides {
  status: 'PROCESSING' | 'COMPLETED' | 'FAILED';
  transactionCount: number;
}

export type RefundReason =
  | 'LATE_REFUND'
  | 'NO_REFUND_TRANSACTION'
  | 'REFUND_UNDER_WAY'
  | 'REFUND_NOT_FINISHED'
  | 'REFUND_FAILED_BUT_MOVED'
  | 'REFUND_AMOUNT_DIFFERS'
  | 'REFUND_CURRENCY_DIFFERS';

/** A refund against its balance transactions. */
export function judgeRefund(facts: RefundFacts): Verdict<RefundReason> {
  const moved = facts.theirsMinor ?? 0;
  const isLate = facts.ageSec >= DUE_SEC.refundTransaction;
  if (facts.status === 'FAILED') {
    if (moved === 0) return MATCHED;
    return isLate
      ? { class: 'STATUS', reason: 'REFUND_FAILED_BUT_MOVED' }
      : { class: 'EXPECTED', reason: 'REFUND_UNDER_WAY' };
  }
  if (facts.status === 'PROCESSING') {
    return isLate
      ? { class: 'STATUS', reason: 'REFUND_NOT_FINISHED' }
      : { class: 'EXPECTED', reason: 'REFUND_UNDER_WAY' };
  }
  if (facts.transactionCount === 0) {
    return isLate
      ? { class: 'MISSING_THERE', reason: 'NO_REFUND_TRANSACTION' }
      : { class: 'EXPECTED', reason: 'LATE_REFUND' };
  }
  return compareSides(facts, { currency: 'REFUND_CURRENCY_DIFFERS', amount: 'REFUND_AMOUNT_DIFFERS' });
}

/** A dispute: `oursMinor` what it should have moved by its status (see disputeMoves), `theirsMinor` what it moved. */
export interface DisputeFacts extends Sides {
  transactionCount: number;
}

export type DisputeReason =
  | 'DISPUTE_FUNDS_UNDER_WAY'
  | 'NO_DISPUTE_TRANSACTION'
  | 'DISPUTE_AMOUNT_DIFFERS'
  | 'DISPUTE_CURRENCY_DIFFERS';

/** A dispute against its balance transactions. */
export function judgeDispute(facts: DisputeFacts): Verdict<DisputeReason> {
  const compared = compareSides(
    { ...facts, theirsMinor: facts.theirsMinor ?? 0 },
    { currency: 'DISPUTE_CURRENCY_DIFFERS', amount: 'DISPUTE_AMOUNT_DIFFERS' },
  );
  if (compared.class === 'MATCHED') return MATCHED;
  if (facts.ageSec < DUE_SEC.disputeTransaction)
    return { class: 'EXPECTED', reason: 'DISPUTE_FUNDS_UNDER_WAY' };
  return facts.transactionCount === 0
    ? { class: 'MISSING_THERE', reason: 'NO_DISPUTE_TRANSACTION' }
    : compared;
}

/** A movement of the balance that no payment, refund or dispute of ours stands for. */
export interface StrayFacts extends Sides {
  kind: 'CHARGE' | 'REFUND' | 'DISPUTE' | 'FEE' | 'OTHER';
  /** It belongs to a payment of ours. */
  isOurs: boolean;
  isPosted: boolean;
}

export type StrayReason =
  | 'EVENT_UNDER_WAY'
  | 'WAITS_FOR_ITS_PAYMENT'
  | 'UNKNOWN_REFUND'
  | 'UNKNOWN_DISPUTE'
  | 'FOREIGN_CHARGE'
  | 'FOREIGN_REFUND'
  | 'FOREIGN_DISPUTE'
  | 'OTHER_MOVEMENT'
  | 'FEE_NOT_POSTED'
  | 'POSTED_FEE_DIFFERS';

/** A movement that has no counterpart here; the account's own fees have theirs in the ledger. */
export function judgeStray(facts: StrayFacts): Verdict<StrayReason> {
  const isYoung = facts.ageSec < (facts.isOurs ? DUE_SEC.event : DUE_SEC.unknownPayment);
  if (facts.kind === 'FEE') {
    if (!facts.isPosted) return isYoung ? underWay() : { class: 'MISSING_HERE', reason: 'FEE_NOT_POSTED' };
    return facts.oursMinor === facts.theirsMinor
      ? MATCHED
      : { class: 'AMOUNT', reason: 'POSTED_FEE_DIFFERS' };
  }
  if (facts.isOurs && isYoung) return underWay();
  if (!facts.isOurs && !facts.isPosted && isYoung)
    return { class: 'EXPECTED', reason: 'WAITS_FOR_ITS_PAYMENT' };
  return { class: 'MISSING_HERE', reason: (facts.isOurs ? OURS : FOREIGN)[facts.kind] };
}

const underWay = () => ({ class: 'EXPECTED', reason: 'EVENT_UNDER_WAY' }) as const;

const FOREIGN = {
  CHARGE: 'FOREIGN_CHARGE',
  REFUND: 'FOREIGN_REFUND',
  DISPUTE: 'FOREIGN_DISPUTE',
  OTHER: 'OTHER_MOVEMENT',
} as const;
const OURS = {
  CHARGE: 'OTHER_MOVEMENT',
  REFUND: 'UNKNOWN_REFUND',
  DISPUTE: 'UNKNOWN_DISPUTE',
  OTHER: 'OTHER_MOVEMENT',
} as const;

/** Of money that the processor took for a payment and that no payment here has. The contract's MISSING_PAYMENT is much wider. */
export const LOST_PAYMENT_REASONS = [
  'CHARGED_BUT_NOT_CAPTURED',
  'FOREIGN_CHARGE',
] as const satisfies readonly (ChargeReason | StrayReason)[];
