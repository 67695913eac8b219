/** What is compared with what: ours on the left, what somebody else says on the right. See docs/adr/0033. */
export const WAYS = ['ORDERS', 'LEDGER', 'PROCESSOR', 'PAYOUTS', 'BANK', 'CASH'] as const;
export type Way = (typeof WAYS)[number];

/** How something does not match. EXPECTED: not due yet, so that nobody has to look. */
export const ITEM_CLASSES = [
  'EXPECTED',
  'MISSING_HERE',
  'MISSING_THERE',
  'AMOUNT',
  'CURRENCY',
  'STATUS',
  'FEE',
  'DUPLICATE',
  'REMAINDER',
] as const;
export type ItemClass = (typeof ITEM_CLASSES)[number];

export type Severity = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
/** The four types of the existing clients (legacy-contract 3.3). */
export type ContractType = 'MISSING_PAYMENT' | 'DUPLICATE_PAYMENT' | 'AMOUNT_MISMATCH' | 'STATUS_MISMATCH';

/** `reason` is finer than the class; its words stand in words.ts. */
export type Verdict<Reason extends string = string> =
  | { class: 'MATCHED' }
  | { class: ItemClass; reason: Reason };

export const MATCHED = { class: 'MATCHED' } as const;

/** Both sides of one subject. Null: that side has nothing. Minor units; each side in its own currency. */
export interface Sides {
  oursMinor: number | null;
  currency: string;
  theirsMinor: number | null;
  theirsCurrency: string | null;
  /** Since it should have been there on both sides. */
  ageSec: number;
}

/** Whether a person has to look. */
export function isBreak(itemClass: ItemClass): boolean {
  return itemClass !== 'EXPECTED';
}

const TYPES: Record<Exclude<ItemClass, 'EXPECTED'>, ContractType> = {
  MISSING_HERE: 'MISSING_PAYMENT',
  MISSING_THERE: 'MISSING_PAYMENT',
  DUPLICATE: 'DUPLICATE_PAYMENT',
  STATUS: 'STATUS_MISMATCH',
  AMOUNT: 'AMOUNT_MISMATCH',
  CURRENCY: 'AMOUNT_MISMATCH',
  FEE: 'AMOUNT_MISMATCH',
  REMAINDER: 'AMOUNT_MISMATCH',
};

/** The contract's type of a break. */
export function contractTypeOf(itemClass: Exclude<ItemClass, 'EXPECTED'>): ContractType {
  return TYPES[itemClass];
}

/** The comparison of two amounts that are both there: by currency first, as amounts of two currencies cannot differ. */
export function compareSides<Reason extends string>(
  sides: Sides,
  reasons: { currency: Reason; amount: Reason },
): Verdict<Reason> {
  if (sides.theirsCurrency !== null && sides.theirsCurrency !== sides.currency)
    return { class: 'CURRENCY', reason: reasons.currency };
  if (sides.oursMinor !== sides.theirsMinor) return { class: 'AMOUNT', reason: reasons.amount };
  return MATCHED;
}
