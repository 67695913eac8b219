import { recordPaymentChange } from '@/db/sql/record-payment-change';
import type { Tx } from '@/db/transaction';
import { type OrderPaymentState, orderGross, orderPaymentState } from '@/domain/bill';
import { businessDayOf } from '@/domain/business-day';
import type { Posting } from '@/domain/ledger/postings';
import { type Actor, actorLabel, actorUserId } from '../actor';
import { newId, newToken } from '../ids';
import { type PaymentEventType, paymentEvent } from './payment-event';
import type { Allocation, PaymentRow } from './payment-row';

/** The columns a fact may change. What is left out stays as it was. `provider` is written by src/db/sql/cash.ts. */
export type PaymentPatch = Partial<
  Pick<
    PaymentRow,
    | 'status'
    | 'method'
    | 'provider'
    | 'amountMinor'
    | 'taxMinor'
    | 'tipMinor'
    | 'overCollectedMinor'
    | 'paymentIntentId'
    | 'transactionId'
    | 'clientSecret'
    | 'chargeId'
    | 'cardBrand'
    | 'cardLast4'
    | 'cardFunding'
    | 'wallet'
    | 'creationState'
    | 'pendingTipMinor'
    | 'factAtSec'
    | 'factRank'
    | 'failureReason'
    | 'failureCode'
    | 'completedAt'
    | 'businessDay'
  >
>;

/** One fact and all its effects, written by one statement (src/db/sql/record-payment-change.ts). */
export interface PaymentChange {
  /** What the audit says happened, e.g. `completed`. */
  action: string;
  patch: PaymentPatch;
  /** Ids and amounts only (decision 23). */
  details?: Record<string, string | number | boolean | null>;
  /** What a person wrote. Kept beside the append-only row, so that it can be erased (decision 23). */
  note?: string | undefined;
  /** Bill money that each covered order gains or loses by this fact. */
  orderDeltas?: { allocation: Allocation; capturedMinor: number; refundedMinor: number }[];
  /** Issue a receipt: number of the business day, and a link that lives this many days. */
  receiptLinkDays?: number;
  ledger?: { factKey: string; postings: readonly Posting[]; occurredAt: Date };
  events: readonly PaymentEventType[];
}

/**
 * Writes the change. The caller holds the lock on the payment's orders (src/db/sql/read-payment.ts) and decided under it.
 * @returns the payment as it is now
 */
export async function recordChange(
  tx: Tx,
  who: { actor: Actor; requestId: string; now: Date },
  row: PaymentRow,
  change: PaymentChange,
): Promise<PaymentRow> {
  const next: PaymentRow = { ...row, ...change.patch };
  next.totalMinor = next.amountMinor + next.taxMinor + next.tipMinor;
  const deltas = change.orderDeltas ?? [];
  const events = change.events.map((type) => paymentEvent(type, row, next, who.now));
  const link =
    change.receiptLinkDays === undefined
      ? null
      : { url: `/r/${newToken()}`, expiresAt: new Date(who.now.getTime() + change.receiptLinkDays * DAY_MS) };
  const entry = change.ledger;
  await tx.query(recordPaymentChange, [
    row.id,
    next.status,
    next.method,
    next.amountMinor,
    next.taxMinor,
    next.tipMinor,
    next.overCollectedMinor,
    next.paymentIntentId,
    next.transactionId,
    next.clientSecret,
    next.chargeId,
    next.cardBrand,
    next.cardLast4,
    next.cardFunding,
    next.wallet,
    next.creationState,
    next.pendingTipMinor,
    next.factAtSec,
    next.factRank,
    next.failureReason,
    next.failureCode,
    next.completedAt,
    next.businessDay,
    newId(),
    change.action,
    row.status,
    change.details ? JSON.stringify(change.details) : null,
    actorUserId(who.actor),
    actorLabel(who.actor),
    who.requestId,
    deltas.map((d) => d.allocation.orderId),
    deltas.map((d) => stateAfter(d)),
    deltas.map((d) => d.capturedMinor),
    deltas.map((d) => d.refundedMinor),
    row.restaurantId,
    link?.url ?? null,
    link?.expiresAt ?? null,
    entry ? newId() : null,
    entry?.factKey ?? null,
    row.currency,
    entry ? businessDayOf(entry.occurredAt, row.timeZone, row.closingHour) : null,
    entry?.occurredAt ?? null,
    entry?.postings.map((p) => p.account) ?? [],
    entry?.postings.map((p) => p.amountMinor) ?? [],
    row.orderId,
    row.tableSessionId,
    events.map((e) => e.eventId),
    events.map((e) => e.type),
    events.map((e) => JSON.stringify(e)),
    change.note ?? null,
  ]);
  return next;
}

const DAY_MS = 86_400_000;

function stateAfter(delta: {
  allocation: Allocation;
  capturedMinor: number;
  refundedMinor: number;
}): OrderPaymentState {
  return orderPaymentState({
    grossMinor: orderGross(delta.allocation.order),
    capturedMinor: delta.allocation.capturedMinor + delta.capturedMinor,
    refundedMinor: delta.allocation.refundedMinor + delta.refundedMinor,
  });
}
