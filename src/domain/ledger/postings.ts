import { allocate } from '@/domain/allocate';
import { DomainError } from '@/domain/error';
import type { LedgerAccount } from '@/domain/ledger/accounts';
import { assertMinor, assertNonNegativeMinor, sumMinor } from '@/domain/money';

/**
 * Double entry. A posting is a debit (positive) or a credit (negative) in minor units of one currency. The postings of a
 * fact sum to zero and have no line of zero. ARCHITECTURE.md ("What is posted") has the table of facts.
 */
export type Posting = { account: LedgerAccount; amountMinor: number };

/**
 * The parts of a captured payment, as its row stores them; they sum to what was charged.
 * `overCollectedMinor` (default 0) is INSIDE that sum, not beside it: it is carved out of subtotal and tax
 * in proportion, and of the tip only when those do not suffice.
 */
export type CaptureParts = {
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
  overCollectedMinor?: number;
};

/**
 * The parts of a refund, summing to what goes back. `guestCreditMinor` (default 0) is the part INSIDE that
 * sum that pays guest credit back, carved out as in `CaptureParts`.
 */
export type RefundParts = {
  method: 'CARD' | 'CASH';
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
  guestCreditMinor?: number;
};

/** A card payment succeeded. */
export function cardCapturePostings(parts: CaptureParts): Posting[] {
  return capturePostings('PROCESSOR_CLEARING', parts);
}

/** Staff took cash. */
export function cashCapturePostings(parts: CaptureParts): Posting[] {
  return capturePostings('CASH_DRAWER', parts);
}

/** Money went back to the guest. */
export function refundPostings(parts: RefundParts): Posting[] {
  const { subtotalMinor, taxMinor, tipMinor, carvedMinor, totalMinor } = carve(parts, parts.guestCreditMinor);
  return balanced([
    ['REFUNDS', subtotalMinor],
    ['TAX_PAYABLE', taxMinor],
    ['TIPS_PAYABLE', tipMinor],
    ['GUEST_CREDIT', carvedMinor],
    [parts.method === 'CARD' ? 'PROCESSOR_CLEARING' : 'CASH_DRAWER', -totalMinor],
  ]);
}

/** A refund that was posted failed later: its exact reverse. Pass the same parts. */
export function refundFailedPostings(parts: RefundParts): Posting[] {
  return reverse(refundPostings(parts));
}

/** The processor took its fee. */
export function feePostings(fee: { feeMinor: number }): Posting[] {
  const feeMinor = assertNonNegativeMinor(fee.feeMinor, 'feeMinor');
  return balanced([
    ['PROCESSOR_FEES', feeMinor],
    ['PROCESSOR_CLEARING', -feeMinor],
  ]);
}

/** The processor gave a fee back. */
export function feeReversedPostings(fee: { feeMinor: number }): Posting[] {
  return reverse(feePostings(fee));
}

/** A dispute's amount and fee were withdrawn. The payment keeps its status (decision 12). */
export function disputeWithdrawnPostings(dispute: { amountMinor: number; feeMinor: number }): Posting[] {
  const amountMinor = assertNonNegativeMinor(dispute.amountMinor, 'amountMinor');
  const feeMinor = assertNonNegativeMinor(dispute.feeMinor, 'feeMinor');
  return balanced([
    ['DISPUTE_LOSSES', amountMinor],
    ['DISPUTE_FEES', feeMinor],
    ['PROCESSOR_CLEARING', -sumMinor([amountMinor, feeMinor])],
  ]);
}

/** A won dispute's amount came back; `feeMinor` is what of the fee came back, 0 if none. */
export function disputeReinstatedPostings(dispute: { amountMinor: number; feeMinor: number }): Posting[] {
  return reverse(disputeWithdrawnPostings(dispute));
}

/** A payout reached the bank. A negative amount is a debit of the bank by the processor. */
export function payoutPostings(payout: { amountMinor: number }): Posting[] {
  const amountMinor = assertMinor(payout.amountMinor);
  return balanced([
    ['BANK', amountMinor],
    ['PROCESSOR_CLEARING', -amountMinor],
  ]);
}

/** A payout that was posted came back. */
export function payoutFailedPostings(payout: { amountMinor: number }): Posting[] {
  return reverse(payoutPostings(payout));
}

/** Money at the processor that belongs to no payment we know. It leaves by unmatchedMovementPostings: back, or to its payment. */
export function unmatchedReceiptPostings(receipt: { amountMinor: number }): Posting[] {
  const amountMinor = assertNonNegativeMinor(receipt.amountMinor, 'amountMinor');
  return balanced([
    ['PROCESSOR_CLEARING', amountMinor],
    ['UNMATCHED_RECEIPTS', -amountMinor],
  ]);
}

/** Cash went from the safe into the drawer: its float, or a payment in. Negative: out of the drawer. */
export function drawerCashPostings(cash: { amountMinor: number }): Posting[] {
  const amountMinor = assertMinor(cash.amountMinor);
  return balanced([
    ['CASH_DRAWER', amountMinor],
    ['CASH_SAFE', 0 - amountMinor],
  ]);
}

/** A drawer was counted and emptied into the safe: what was not as expected is over or short. */
export function drawerClosedPostings(drawer: { expectedMinor: number; countedMinor: number }): Posting[] {
  const expectedMinor = assertMinor(drawer.expectedMinor);
  const countedMinor = assertNonNegativeMinor(drawer.countedMinor, 'countedMinor');
  return balanced([
    ['CASH_SAFE', countedMinor],
    ['CASH_OVER_SHORT', expectedMinor - countedMinor],
    ['CASH_DRAWER', 0 - expectedMinor],
  ]);
}

/** The postings that undo these. */
export function reverse(postings: readonly Posting[]): Posting[] {
  return postings.map(({ account, amountMinor }) => ({ account, amountMinor: -amountMinor }));
}

/**
 * The postings themselves if they may be written.
 * @throws DomainError LEDGER_UNBALANCED when they do not sum to zero, AMOUNT_INVALID for a bad amount
 */
export function assertBalanced(postings: readonly Posting[]): readonly Posting[] {
  const sum = sumMinor(postings.map((posting) => posting.amountMinor));
  if (sum !== 0) {
    throw new DomainError('LEDGER_UNBALANCED', 'The postings do not sum to zero.', { sum, postings });
  }
  return postings;
}

function capturePostings(account: LedgerAccount, parts: CaptureParts): Posting[] {
  const { subtotalMinor, taxMinor, tipMinor, carvedMinor, totalMinor } = carve(
    parts,
    parts.overCollectedMinor,
  );
  return balanced([
    [account, totalMinor],
    ['SALES', -subtotalMinor],
    ['TAX_PAYABLE', -taxMinor],
    ['TIPS_PAYABLE', -tipMinor],
    ['GUEST_CREDIT', -carvedMinor],
  ]);
}

function carve(parts: { subtotalMinor: number; taxMinor: number; tipMinor: number }, carvedMinor = 0) {
  const subtotalMinor = assertNonNegativeMinor(parts.subtotalMinor, 'subtotalMinor');
  const taxMinor = assertNonNegativeMinor(parts.taxMinor, 'taxMinor');
  const tipMinor = assertNonNegativeMinor(parts.tipMinor, 'tipMinor');
  const totalMinor = sumMinor([subtotalMinor, taxMinor, tipMinor]);
  if (assertNonNegativeMinor(carvedMinor, 'guest credit') > totalMinor) {
    throw new DomainError('AMOUNT_INVALID', 'More guest credit than money moved.', {
      carvedMinor,
      totalMinor,
    });
  }
  const fromBill = Math.min(carvedMinor, subtotalMinor + taxMinor);
  const [fromSubtotal = 0, fromTax = 0] = allocate(fromBill, [subtotalMinor, taxMinor]);
  return {
    subtotalMinor: subtotalMinor - fromSubtotal,
    taxMinor: taxMinor - fromTax,
    tipMinor: tipMinor - (carvedMinor - fromBill),
    carvedMinor,
    totalMinor,
  };
}

/**
 * Lines as postings, without those of zero.
 * @throws DomainError LEDGER_UNBALANCED, AMOUNT_INVALID
 */
export function balanced(lines: readonly (readonly [LedgerAccount, number])[]): Posting[] {
  const postings = lines
    .filter(([, amountMinor]) => amountMinor !== 0)
    .map(([account, amountMinor]) => ({ account, amountMinor }));
  assertBalanced(postings);
  return postings;
}
