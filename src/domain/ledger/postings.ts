import { allocate } from '@/domain/allocate';
import { DomainError } from '@/domain/error';
import type { LedgerAccount } from '@/domain/ledger/accounts';
import { assertMinor, assertNonNegativeMinor, sumMinor } from '@/domain/money';

/**
 * Double entry. A posting is a debit (positive) or credit (negative) in minor units of one currency; the
 * postings of a fact sum to zero, lines of zero are dropped.
 *
 * | Fact                      | Debit                                            | Credit                                           |
 * |---------------------------|--------------------------------------------------|--------------------------------------------------|
 * | Card captured             | PROCESSOR_CLEARING total                         | SALES, TAX_PAYABLE, TIPS_PAYABLE, GUEST_CREDIT   |
 * | Cash received             | CASH_DRAWER total                                | SALES, TAX_PAYABLE, TIPS_PAYABLE, GUEST_CREDIT   |
 * | Refund                    | REFUNDS, TAX_PAYABLE, TIPS_PAYABLE, GUEST_CREDIT | PROCESSOR_CLEARING or CASH_DRAWER total          |
 * | Refund failed later       | reverse of the refund                            |                                                  |
 * | Processor fee             | PROCESSOR_FEES                                   | PROCESSOR_CLEARING                               |
 * | Processor fee given back  | PROCESSOR_CLEARING                               | PROCESSOR_FEES                                   |
 * | Dispute, funds withdrawn  | DISPUTE_LOSSES amount, DISPUTE_FEES fee          | PROCESSOR_CLEARING both                          |
 * | Dispute, funds reinstated | PROCESSOR_CLEARING both                          | DISPUTE_LOSSES amount, DISPUTE_FEES fee returned |
 * | Payout                    | BANK                                             | PROCESSOR_CLEARING                               |
 * | Payout failed             | PROCESSOR_CLEARING                               | BANK                                             |
 * | Order reduced after payment | SALES, TAX_PAYABLE                             | GUEST_CREDIT                                     |
 * | Drawer opened, cash put in | CASH_DRAWER                                    | CASH_SAFE                                        |
 * | Cash taken out of the drawer | CASH_SAFE                                    | CASH_DRAWER                                      |
 * | Drawer closed             | CASH_SAFE counted, CASH_OVER_SHORT if short      | CASH_DRAWER expected, CASH_OVER_SHORT if over    |
 * | Receipt without a payment | PROCESSOR_CLEARING                               | UNMATCHED_RECEIPTS                               |
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

/** Money at the processor that belongs to no payment we know; `reverse` it once it is matched. */
export function unmatchedReceiptPostings(receipt: { amountMinor: number }): Posting[] {
  const amountMinor = assertNonNegativeMinor(receipt.amountMinor, 'amountMinor');
  return balanced([
    ['PROCESSOR_CLEARING', amountMinor],
    ['UNMATCHED_RECEIPTS', -amountMinor],
  ]);
}

/**
 * An order was reduced after it was paid: `deltaMinor` of what it received is owed to the guest. Negative: the order grew
 * again and takes it back. Split between sales and tax in the order's proportion.
 */
export function overpaymentPostings(change: {
  deltaMinor: number;
  subtotalMinor: number;
  taxMinor: number;
}): Posting[] {
  const hasWeight = change.subtotalMinor + change.taxMinor > 0;
  const [salesMinor = 0, taxMinor = 0] = allocate(
    change.deltaMinor,
    hasWeight ? [change.subtotalMinor, change.taxMinor] : [1, 0],
  );
  return balanced([
    ['SALES', salesMinor],
    ['TAX_PAYABLE', taxMinor],
    ['GUEST_CREDIT', -change.deltaMinor],
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

function balanced(lines: readonly (readonly [LedgerAccount, number])[]): Posting[] {
  const postings = lines
    .filter(([, amountMinor]) => amountMinor !== 0)
    .map(([account, amountMinor]) => ({ account, amountMinor }));
  assertBalanced(postings);
  return postings;
}
