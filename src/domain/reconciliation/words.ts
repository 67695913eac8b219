import type { BankReason } from './bank';
import type { judgeReceipt, LedgerReason, OrderReason } from './books';
import type { DrawerReason, judgeCash, judgeZReport } from './cash';
import type { judgeShare, PayoutReason } from './payouts';
import type { ChargeReason, DisputeReason, RefundReason, StrayReason } from './processor';
import type { Verdict } from './verdict';

type ReasonOf<V> = V extends { reason: infer R } ? R : never;
export type Reason =
  | ChargeReason
  | RefundReason
  | DisputeReason
  | StrayReason
  | LedgerReason
  | OrderReason
  | PayoutReason
  | BankReason
  | DrawerReason
  | ReasonOf<ReturnType<typeof judgeReceipt>>
  | ReasonOf<ReturnType<typeof judgeShare>>
  | ReasonOf<ReturnType<typeof judgeCash>>
  | ReasonOf<ReturnType<typeof judgeZReport>>;

/** What each reason means, and what to do about it, for the people who work on it. */
const WORDS: Record<Reason, string> = {
  LATE_BALANCE_TRANSACTION:
    'The processor has not listed the charge in its balance yet. It comes within a day.',
  NO_BALANCE_TRANSACTION:
    'The payment says that a card was charged, and the processor’s balance knows no charge. Ask the processor.',
  EVENT_UNDER_WAY: 'The processor has moved money a moment ago; its event is on the way.',
  CHARGED_BUT_NOT_CAPTURED:
    'The processor charged the card, and the payment is not completed here. Refresh it, or refund the charge.',
  CHARGED_BESIDE_CASH: 'A card was charged for a payment that was settled in cash. Refund the card.',
  CHARGED_TWICE: 'More than one charge belongs to this payment. Refund what is too much.',
  CHARGE_AMOUNT_DIFFERS:
    'The processor charged another amount than the payment says. Refund the difference or correct the bill.',
  CHARGE_CURRENCY_DIFFERS: 'The processor charged in another currency than the payment says.',
  FEE_DIFFERS: 'The processor kept another fee than the payment says.',
  LATE_REFUND: 'The refund is done, and the processor has not taken it from the balance yet.',
  NO_REFUND_TRANSACTION:
    'The refund is done here, and the processor’s balance knows none. Look whether the guest got the money.',
  REFUND_UNDER_WAY: 'The processor is still working on the refund.',
  REFUND_NOT_FINISHED: 'The refund has been under way for days. Ask the processor.',
  REFUND_FAILED_BUT_MOVED: 'The refund failed here, and the processor took its amount from the balance.',
  REFUND_AMOUNT_DIFFERS: 'The processor gave back another amount than the refund says.',
  REFUND_CURRENCY_DIFFERS: 'The processor gave back another currency than the refund says.',
  DISPUTE_FUNDS_UNDER_WAY: 'The dispute’s money has not moved yet.',
  NO_DISPUTE_TRANSACTION:
    'The dispute’s money should have moved, and the processor’s balance knows nothing of it.',
  DISPUTE_AMOUNT_DIFFERS: 'The dispute moved another amount than its status says.',
  DISPUTE_CURRENCY_DIFFERS: 'The dispute moved another currency than it says.',
  WAITS_FOR_ITS_PAYMENT: 'The movement names a payment that is not here yet.',
  UNKNOWN_REFUND: 'The processor gave money of this payment back, and no refund here says so.',
  UNKNOWN_DISPUTE: 'A dispute moved money of this payment, and no dispute here says so.',
  FOREIGN_CHARGE: 'A charge in the account belongs to no payment of ours.',
  FOREIGN_REFUND: 'A refund in the account belongs to no payment of ours.',
  FOREIGN_DISPUTE: 'A dispute in the account belongs to no payment of ours.',
  OTHER_MOVEMENT: 'The balance moved for a reason that is no charge, refund, dispute, fee or payout.',
  FEE_NOT_POSTED: 'A fee of the account is not in the books.',
  POSTED_FEE_DIFFERS: 'A fee of the account stands in the books with another amount.',
  NOT_POSTED: 'The payment took money, and the ledger has no entry of it.',
  LEDGER_DIFFERS: 'The ledger has another amount than the payment.',
  POSTED_BUT_NOT_CAPTURED: 'The ledger has a capture of a payment that took no money.',
  RECEIPT_DIFFERS:
    'Money that fits no payment stands in the ledger with another amount than has come and not gone back. Replay the event of its success.',
  BILL_OPEN: 'The bill is not paid yet.',
  ORDER_UNPAID: 'The order is over, or days old, and nobody paid it.',
  ORDER_UNDERPAID: 'The order is over, or days old, and only a part of it was paid.',
  OVER_COLLECTED: 'More was collected than the bill asks for. The excess is guest credit: refund it.',
  ORDER_STATE_DIFFERS: 'What the order says it received is not what its payments gave.',
  LINES_UNDER_WAY: 'The processor has not told yet what this payout pays out.',
  LINES_MISSING: 'What this payout pays out is still not here.',
  NOT_ITEMISED: 'A payout made by hand: the processor does not tell what it pays out.',
  LINES_DIFFER: 'The payout’s transactions do not sum to its amount. The difference is unexplained.',
  PAYOUT_NOT_POSTED: 'The payout has arrived and is not in the books.',
  FAILED_BUT_POSTED: 'The payout came back and still stands in the books.',
  SHARE_DIFFERS: 'The share of the payout is not the sum of the restaurant’s transactions in it.',
  BANK_AMOUNT_DIFFERS: 'The bank booked another amount than the payout.',
  BANK_CURRENCY_DIFFERS: 'The bank booked the payout in another currency.',
  AT_BANK_BUT_NOT_PAID: 'The money is at the bank, and the payout is not paid here.',
  PAYOUT_IN_TRANSIT: 'The payout is on its way to the bank.',
  STATEMENT_NOT_HERE_YET:
    'No statement that covers the payout’s arrival and five days after it has been imported yet.',
  NOT_AT_BANK:
    'The payout was paid, and the bank’s statement does not have it. Ask bank and processor with its trace id.',
  SECOND_BANK_LINE: 'A second line of the bank names a payout that has its line already.',
  UNKNOWN_BANK_LINE: 'A line of the bank is no payout that we know.',
  DRAWER_OPEN: 'The drawer has not been counted yet.',
  DRAWER_NOT_COUNTED: 'The drawer has been open for more than a day and a half. Count and close it.',
  EXPECTATION_DIFFERS: 'The drawer’s movements do not sum to what was expected when it was closed.',
  DRAWER_SHORT: 'Less was counted than should have been in the drawer.',
  DRAWER_OVER: 'More was counted than should have been in the drawer.',
  CASH_OUTSIDE_DRAWER: 'Cash was taken while a drawer was open, and is in no drawer.',
  CASH_MOVEMENT_DIFFERS: 'Another amount went into the drawer than the payment says.',
  Z_REPORT_DIFFERS: 'The day’s net has changed since its Z-report was made. Make a new one.',
  Z_REPORT_PARTS_DIFFER: 'The day’s figures have changed since its Z-report was made. Make a new one.',
};

/** Every reason that there is. @internal Tests read all of them. */
export const REASONS = Object.keys(WORDS) as Reason[];

export type JudgedVerdict = Verdict<Reason>;

/** The reason in words. One that is not ours, e.g. of a discrepancy that an event found, has its own description. */
export function wordsOf(reason: string): string {
  return (WORDS as Readonly<Record<string, string>>)[reason] ?? reason;
}
