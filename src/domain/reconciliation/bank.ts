import { DUE_SEC } from './due';
import { compareSides, MATCHED, type Sides, type Verdict } from './verdict';

/** A line of a bank's statement. Days are 'YYYY-MM-DD'; minor units, positive: received. */
export interface BankLine {
  id: string;
  bookedOn: string;
  amountMinor: number;
  currency: string;
  /** Description and reference. */
  text: string;
  /** The payout that a person tied it to. */
  linkedPayoutId: string | null;
}

export interface BankPayout {
  id: string;
  arrivesOn: string;
  amountMinor: number;
  currency: string;
  status: string;
  /** How the bank's line names it. */
  traceId: string | null;
}

export interface BankPair {
  line: BankLine;
  payout: BankPayout;
}

export interface BankMatch {
  pairs: BankPair[];
  payoutsLeft: BankPayout[];
  /** `names`: the payout that the line names though another line is its own. */
  linesLeft: { line: BankLine; names: string | null }[];
}

const DAY_MS = 86_400_000;
/** Shorter ones occur in other texts. */
const LEAST_TRACE = 6;
const MOST_DAYS = DUE_SEC.bankLine / 86_400;

/**
 * Which line is which payout, each once: first what people said, then what the line names, then the same amount within
 * days of the arrival, the nearest first. The same input in any order gives the same answer.
 */
export function matchBank(lines: readonly BankLine[], payouts: readonly BankPayout[]): BankMatch {
  const freeLines = new Map([...lines].sort(byDay((line) => line.bookedOn)).map((line) => [line.id, line]));
  const freePayouts = new Map([...payouts].sort(byDay((one) => one.arrivesOn)).map((one) => [one.id, one]));
  const pairs: BankPair[] = [];
  const pair = (line: BankLine, payout: BankPayout) => {
    freeLines.delete(line.id);
    freePayouts.delete(payout.id);
    pairs.push({ line, payout });
  };
  for (const rule of [isLinked, isNamed]) {
    for (const line of [...freeLines.values()]) {
      const payout = [...freePayouts.values()].find((one) => rule(line, one));
      if (payout) pair(line, payout);
    }
  }
  for (const near of nearPairs([...freeLines.values()], [...freePayouts.values()])) {
    if (freeLines.has(near.line.id) && freePayouts.has(near.payout.id)) pair(near.line, near.payout);
  }
  return {
    pairs,
    payoutsLeft: [...freePayouts.values()],
    linesLeft: [...freeLines.values()].map((line) => ({
      line,
      names: payouts.find((payout) => isNamed(line, payout))?.id ?? null,
    })),
  };
}

const isLinked = (line: BankLine, payout: BankPayout) => line.linkedPayoutId === payout.id;

function isNamed(line: BankLine, payout: BankPayout): boolean {
  if (line.linkedPayoutId !== null) return false;
  const text = line.text.toLowerCase();
  return [payout.traceId, payout.id].some(
    (name) => name !== null && name.length >= LEAST_TRACE && text.includes(name.toLowerCase()),
  );
}

function nearPairs(lines: readonly BankLine[], payouts: readonly BankPayout[]): BankPair[] {
  const byAmount = new Map<string, BankPayout[]>();
  for (const payout of payouts) {
    const key = `${payout.currency} ${payout.amountMinor}`;
    byAmount.set(key, [...(byAmount.get(key) ?? []), payout]);
  }
  return lines
    .filter((line) => line.linkedPayoutId === null)
    .flatMap((line) =>
      (byAmount.get(`${line.currency} ${line.amountMinor}`) ?? []).map((payout) => ({
        line,
        payout,
        days: Math.abs(Date.parse(line.bookedOn) - Date.parse(payout.arrivesOn)) / DAY_MS,
      })),
    )
    .filter(({ days, payout }) => days <= MOST_DAYS && payout.status === 'paid')
    .sort((a, b) => a.days - b.days || compare(a.payout.id, b.payout.id) || compare(a.line.id, b.line.id));
}

function byDay<T extends { id: string }>(dayOf: (one: T) => string) {
  return (a: T, b: T) => compare(dayOf(a), dayOf(b)) || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export type BankReason =
  | 'BANK_AMOUNT_DIFFERS'
  | 'BANK_CURRENCY_DIFFERS'
  | 'AT_BANK_BUT_NOT_PAID'
  | 'PAYOUT_IN_TRANSIT'
  | 'STATEMENT_NOT_HERE_YET'
  | 'NOT_AT_BANK'
  | 'SECOND_BANK_LINE'
  | 'UNKNOWN_BANK_LINE';

/** A payout and the line that it is: `oursMinor` the payout, `theirsMinor` the line. */
export function judgePair(sides: Sides, status: string): Verdict<BankReason> {
  const compared = compareSides(sides, { currency: 'BANK_CURRENCY_DIFFERS', amount: 'BANK_AMOUNT_DIFFERS' });
  if (compared.class !== 'MATCHED') return compared;
  return status === 'paid' ? MATCHED : { class: 'STATUS', reason: 'AT_BANK_BUT_NOT_PAID' };
}

/** A payout without a line. `statementUntil`: the last day that an imported statement of its currency covers. */
export function judgePayoutWithoutLine(
  payout: BankPayout,
  statementUntil: string | null,
): Verdict<BankReason> {
  if (payout.status === 'failed' || payout.status === 'canceled') return MATCHED;
  if (payout.status !== 'paid') return { class: 'EXPECTED', reason: 'PAYOUT_IN_TRANSIT' };
  const dueOn = Date.parse(payout.arrivesOn) + DUE_SEC.bankLine * 1000;
  return statementUntil === null || Date.parse(statementUntil) < dueOn
    ? { class: 'EXPECTED', reason: 'STATEMENT_NOT_HERE_YET' }
    : { class: 'MISSING_THERE', reason: 'NOT_AT_BANK' };
}

/** A line that is no payout of ours, or the second one of a payout. */
export function judgeLineWithoutPayout(names: string | null): Verdict<BankReason> {
  return names === null
    ? { class: 'MISSING_HERE', reason: 'UNKNOWN_BANK_LINE' }
    : { class: 'DUPLICATE', reason: 'SECOND_BANK_LINE' };
}
