import { daysApart } from '../calendar-day';
import { sumMinor } from '../money';
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
  /** Several only where people tied several to it: their sum is the payout. */
  lines: readonly [BankLine, ...BankLine[]];
  payout: BankPayout;
}

interface NearPair {
  line: BankLine;
  payout: BankPayout;
}

export interface BankMatch {
  pairs: BankPair[];
  payoutsLeft: BankPayout[];
  /** `names`: the payout that the line names though another line is its own. */
  linesLeft: { line: BankLine; names: string | null }[];
}

/** Shorter ones occur in other texts. */
const LEAST_TRACE = 6;
const MOST_DAYS = DUE_SEC.bankLine / 86_400;

/**
 * Which line is which payout, each once: first what people said, then what the line names, then the same amount within
 * days of the arrival, the nearest first. All lines that people tied to a payout are its own. The same input in any order
 * gives the same answer.
 */
export function matchBank(lines: readonly BankLine[], payouts: readonly BankPayout[]): BankMatch {
  const freeLines = new Map([...lines].sort(byDay((line) => line.bookedOn)).map((line) => [line.id, line]));
  const freePayouts = new Map([...payouts].sort(byDay((one) => one.arrivesOn)).map((one) => [one.id, one]));
  const pairs: BankPair[] = [];
  const pair = (payout: BankPayout, ...lines: [BankLine, ...BankLine[]]) => {
    for (const line of lines) freeLines.delete(line.id);
    freePayouts.delete(payout.id);
    pairs.push({ lines, payout });
  };
  for (const payout of [...freePayouts.values()]) {
    const [first, ...more] = [...freeLines.values()].filter((line) => line.linkedPayoutId === payout.id);
    if (first) pair(payout, first, ...more);
  }
  for (const line of [...freeLines.values()]) {
    const payout = [...freePayouts.values()].find((one) => isNamed(line, one));
    if (payout) pair(payout, line);
  }
  for (const { line, payout } of nearPairs([...freeLines.values()], [...freePayouts.values()])) {
    if (freeLines.has(line.id) && freePayouts.has(payout.id)) pair(payout, line);
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

function isNamed(line: BankLine, payout: BankPayout): boolean {
  if (line.linkedPayoutId !== null) return false;
  const text = line.text.toLowerCase();
  return [payout.traceId, payout.id].some(
    (name) => name !== null && name.length >= LEAST_TRACE && text.includes(name.toLowerCase()),
  );
}

function nearPairs(lines: readonly BankLine[], payouts: readonly BankPayout[]): NearPair[] {
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
        days: Math.abs(daysApart(payout.arrivesOn, line.bookedOn)),
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

/** A payout and what the bank booked of it: `oursMinor` the payout, `theirsMinor` the sum of its lines. */
export function judgePair(sides: Sides, status: string): Verdict<BankReason> {
  const compared = compareSides(sides, { currency: 'BANK_CURRENCY_DIFFERS', amount: 'BANK_AMOUNT_DIFFERS' });
  if (compared.class !== 'MATCHED') return compared;
  return status === 'paid' ? MATCHED : { class: 'STATUS', reason: 'AT_BANK_BUT_NOT_PAID' };
}

/** What the bank booked of a pair, in minor units of the payout's currency; of another one where any line has another. */
export function bookedOf({ lines, payout }: BankPair): { amountMinor: number; currency: string } {
  const currency = (lines.find((line) => line.currency !== payout.currency) ?? payout).currency;
  const own = lines.filter((line) => line.currency === currency);
  return { amountMinor: sumMinor(own.map((line) => line.amountMinor)), currency };
}

/** A payout without a line. `covered`: imported statements would have it (statements.ts). */
export function judgePayoutWithoutLine(payout: BankPayout, covered: boolean): Verdict<BankReason> {
  if (payout.status === 'failed' || payout.status === 'canceled') return MATCHED;
  if (payout.status !== 'paid') return { class: 'EXPECTED', reason: 'PAYOUT_IN_TRANSIT' };
  return covered
    ? { class: 'MISSING_THERE', reason: 'NOT_AT_BANK' }
    : { class: 'EXPECTED', reason: 'STATEMENT_NOT_HERE_YET' };
}

/** A line that is no payout of ours, or the second one of a payout. */
export function judgeLineWithoutPayout(names: string | null): Verdict<BankReason> {
  return names === null
    ? { class: 'MISSING_HERE', reason: 'UNKNOWN_BANK_LINE' }
    : { class: 'DUPLICATE', reason: 'SECOND_BANK_LINE' };
}
