import { list } from '@/db/json-list';
import { markPayment } from '@/db/sql/metric-updates';
import { recordPaymentChanges, recordQuietChanges } from '@/db/sql/record-payment-change';
import type { Tx } from '@/db/transaction';
import { type OrderPaymentState, orderGross, orderPaymentState } from '@/domain/bill';
import { businessDayOf } from '@/domain/business-day';
import type { Posting } from '@/domain/ledger/postings';
import { totalWithTip } from '@/domain/payment/total';
import { actorLabel, actorUserId } from '../actor';
import { newId, newToken } from '../ids';
import { followShare } from '../split-calculations/follow-share';
import { followPayment } from '../splits/follow-payment';
import type { ChangeOrigin } from './fact-context';
import { type PaymentEventType, paymentEvent, type RefundStep } from './payment-event';
import type { Allocation, PaymentRow } from './payment-row';
import { noteStatus } from './status-changes';

/** The columns a fact may change. What is left out stays as it was. */
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
  /** The refund that the events tell of. */
  refund?: RefundStep;
}

/**
 * Writes the change. The caller holds the lock on the payment's orders (src/db/sql/read-payment.ts) and decided under it.
 * @returns the payment as it is now
 */
export async function recordChange(
  tx: Tx,
  who: ChangeOrigin,
  row: PaymentRow,
  change: PaymentChange,
): Promise<PaymentRow> {
  const next: PaymentRow = { ...row, ...change.patch };
  next.totalMinor = totalWithTip(next, next.tipMinor);
  const deltas = change.orderDeltas ?? [];
  const events = change.events.map((type) => paymentEvent(type, row, next, who.now, change.refund));
  const link =
    change.receiptLinkDays === undefined
      ? null
      : { url: `/r/${newToken()}`, expiresAt: new Date(who.now.getTime() + change.receiptLinkDays * DAY_MS) };
  const entry = change.ledger;
  const entryId = entry ? newId() : null;
  const changes = list({
    payment_id: row.id,
    status: next.status,
    method: next.method,
    provider: next.provider,
    amount: next.amountMinor,
    tax_amount: next.taxMinor,
    tip_amount: next.tipMinor,
    over_collected_amount: next.overCollectedMinor,
    payment_intent_id: next.paymentIntentId,
    transaction_id: next.transactionId,
    client_secret: next.clientSecret,
    stripe_charge_id: next.chargeId,
    card_brand: next.cardBrand,
    card_last4: next.cardLast4,
    card_funding: next.cardFunding,
    wallet: next.wallet,
    creation_state: next.creationState,
    pending_tip_amount: next.pendingTipMinor,
    fact_at: next.factAtSec,
    fact_rank: next.factRank,
    failure_reason: next.failureReason,
    failure_code: next.failureCode,
    completed_at: next.completedAt,
    business_day: next.businessDay,
    receipt_url: link?.url,
    receipt_expires_at: link?.expiresAt,
    restaurant_id: row.restaurantId,
    audit_id: newId(),
    action: change.action,
    previous_status: row.status,
    details: change.details,
    user_id: actorUserId(who.actor),
    actor: actorLabel(who.actor),
    request_id: who.requestId,
    note: change.note,
    entry_id: entryId,
    fact_key: entry?.factKey,
    currency: row.currency,
    entry_day: entry && businessDayOf(entry.occurredAt, row.timeZone, row.closingHour),
    occurred_at: entry?.occurredAt,
  });
  const isQuiet = deltas.length === 0 && entry === undefined && link === null && events.length === 0;
  if (isQuiet) await tx.query(recordQuietChanges, [changes]);
  else
    await tx.query(recordPaymentChanges, [
      changes,
      list(
        ...deltas.map((d) => ({
          order_id: d.allocation.orderId,
          state: stateAfter(d),
          captured: d.capturedMinor,
          refunded: d.refundedMinor,
        })),
      ),
      list(
        ...(entry?.postings ?? []).map((posting, i) => ({
          transaction_id: entryId,
          line: i + 1,
          account: posting.account,
          amount: posting.amountMinor,
        })),
      ),
      list(
        ...events.map((event) => ({
          event_id: event.eventId,
          type: event.type,
          restaurant_id: row.restaurantId,
          order_id: row.orderId,
          table_session_id: row.tableSessionId,
          payment_id: row.id,
          payload: event,
        })),
      ),
    ]);
  if (next.status !== row.status) noteStatus(tx, next.status);
  if (events.length === 0 && countsOtherwise(row, next)) await tx.query(markPayment, [row.id]);
  if (row.splitGroupId !== null && change.events.length > 0) {
    const { splitGroupId: groupId } = row;
    await followPayment(tx, {
      before: row,
      after: next,
      groupId,
      hasMoney: entry !== undefined,
      now: who.now,
    });
  }
  if (row.splitCalculationId !== null) await followShare(tx, { before: row, after: next, now: who.now });
  return next;
}

const DAY_MS = 86_400_000;

/** Figures follow live events (docs/adr/0034); what counts and tells nobody has to be marked. */
function countsOtherwise(before: PaymentRow, after: PaymentRow): boolean {
  return COUNTED.some((column) => before[column] !== after[column]);
}

const COUNTED = ['status', 'method', 'failureCode', 'amountMinor', 'taxMinor', 'tipMinor'] as const;

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
