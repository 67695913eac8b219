import { DUE_SEC } from './due';
import { MATCHED, type Sides, type Verdict } from './verdict';

/** A payout: `oursMinor` the sum of its transactions, `theirsMinor` its amount. */
export interface PayoutFacts extends Sides {
  status: string;
  linesState: 'WAITING' | 'DUE' | 'KEPT' | 'NONE';
  isPosted: boolean;
  isReversed: boolean;
}

export type PayoutReason =
  | 'LINES_UNDER_WAY'
  | 'LINES_MISSING'
  | 'NOT_ITEMISED'
  | 'LINES_DIFFER'
  | 'PAYOUT_NOT_POSTED'
  | 'FAILED_BUT_POSTED';

/** A payout against its transactions. What they do not explain is the remainder: shown, whatever it is. */
export function judgePayout(facts: PayoutFacts): Verdict<PayoutReason> {
  const isBack = facts.status === 'failed' || facts.status === 'canceled';
  if (isBack && facts.isPosted && !facts.isReversed && facts.ageSec >= DUE_SEC.payoutPosting)
    return { class: 'STATUS', reason: 'FAILED_BUT_POSTED' };
  if (facts.linesState === 'NONE') return { class: 'REMAINDER', reason: 'NOT_ITEMISED' };
  if (facts.linesState !== 'KEPT') {
    // One that failed is never itemised: its money comes back by a movement of its own.
    if (isBack) return MATCHED;
    return facts.ageSec < DUE_SEC.payoutLines
      ? { class: 'EXPECTED', reason: 'LINES_UNDER_WAY' }
      : { class: 'MISSING_HERE', reason: 'LINES_MISSING' };
  }
  if (facts.oursMinor !== facts.theirsMinor) return { class: 'REMAINDER', reason: 'LINES_DIFFER' };
  const isLate = facts.status === 'paid' && !facts.isPosted && facts.ageSec >= DUE_SEC.payoutPosting;
  return isLate ? { class: 'STATUS', reason: 'PAYOUT_NOT_POSTED' } : MATCHED;
}

/** A restaurant's part of a payout: `oursMinor` its transactions in it, `theirsMinor` the share that was posted. */
export function judgeShare(facts: Sides): Verdict<'SHARE_DIFFERS'> {
  return facts.oursMinor === facts.theirsMinor ? MATCHED : { class: 'REMAINDER', reason: 'SHARE_DIFFERS' };
}
