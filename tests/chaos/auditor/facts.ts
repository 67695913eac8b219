import type { Pool } from 'pg';
import type { SimulatorState } from '@/stripe/simulator/control/types';
import { DRAWER_CASH, DRAWERS, MOVEMENTS } from './drawers';
import { SPLITS } from './splits';
import { STEPS } from './steps';

/** The processor's side, which is the truth about money. */
export type StripeSide = Pick<
  SimulatorState,
  'paymentIntents' | 'charges' | 'refunds' | 'events' | 'disputes' | 'balanceTransactions' | 'payouts'
>;

/** What the database says. Amounts in minor units. */
export interface BookSide {
  payments: PaymentFacts[];
  refunds: RefundFacts[];
  orders: OrderFacts[];
  events: { eventId: string; state: string; error: string | null }[];
  ledger: { factKey: string; sumMinor: number; clearingMinor: number; currency: string }[];
  disputes: { id: string; paymentId: string; amountMinor: number; status: string }[];
  /** Balance transactions that the database has. */
  transactions: TransactionFacts[];
  /** `sharedMinor`: the sum of its shares, which exist once it is posted. */
  payouts: { id: string; amountMinor: number; status: string; isPosted: boolean; sharedMinor: number }[];
  /** How often a payment took a step by its audit, and how many live events the outbox has of it. */
  steps: { paymentId: string; type: string; steps: number; events: number }[];
  splits: SplitFacts[];
  /** Cash taken (positive) and refunded (negative), with its drawer movements. */
  movements: { id: string; factMinor: number; times: number; movedMinor: number }[];
  /** `expectedMinor` null: still open. */
  drawers: {
    id: string;
    restaurantId: string;
    expectedMinor: number | null;
    recountedMinor: number;
    openedAt: Date;
    closedAt: Date | null;
  }[];
  drawerCash: { restaurantId: string; bookedMinor: number; countedMinor: number }[];
  discrepancies: { factKey: string; paymentId: string | null; orderId: string | null }[];
}

export interface PaymentFacts {
  id: string;
  restaurantId: string;
  provider: string;
  status: string;
  completedAt: Date | null;
  totalMinor: number;
  refundedMinor: number;
  currency: string;
  intentId: string | null;
  creationState: string;
  pendingTipMinor: number | null;
  isOverdue: boolean;
  receiptNumber: string | null;
  completedAudits: number;
  createdAudits: number;
  completedEvents: number;
  /** How many ledger transactions post its capture. */
  captures: number;
}

export interface SplitFacts {
  id: string;
  state: string;
  totalMinor: number;
  /** `told`: the status that the participant's row has for its payment. `isChanged`: a change was made or requested. */
  shares: {
    status: string;
    told: string;
    amountMinor: number;
    isChanged: boolean;
    isDisputed: boolean;
    isOver: boolean;
  }[];
}

export interface RefundFacts {
  id: string;
  paymentId: string;
  amountMinor: number;
  status: string;
  refundId: string | null;
}

export interface TransactionFacts {
  id: string;
  grossMinor: number;
  feeMinor: number;
  netMinor: number;
}

/** `captured`, `refunded` and `held` are recounted from payments and allocations, not read from the stored state. */
export interface OrderFacts {
  id: string;
  grossMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  heldMinor: number;
  /** Every payment of it, with its part of this order. */
  parts: { paymentId: string; status: string; minor: number; refundedMinor: number }[];
  stored: { state: string; capturedMinor: number; refundedMinor: number };
}

const CAPTURED = "('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED')";
const OPEN = "('PENDING', 'PROCESSING', 'FAILED')";

/** Reads the books by SQL alone. */
export async function readBooks(pool: Pick<Pool, 'query'>): Promise<BookSide> {
  const rows = async <Row>(sql: string): Promise<Row[]> => (await pool.query(sql)).rows as Row[];
  return {
    payments: await rows<PaymentFacts>(`
      SELECT p.id, p.restaurant_id AS "restaurantId", p.provider::text, p.status::text, p.completed_at AS "completedAt",
        p.total_amount AS "totalMinor", p.refunded_amount AS "refundedMinor",
        p.currency, p.payment_intent_id AS "intentId", p.creation_state AS "creationState",
        p.pending_tip_amount AS "pendingTipMinor", p.expires_at < now() AS "isOverdue", p.receipt_number AS "receiptNumber",
        (SELECT count(*)::int FROM payment_audit_log a WHERE a.payment_id = p.id AND a.action = 'completed') AS "completedAudits",
        (SELECT count(*)::int FROM payment_audit_log a WHERE a.payment_id = p.id AND a.action = 'created') AS "createdAudits",
        (SELECT count(*)::int FROM outbox_events o WHERE o.payment_id = p.id AND o.type = 'payment:completed') AS "completedEvents",
        (SELECT count(*)::int FROM ledger_transactions t WHERE t.payment_id = p.id AND t.fact_key LIKE 'capture:%') AS captures
      FROM payments p ORDER BY p.id`),
    refunds: await rows<RefundFacts>(`
      SELECT id, payment_id AS "paymentId", refund_amount AS "amountMinor", status, refund_id AS "refundId"
      FROM payment_refunds ORDER BY id`),
    orders: await rows<OrderFacts>(`
      SELECT o.id,
        CASE WHEN o.status = 'CANCELLED' THEN 0 ELSE greatest(0, o.subtotal_amount + o.tax_amount + o.tip_amount
          + s.adjusted_subtotal_amount + s.adjusted_tax_amount + s.adjusted_tip_amount) END AS "grossMinor",
        coalesce(sum(a.subtotal_amount + a.tax_amount + a.tip_amount) FILTER (WHERE p.status IN ${CAPTURED}), 0)::int AS "capturedMinor",
        coalesce(sum(a.refunded_amount), 0)::int AS "refundedMinor",
        coalesce(sum(a.subtotal_amount + a.tax_amount + a.tip_amount) FILTER (WHERE p.status IN ${OPEN}), 0)::int AS "heldMinor",
        coalesce(json_agg(json_build_object('paymentId', p.id, 'status', p.status, 'refundedMinor', a.refunded_amount,
          'minor', a.subtotal_amount + a.tax_amount + a.tip_amount)) FILTER (WHERE p.id IS NOT NULL), '[]') AS parts,
        json_build_object('state', s.state, 'capturedMinor', s.captured_amount, 'refundedMinor', s.refunded_amount) AS stored
      FROM orders o JOIN order_payment_states s ON s.order_id = o.id
      LEFT JOIN payment_allocations a ON a.order_id = o.id LEFT JOIN payments p ON p.id = a.payment_id
      GROUP BY o.id, s.order_id ORDER BY o.id`),
    events: await rows(
      'SELECT event_id AS "eventId", state, last_error AS error FROM webhook_events ORDER BY event_id',
    ),
    ledger: await rows(`
      SELECT t.fact_key AS "factKey", t.currency, sum(l.amount)::int AS "sumMinor",
        coalesce(sum(l.amount) FILTER (WHERE l.account = 'PROCESSOR_CLEARING'), 0)::int AS "clearingMinor"
      FROM ledger_transactions t LEFT JOIN ledger_postings l ON l.transaction_id = t.id
      GROUP BY t.id ORDER BY t.fact_key`),
    disputes: await rows(
      'SELECT id, payment_id AS "paymentId", amount::int AS "amountMinor", status FROM disputes ORDER BY id',
    ),
    transactions: await rows<TransactionFacts>(`
      SELECT id, gross_amount::int AS "grossMinor", fee_amount::int AS "feeMinor", net_amount::int AS "netMinor"
      FROM processor_transactions ORDER BY id`),
    payouts: await rows(`
      SELECT id, amount::int AS "amountMinor", status, posted_at IS NOT NULL AS "isPosted",
        (SELECT coalesce(sum(s.amount), 0)::int FROM payout_shares s WHERE s.payout_id = p.id) AS "sharedMinor"
      FROM payouts p ORDER BY id`),
    steps: await rows(STEPS),
    splits: await rows<SplitFacts>(SPLITS),
    movements: await rows(MOVEMENTS),
    drawers: await rows(DRAWERS),
    drawerCash: await rows(DRAWER_CASH),
    discrepancies: await rows(
      'SELECT fact_key AS "factKey", payment_id AS "paymentId", order_id AS "orderId" FROM discrepancies ORDER BY fact_key',
    ),
  };
}
