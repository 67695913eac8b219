import type { Pool } from 'pg';
import type { Sequence } from './generate';
import type { ExpectedPayment } from './oracle';

/** Restaurants beside each other, so that the receipt counter of one is not what everything waits for. */
const RESTAURANTS = 16;

/** The orders and open payments of the sequences, as creation would have left them. */
export async function insertSequences(pool: Pool, sequences: readonly Sequence[]): Promise<void> {
  await pool.query(
    `INSERT INTO restaurants (id, name, currency, time_zone, closing_hour, version)
     SELECT 'rest-' || n, 'Chez Test', 'USD', 'America/New_York', 4, 1 FROM generate_series(0, $1) AS n ON CONFLICT DO NOTHING`,
    [RESTAURANTS - 1],
  );
  const orders = sequences.map((sequence) => ({
    id: sequence.orderId,
    restaurant: restaurantOf(sequence),
    subtotal: sequence.subtotalMinor,
    tax: sequence.taxMinor,
  }));
  const payments = sequences.flatMap((sequence) =>
    sequence.payments.map((payment) => ({
      id: payment.id,
      order: sequence.orderId,
      restaurant: restaurantOf(sequence),
      intent: payment.isAttached ? payment.intentId : null,
      creation: payment.isAttached ? 'CREATED' : 'UNKNOWN',
      subtotal: payment.subtotalMinor,
      tax: payment.taxMinor,
      tip: payment.tipMinor,
      pending: payment.pendingTipMinor,
    })),
  );
  await pool.query(
    `WITH o AS (SELECT * FROM jsonb_to_recordset($1) AS o (id text, restaurant text, subtotal int, tax int)),
     inserted AS (
       INSERT INTO orders (id, restaurant_id, order_number, status, currency, subtotal_amount, tax_amount, placed_at, version)
       SELECT id, restaurant, 'n', 'DELIVERED', 'USD', subtotal, tax, now(), 1 FROM o)
     INSERT INTO order_payment_states (order_id, restaurant_id, state) SELECT id, restaurant, 'UNPAID' FROM o`,
    [JSON.stringify(orders)],
  );
  await pool.query(
    `WITH p AS (SELECT * FROM jsonb_to_recordset($1) AS p (id uuid, "order" text, restaurant text, intent text, creation text,
       subtotal int, tax int, tip int, pending int)),
     inserted AS (
       INSERT INTO payments (id, order_id, restaurant_id, payer_key, amount, tax_amount, tip_amount, total_amount, currency,
         method, provider, payment_intent_id, creation_state, pending_tip_amount)
       SELECT id, "order", restaurant, 'guest:' || id, subtotal, tax, tip, subtotal + tax + tip, 'USD', 'CARD', 'STRIPE',
         intent, creation, pending FROM p)
     INSERT INTO payment_allocations (payment_id, order_id, subtotal_amount, tax_amount, tip_amount)
     SELECT id, "order", subtotal, tax, 0 FROM p`,
    [JSON.stringify(payments)],
  );
}

export interface Found {
  orders: Map<string, { state: string; capturedMinor: number }>;
  payments: Map<string, ExpectedPayment>;
  /** State per event id. */
  inbox: Map<string, string>;
}

/** What is in the tables now, in the oracle's terms. */
export async function readWorld(pool: Pool, sequences: readonly Sequence[]): Promise<Found> {
  const orderIds = sequences.map((sequence) => sequence.orderId);
  const [orders, payments, inbox] = await Promise.all([
    pool.query(
      `SELECT order_id AS id, state, captured_amount AS "capturedMinor" FROM order_payment_states WHERE order_id = ANY ($1)`,
      [orderIds],
    ),
    pool.query(READ_PAYMENTS, [orderIds]),
    pool.query('SELECT event_id AS id, state FROM webhook_events WHERE event_id = ANY ($1)', [
      sequences.flatMap((sequence) => sequence.deliveries.map(({ event }) => event.id)),
    ]),
  ]);
  return {
    orders: new Map(orders.rows.map(({ id, ...row }) => [id, row])),
    payments: new Map(
      payments.rows.map(({ id, postings, actions, live, discrepancies, ...row }) => [
        id,
        {
          ...row,
          actions: (actions ?? []).toSorted(),
          live: (live ?? []).toSorted(),
          discrepancies: (discrepancies ?? []).toSorted(),
          postings: postingLines(postings ?? [], row.overCollectedMinor > 0),
        },
      ]),
    ),
    inbox: new Map(inbox.rows.map((row) => [row.id, row.state])),
  };
}

const READ_PAYMENTS = `
  SELECT p.id, p.status::text, p.tip_amount AS "tipMinor", p.total_amount AS "totalMinor",
    p.over_collected_amount AS "overCollectedMinor", extract(epoch FROM p.completed_at)::int AS "completedAtSec",
    p.payment_intent_id AS "intentId", p.receipt_number IS NOT NULL AND p.receipt_url IS NOT NULL AS "hasReceipt",
    (SELECT array_agg(a.action::text) FROM payment_audit_log a WHERE a.payment_id = p.id) AS actions,
    (SELECT array_agg(e.type::text) FROM outbox_events e WHERE e.order_id = p.order_id AND e.payment_id = p.id) AS live,
    (SELECT array_agg(d.reason::text) FROM discrepancies d WHERE d.payment_id = p.id) AS discrepancies,
    (SELECT json_agg(json_build_object('fact', t.fact_key, 'account', l.account, 'amount', l.amount))
     FROM ledger_transactions t JOIN ledger_postings l ON l.transaction_id = t.id WHERE t.payment_id = p.id) AS postings
  FROM payments p WHERE p.order_id = ANY ($1)`;

/** Sales and tax of an over-collected capture in one line: how the excess is carved out of both is the ledger's own test. */
function postingLines(
  postings: readonly { fact: string; account: string; amount: number }[],
  isOverCollected: boolean,
): string[] {
  const amounts = new Map<string, number>();
  for (const { fact, account, amount } of postings) {
    const isCarved = isOverCollected && (account === 'SALES' || account === 'TAX_PAYABLE');
    const line = `${fact} ${isCarved ? 'SALES+TAX' : account}`;
    amounts.set(line, (amounts.get(line) ?? 0) + amount);
  }
  return [...amounts].map(([line, amount]) => `${line} ${amount}`).toSorted();
}

function restaurantOf(sequence: Sequence): string {
  return `rest-${sequence.seed % RESTAURANTS}`;
}
