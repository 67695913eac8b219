import { allocate, allocateEqually } from '@/domain/allocate';
import { DomainError } from '@/domain/error';
import { assertNonNegativeMinor, sumMinor } from '@/domain/money';
import { type ItemOrder, shareByItems } from '@/domain/split-items';

/**
 * The live split of a table's bill: who owes how much of a base that
 * guests divide while they sit there. Amounts are minor units, percentages parts per million. Fixed groups: domain/split.ts.
 */
export const SPLIT_TYPES = ['EQUAL', 'BY_PERCENTAGE', 'BY_AMOUNT', 'BY_ITEMS'] as const;
export type SplitType = (typeof SPLIT_TYPES)[number];

/** 100 %. One percent is 10,000 ppm: fine enough that a third, typed with four decimals, loses nothing. */
export const WHOLE_PPM = 1_000_000;
/** Thirds never sum to 100 in decimals: within 0.01 % of it counts as 100 (legacy-contract 6, BY_PERCENTAGE). */
export const PPM_TOLERANCE = 100;

/** What the guests have chosen. Whoever is named nowhere has no percentage and no amount; an item of nobody is everybody's. */
export interface SplitChoices {
  percentages: readonly { guestPublicId: string; sharePpm: number }[];
  amounts: readonly { guestPublicId: string; amountMinor: number }[];
  /** An item of several guests is divided equally among them. */
  items: readonly { itemId: string; guestPublicIds: readonly string[] }[];
}

export interface SplitInput {
  type: SplitType;
  choices: SplitChoices;
  /** Public ids in their fixed order, see `inShareOrder`. */
  participants: readonly string[];
  /** What is due, order by order: their sum is the base. */
  orders: readonly ItemOrder[];
}

/**
 * Each participant's share of the base, in the order of the participants: the same for whoever looks. The sum is the base,
 * or less where the percentages or amounts leave a gap; never more. Leftover units go by largest remainder, ties to the
 * participant who comes first. Where cards pay multiples of a step only, shares are such multiples if the base is one; amounts
 * that guests chose stay as they are.
 * @param stepMinor of the currency, see chargeStepMinor
 */
export function splitShares(split: SplitInput, stepMinor = 1): number[] {
  const { participants } = split;
  if (participants.length === 0) return [];
  const baseMinor = baseOf(split.orders);
  switch (split.type) {
    case 'EQUAL':
      return inSteps(baseMinor, allocateEqually(baseMinor, participants.length), stepMinor);
    case 'BY_PERCENTAGE':
      return inSteps(baseMinor, shareByPercentage(baseMinor, percentagesOf(split)), stepMinor);
    case 'BY_AMOUNT':
      return capTo(baseMinor, amountsOf(split));
    case 'BY_ITEMS':
      return inSteps(baseMinor, shareByItems(split.orders, participants, split.choices.items), stepMinor);
  }
}

/** Shares in whole steps, each within one step of what it was; what is nobody's takes part in the rounding. */
function inSteps(baseMinor: number, sharesMinor: number[], stepMinor: number): number[] {
  if (stepMinor === 1 || baseMinor === 0 || baseMinor % stepMinor !== 0) return sharesMinor;
  const gapMinor = baseMinor - sumMinor(sharesMinor);
  const steps = allocate(baseMinor / stepMinor, [...sharesMinor, gapMinor]);
  return steps.slice(0, -1).map((count) => count * stepMinor);
}

/** What is split: the sum of what the orders owe. */
export function baseOf(orders: readonly ItemOrder[]): number {
  return sumMinor(orders.map((order) => assertNonNegativeMinor(order.dueMinor, 'dueMinor')));
}

/**
 * Refuses choices that ask for more than there is.
 * @throws DomainError SPLIT_PERCENTAGES_ABOVE_WHOLE, SPLIT_AMOUNTS_ABOVE_BALANCE (details.excessMinor, baseMinor)
 */
export function assertWithinBase(split: SplitInput): void {
  if (split.type === 'BY_PERCENTAGE') {
    const sumPpm = percentagesOf(split).reduce((sum, ppm) => sum + ppm, 0);
    if (sumPpm <= WHOLE_PPM + PPM_TOLERANCE) return;
    throw new DomainError('SPLIT_PERCENTAGES_ABOVE_WHOLE', 'The percentages sum to more than 100.', {
      sumPpm,
    });
  }
  if (split.type === 'BY_AMOUNT') {
    const baseMinor = baseOf(split.orders);
    const excessMinor = sumMinor(amountsOf(split)) - baseMinor;
    if (excessMinor <= 0) return;
    throw new DomainError('SPLIT_AMOUNTS_ABOVE_BALANCE', 'The amounts sum to more than what is due.', {
      excessMinor,
      baseMinor,
    });
  }
}

/** The host first, then as they came; equal times by public id, so that every node finds the same order. */
export function inShareOrder<Guest extends { publicId: string; isHost: boolean; joinedAt: Date }>(
  guests: readonly Guest[],
): Guest[] {
  return [...guests].sort(
    (a, b) =>
      Number(b.isHost) - Number(a.isHost) ||
      a.joinedAt.getTime() - b.joinedAt.getTime() ||
      (a.publicId < b.publicId ? -1 : 1),
  );
}

/** At most `limitMinor` in sum: what is too much comes off everybody in proportion, by largest remainder. */
export function capTo(limitMinor: number, sharesMinor: readonly number[]): number[] {
  return sumMinor(sharesMinor) <= limitMinor ? [...sharesMinor] : allocate(limitMinor, sharesMinor);
}

/** A gap below 100 % is nobody's: it takes part in the rounding, so that no sum exceeds the base. */
function shareByPercentage(baseMinor: number, ppms: readonly number[]): number[] {
  const gapPpm = WHOLE_PPM - ppms.reduce((sum, ppm) => sum + ppm, 0);
  if (gapPpm <= PPM_TOLERANCE) return allocate(baseMinor, ppms);
  return allocate(baseMinor, [...ppms, gapPpm]).slice(0, -1);
}

function percentagesOf({ participants, choices }: SplitInput): number[] {
  const ppms = new Map(choices.percentages.map((row) => [row.guestPublicId, row.sharePpm]));
  return participants.map((id) => ppms.get(id) ?? 0);
}

function amountsOf({ participants, choices }: SplitInput): number[] {
  const amounts = new Map(choices.amounts.map((row) => [row.guestPublicId, row.amountMinor]));
  return participants.map((id) => assertNonNegativeMinor(amounts.get(id) ?? 0, 'amountMinor'));
}
