import { DUE_SEC } from './due';
import { MATCHED, type Sides, type Verdict } from './verdict';

/** A drawer: `oursMinor` its float and what moved, `theirsMinor` what was counted; null while it is open. */
export interface DrawerFacts extends Sides {
  /** What was expected when it was closed. */
  storedExpectedMinor: number | null;
}

export type DrawerReason =
  | 'DRAWER_OPEN'
  | 'DRAWER_NOT_COUNTED'
  | 'EXPECTATION_DIFFERS'
  | 'DRAWER_SHORT'
  | 'DRAWER_OVER';

/** A drawer's count against its movements. */
export function judgeDrawer(facts: DrawerFacts): Verdict<DrawerReason> {
  if (facts.theirsMinor === null) {
    return facts.ageSec < DUE_SEC.drawerCount
      ? { class: 'EXPECTED', reason: 'DRAWER_OPEN' }
      : { class: 'STATUS', reason: 'DRAWER_NOT_COUNTED' };
  }
  const expectedMinor = facts.oursMinor ?? 0;
  if (facts.storedExpectedMinor !== expectedMinor)
    return { class: 'REMAINDER', reason: 'EXPECTATION_DIFFERS' };
  if (facts.theirsMinor === expectedMinor) return MATCHED;
  return { class: 'AMOUNT', reason: facts.theirsMinor < expectedMinor ? 'DRAWER_SHORT' : 'DRAWER_OVER' };
}

/** Cash of a payment that was taken while a drawer was open, and its movement in a drawer. */
export function judgeCash(facts: Sides): Verdict<'CASH_OUTSIDE_DRAWER' | 'CASH_MOVEMENT_DIFFERS'> {
  if (facts.theirsMinor === null) return { class: 'MISSING_THERE', reason: 'CASH_OUTSIDE_DRAWER' };
  return facts.oursMinor === facts.theirsMinor
    ? MATCHED
    : { class: 'AMOUNT', reason: 'CASH_MOVEMENT_DIFFERS' };
}

/** A day's Z-report in one currency: `oursMinor` the net of the day counted anew, `theirsMinor` as reported. */
export interface ZReportFacts extends Sides {
  /** Every figure of the currency is as reported. */
  isSame: boolean;
}

/** A Z-report against the day counted anew. */
export function judgeZReport(facts: ZReportFacts): Verdict<'Z_REPORT_DIFFERS' | 'Z_REPORT_PARTS_DIFFER'> {
  if (facts.oursMinor !== facts.theirsMinor) return { class: 'AMOUNT', reason: 'Z_REPORT_DIFFERS' };
  return facts.isSame ? MATCHED : { class: 'AMOUNT', reason: 'Z_REPORT_PARTS_DIFFER' };
}
