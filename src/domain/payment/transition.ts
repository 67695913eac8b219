import type { PaymentStatus } from '@/domain/payment/status';

/** What happened to a payment, whoever told us. */
export const PAYMENT_FACTS = [
  'INTENT_REQUIRES_ACTION',
  'INTENT_PROCESSING',
  'INTENT_FAILED',
  'INTENT_SUCCEEDED',
  'INTENT_CANCELED',
  'CREATION_REFUSED',
  'CASH_RECEIVED',
  'CANCEL_CASH',
  'REFUNDED_PART',
  'REFUNDED_FULL',
  'REFUND_UNDONE',
  'RECEIPT_GIVEN_BACK',
  'OTHER_RECEIPT_GIVEN_BACK',
] as const;

export type PaymentFact = (typeof PAYMENT_FACTS)[number];

/** A payment's status and the fact that set it; both fact columns are null until the first fact. */
export type PaymentState = { status: PaymentStatus; factAtSec: number | null; factRank: number | null };

export type Decision =
  | { kind: 'apply'; to: PaymentStatus; factAtSec: number | null; factRank: number | null }
  | { kind: 'ignore'; reason: string }
  | { kind: 'refuse'; reason: string };

/**
 * One cell of the table.
 * - apply: becomes the fact's status and records the fact
 * - applyIfNewer: the same, if (second, rank) is above the recorded fact; else ignored as stale
 * - applyIfUntouched: the same, if no fact is recorded; else refused, because an intent lives
 * - endReceipt: becomes the fact's status, if an unmatched receipt holds the payment; else ignored
 * - reopen: the same, and starts over: no fact is recorded any more
 * - applyRefund: becomes the fact's status and keeps the record of the capture
 * - ignoreUnlessCash: a repeat; but refused when the money came in cash, as this is a second payment
 */
export type Cell =
  | { rule: 'apply' | 'applyIfNewer' | 'applyRefund' | 'endReceipt' | 'reopen' }
  | { rule: 'applyIfUntouched' | 'ignore' | 'ignoreUnlessCash' | 'refuse'; reason: string };

/** The status that a fact leads to where its cell applies it. */
export const FACT_STATUS = {
  INTENT_REQUIRES_ACTION: 'PENDING',
  INTENT_PROCESSING: 'PROCESSING',
  INTENT_FAILED: 'FAILED',
  INTENT_SUCCEEDED: 'COMPLETED',
  INTENT_CANCELED: 'CANCELLED',
  CREATION_REFUSED: 'CANCELLED', // not FAILED: that would keep the hold of an intent that never was
  CASH_RECEIVED: 'COMPLETED',
  CANCEL_CASH: 'CANCELLED',
  REFUNDED_PART: 'PARTIALLY_REFUNDED',
  REFUNDED_FULL: 'REFUNDED',
  REFUND_UNDONE: 'COMPLETED',
  RECEIPT_GIVEN_BACK: 'CANCELLED', // its own intent took the money that did not fit: it takes none again
  OTHER_RECEIPT_GIVEN_BACK: 'PENDING', // its own intent may still be paid: that intent's facts decide
} as const satisfies Record<PaymentFact, PaymentStatus>;

/** Order of facts within one second, as Stripe's timestamps have no finer grain. */
export const FACT_RANK = {
  INTENT_REQUIRES_ACTION: 1,
  INTENT_PROCESSING: 2,
  INTENT_FAILED: 3,
  CREATION_REFUSED: 4,
  CANCEL_CASH: 4,
  INTENT_CANCELED: 4,
  RECEIPT_GIVEN_BACK: 4,
  OTHER_RECEIPT_GIVEN_BACK: 4,
  INTENT_SUCCEEDED: 5,
  CASH_RECEIVED: 6,
  REFUNDED_PART: 7,
  REFUNDED_FULL: 7,
  REFUND_UNDONE: 7,
} as const satisfies Record<PaymentFact, number>;

const apply: Cell = { rule: 'apply' };
const ifNewer: Cell = { rule: 'applyIfNewer' };
const refund: Cell = { rule: 'applyRefund' };
const endReceipt: Cell = { rule: 'endReceipt' };
const reopen: Cell = { rule: 'reopen' };
const ifUntouched = (reason: string): Cell => ({ rule: 'applyIfUntouched', reason });
const unlessCash = (reason: string): Cell => ({ rule: 'ignoreUnlessCash', reason });
const ignore = (reason: string): Cell => ({ rule: 'ignore', reason });
const refuse = (reason: string): Cell => ({ rule: 'refuse', reason });

const INTENT_LIVES = 'an intent exists: its own facts decide';
const SETTLED = 'stale: the payment is settled';
const CLOSED = 'stale: the payment is cancelled';
const SECOND_MONEY = 'paid in cash: the intent took the money a second time';
const NO_RECEIPT = 'no unmatched receipt holds the payment';
const NOT_CAPTURED = 'nothing is captured yet: keep the fact until it is';

// Every status x fact, decided. Read a row as "while the payment is ..., this happens".
const whileOpen = {
  INTENT_REQUIRES_ACTION: ifNewer,
  INTENT_PROCESSING: ifNewer,
  INTENT_FAILED: ifNewer,
  INTENT_SUCCEEDED: apply,
  INTENT_CANCELED: apply,
  CREATION_REFUSED: refuse(INTENT_LIVES),
  CASH_RECEIVED: refuse(INTENT_LIVES),
  CANCEL_CASH: refuse(INTENT_LIVES),
  REFUNDED_PART: refuse(NOT_CAPTURED),
  REFUNDED_FULL: refuse(NOT_CAPTURED),
  REFUND_UNDONE: refuse(NOT_CAPTURED),
  RECEIPT_GIVEN_BACK: ignore(NO_RECEIPT),
  OTHER_RECEIPT_GIVEN_BACK: ignore(NO_RECEIPT),
} satisfies Record<PaymentFact, Cell>;

const whileCaptured = {
  INTENT_REQUIRES_ACTION: ignore(SETTLED),
  INTENT_PROCESSING: ignore(SETTLED),
  INTENT_FAILED: ignore(SETTLED),
  INTENT_SUCCEEDED: unlessCash(SECOND_MONEY),
  INTENT_CANCELED: ignore(SETTLED),
  CREATION_REFUSED: refuse('the payment took money'),
  CASH_RECEIVED: refuse('the payment took money already'),
  CANCEL_CASH: refuse('the money was taken: refund it'),
  REFUNDED_PART: refund,
  REFUNDED_FULL: refund,
  REFUND_UNDONE: refund,
  RECEIPT_GIVEN_BACK: ignore(NO_RECEIPT),
  OTHER_RECEIPT_GIVEN_BACK: ignore(NO_RECEIPT),
} satisfies Record<PaymentFact, Cell>;

/** The transition table: every status x fact, decided. */
export const TRANSITIONS: Readonly<Record<PaymentStatus, Readonly<Record<PaymentFact, Cell>>>> = {
  PENDING: {
    ...whileOpen,
    CREATION_REFUSED: ifUntouched(INTENT_LIVES),
    CASH_RECEIVED: ifUntouched(INTENT_LIVES),
    CANCEL_CASH: ifUntouched(INTENT_LIVES),
  },
  // A receipt that does not fit makes the payment PROCESSING (docs/adr/0014).
  PROCESSING: { ...whileOpen, RECEIPT_GIVEN_BACK: endReceipt, OTHER_RECEIPT_GIVEN_BACK: reopen },
  FAILED: whileOpen,
  CANCELLED: {
    INTENT_REQUIRES_ACTION: ignore(CLOSED),
    INTENT_PROCESSING: ignore(CLOSED),
    INTENT_FAILED: ignore(CLOSED),
    INTENT_SUCCEEDED: apply, // Stripe's money truth wins
    INTENT_CANCELED: ignore('repeat: the payment is cancelled'),
    CREATION_REFUSED: ignore('repeat: the payment is cancelled'),
    CASH_RECEIVED: refuse('the request was withdrawn: make a new one'),
    CANCEL_CASH: ignore('repeat: the payment is cancelled'),
    REFUNDED_PART: refuse(NOT_CAPTURED),
    REFUNDED_FULL: refuse(NOT_CAPTURED),
    REFUND_UNDONE: refuse(NOT_CAPTURED),
    RECEIPT_GIVEN_BACK: ignore('repeat: the payment is cancelled'),
    OTHER_RECEIPT_GIVEN_BACK: ignore(CLOSED),
  },
  COMPLETED: {
    ...whileCaptured,
    CASH_RECEIVED: ignore('repeat: the payment is completed'),
    REFUND_UNDONE: ignore('repeat: nothing is refunded'),
  },
  PARTIALLY_REFUNDED: { ...whileCaptured, REFUNDED_PART: ignore('repeat: partly refunded already') },
  REFUNDED: { ...whileCaptured, REFUNDED_FULL: ignore('repeat: refunded already') },
};

/**
 * What a fact does to a payment. The order in which intent facts arrive does not matter: a capture beats
 * all, a cancellation beats the open statuses, and among those the newest (second, then rank) wins.
 *
 * - apply: write all three columns; `to` may equal the present status (a newer attempt in the same status)
 * - ignore: stale or repeated; nothing to do, the event is done
 * - refuse: must not be dropped silently: keep the event waiting, or record a discrepancy
 *
 * Refund facts come from `refundStatus`, so a partial refund may follow a full one when a refund fails late.
 * A payment whose method changes from card to cash starts over with both fact columns null.
 * @param fact atSec is Stripe's `created` in whole seconds, or the clock's for cash
 */
export function decide(current: PaymentState, fact: { kind: PaymentFact; atSec: number }): Decision {
  const cell = TRANSITIONS[current.status][fact.kind];
  const recorded: Decision = {
    kind: 'apply',
    to: FACT_STATUS[fact.kind],
    factAtSec: fact.atSec,
    factRank: FACT_RANK[fact.kind],
  };
  switch (cell.rule) {
    case 'apply':
      return recorded;
    case 'applyIfNewer':
      return isNewer(current, fact) ? recorded : { kind: 'ignore', reason: 'stale: a newer fact is known' };
    case 'applyIfUntouched':
      return current.factAtSec === null ? recorded : { kind: 'refuse', reason: cell.reason };
    case 'endReceipt':
      return isHeldByReceipt(current) ? recorded : { kind: 'ignore', reason: NO_RECEIPT };
    case 'reopen':
      return isHeldByReceipt(current)
        ? { ...recorded, factAtSec: null, factRank: null }
        : { kind: 'ignore', reason: NO_RECEIPT };
    case 'applyRefund':
      return { ...recorded, factAtSec: current.factAtSec, factRank: current.factRank };
    case 'ignoreUnlessCash':
      return current.factRank === FACT_RANK.CASH_RECEIVED
        ? { kind: 'refuse', reason: cell.reason }
        : { kind: 'ignore', reason: 'repeat: the capture is known' };
    default:
      return { kind: cell.rule, reason: cell.reason };
  }
}

/**
 * Whether money came that the payment cannot take, and a person has to decide: a success makes a payment COMPLETED, so
 * PROCESSING with its rank means only this.
 */
export function isHeldByReceipt({ status, factRank }: Pick<PaymentState, 'status' | 'factRank'>): boolean {
  return status === 'PROCESSING' && factRank === FACT_RANK.INTENT_SUCCEEDED;
}

/**
 * The status of a captured payment by what of it went back (refunds that did not fail).
 * 0 -> COMPLETED, everything -> REFUNDED, between -> PARTIALLY_REFUNDED.
 */
export function refundStatus(payment: {
  capturedMinor: number;
  refundedMinor: number;
}): 'COMPLETED' | 'PARTIALLY_REFUNDED' | 'REFUNDED' {
  if (payment.refundedMinor <= 0) return 'COMPLETED';
  return payment.refundedMinor < payment.capturedMinor ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
}

function isNewer(current: PaymentState, fact: { kind: PaymentFact; atSec: number }): boolean {
  const laterSec = fact.atSec - (current.factAtSec ?? Number.NEGATIVE_INFINITY);
  return laterSec > 0 || (laterSec === 0 && FACT_RANK[fact.kind] > (current.factRank ?? 0));
}
