import {
  disputeReinstatedPostings,
  disputeWithdrawnPostings,
  feePostings,
  feeReversedPostings,
  type Posting,
  reverse,
  unmatchedReceiptPostings,
} from '@/domain/ledger/postings';
import { assertMinor, sumMinor } from '@/domain/money';

/** What a movement of the processor's balance means to the books, by Stripe's `reporting_category`. */
export type TransactionKind = 'CHARGE' | 'REFUND' | 'DISPUTE' | 'PAYOUT' | 'FEE' | 'OTHER';

const KINDS: Readonly<Record<string, TransactionKind>> = {
  charge: 'CHARGE',
  refund: 'REFUND',
  refund_failure: 'REFUND',
  dispute: 'DISPUTE',
  dispute_reversal: 'DISPUTE',
  payout: 'PAYOUT',
  payout_reversal: 'PAYOUT',
  fee: 'FEE',
  network_cost: 'FEE',
  tax: 'FEE',
};

/** Stripe "Reporting categories"; what we do not know is OTHER, never nothing. */
export function kindOf(reportingCategory: string): TransactionKind {
  return KINDS[reportingCategory] ?? 'OTHER';
}

/** Minor units of one currency, as the processor signs them: what comes in is positive, a fee taken is positive. */
export type Movement = { kind: TransactionKind; grossMinor: number; feeMinor: number };

/**
 * The postings of a movement. Of a payment of ours its gross is booked with the payment or refund itself, so that only the
 * fee is left (what a refund gave back of an unmatched receipt: unmatchedMovementPostings); a dispute is booked from its
 * movement alone. A payout posts by its shares. Whatever belongs to no payment of ours is an unmatched receipt of the platform's own books, and the account's own fees are its expense.
 */
export function movementPostings(movement: Movement, isOurs: boolean): Posting[] {
  const { kind, grossMinor } = movement;
  if (kind === 'PAYOUT') return [];
  if (kind === 'FEE') return signedFee(sumMinor([movement.feeMinor, -grossMinor]));
  if (!isOurs || kind === 'OTHER')
    return merged([...unmatchedMovementPostings(grossMinor), ...signedFee(movement.feeMinor)]);
  return kind === 'DISPUTE' ? disputePostings(movement) : signedFee(movement.feeMinor);
}

/**
 * Money of no payment came (positive) or went back (negative): what went back of an unmatched receipt leaves the books as
 * it came in, and is there again when that refund fails.
 */
export function unmatchedMovementPostings(amountMinor: number): Posting[] {
  return amountMinor < 0
    ? reverse(unmatchedReceiptPostings({ amountMinor: -amountMinor }))
    : unmatchedReceiptPostings({ amountMinor });
}

/**
 * The processor settled a payment in another currency: its clearing moves from one currency to the other. `presented` is
 * what the guest was charged or got back, `settled` what reached the balance before fees, both signed.
 */
export function exchangePostings(
  presentedMinor: number,
  settledMinor: number,
): Record<'presented' | 'settled', Posting[]> {
  const moved = (amountMinor: number): Posting[] =>
    merged([
      { account: 'PROCESSOR_CLEARING', amountMinor: assertMinor(amountMinor) },
      { account: 'CURRENCY_EXCHANGE', amountMinor: -amountMinor },
    ]);
  return { presented: moved(-presentedMinor), settled: moved(settledMinor) };
}

function disputePostings({ grossMinor, feeMinor }: Movement): Posting[] {
  const amount =
    grossMinor < 0
      ? disputeWithdrawnPostings({ amountMinor: -grossMinor, feeMinor: 0 })
      : disputeReinstatedPostings({ amountMinor: grossMinor, feeMinor: 0 });
  const fee =
    feeMinor < 0
      ? disputeReinstatedPostings({ amountMinor: 0, feeMinor: -feeMinor })
      : disputeWithdrawnPostings({ amountMinor: 0, feeMinor });
  return merged([...amount, ...fee]);
}

function signedFee(feeMinor: number): Posting[] {
  return feeMinor < 0 ? feeReversedPostings({ feeMinor: -feeMinor }) : feePostings({ feeMinor });
}

/** One line per account, none of zero. */
function merged(postings: readonly Posting[]): Posting[] {
  const sums = new Map<Posting['account'], number>();
  for (const { account, amountMinor } of postings)
    sums.set(account, sumMinor([sums.get(account) ?? 0, amountMinor]));
  return [...sums].flatMap(([account, amountMinor]) => (amountMinor === 0 ? [] : [{ account, amountMinor }]));
}
