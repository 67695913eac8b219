/**
 * Writes everything that facts change by one statement, and so in one round trip: payments, their audit rows, the payment
 * state of their orders, receipts, the ledger and the live events (docs/adr/0004). The caller holds the orders' lock and
 * passes all new values of each payment. Each payment and each order comes once, as one statement changes a row once.
 * Lists of JSON: $1 changes, $2 what orders gain or lose, $3 lines of the ledger, $4 live events.
 * The LIMITs leave nothing out. Without them the plan expects a hundred rows and scans whole tables of some thousand rows.
 * Each LIMIT is a SELECT, so that one plan serves every length (docs/adr/0025).
 */
const CHANGE = `change AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1::json) AS c (payment_id uuid, status payment_status_enum, method payment_method_enum,
    provider payment_provider_enum, amount int, tax_amount int, tip_amount int, over_collected_amount int,
    payment_intent_id text, transaction_id text, client_secret text, stripe_charge_id text, card_brand text, card_last4 text, card_funding text, wallet text,
    creation_state text, pending_tip_amount int, fact_at bigint, fact_rank smallint, failure_reason text, failure_code text,
    completed_at timestamptz, business_day date, receipt_url text, receipt_expires_at timestamptz, restaurant_id text,
    audit_id uuid, action text, previous_status payment_status_enum, details jsonb, user_id text, actor text,
    request_id text, note text, entry_id uuid, fact_key text, currency text, entry_day date, occurred_at timestamptz)
  LIMIT (SELECT json_array_length($1::json))
)`;

const PAYMENT = `
  UPDATE payments p SET
    status = c.status, method = c.method, provider = c.provider, amount = c.amount, tax_amount = c.tax_amount,
    tip_amount = c.tip_amount, total_amount = c.amount + c.tax_amount + c.tip_amount,
    over_collected_amount = c.over_collected_amount, payment_intent_id = c.payment_intent_id,
    transaction_id = c.transaction_id, client_secret = c.client_secret,
    stripe_charge_id = c.stripe_charge_id, card_brand = c.card_brand, card_last4 = c.card_last4,
    card_funding = c.card_funding, wallet = c.wallet, creation_state = c.creation_state,
    pending_tip_amount = c.pending_tip_amount, fact_at = c.fact_at, fact_rank = c.fact_rank,
    failure_reason = c.failure_reason, failure_code = c.failure_code, completed_at = c.completed_at,
    business_day = c.business_day, updated_at = now()`;

const WRITTEN = `written AS (
  INSERT INTO payment_audit_clients (audit_id, note) SELECT audit_id, note FROM change WHERE note IS NOT NULL
)`;

const AUDIT = `
  INSERT INTO payment_audit_log (id, payment_id, action, previous_status, new_status, details, user_id, actor, request_id)
  SELECT audit_id, payment_id, action, previous_status, status, details, user_id, actor, request_id FROM change`;

export const recordPaymentChanges = {
  name: 'record-payment-changes',
  takesLists: true as const,
  text: `
WITH ${CHANGE}, counter AS (
  INSERT INTO receipt_counters AS rc (restaurant_id, business_day, last_sequence)
  SELECT restaurant_id, business_day, count(*) FROM change WHERE receipt_url IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (restaurant_id, business_day) DO UPDATE SET last_sequence = rc.last_sequence + excluded.last_sequence
  RETURNING restaurant_id, business_day, last_sequence
), receipt AS (
  SELECT c.payment_id, k.last_sequence - count(*) OVER same_day + row_number() OVER same_day AS sequence
  FROM change c JOIN counter k ON k.restaurant_id = c.restaurant_id AND k.business_day = c.business_day
  WHERE c.receipt_url IS NOT NULL
  WINDOW same_day AS (PARTITION BY c.restaurant_id, c.business_day)
), payment AS (${PAYMENT},
    receipt_number = coalesce(to_char(c.business_day, 'YYYYMMDD') || '-'
      || lpad(r.sequence::text, greatest(4, length(r.sequence::text)), '0'), p.receipt_number),
    receipt_url = coalesce(c.receipt_url, p.receipt_url),
    receipt_expires_at = coalesce(c.receipt_expires_at, p.receipt_expires_at)
  FROM change c LEFT JOIN receipt r ON r.payment_id = c.payment_id
  WHERE p.id = c.payment_id
), audit AS (${AUDIT}
), ${WRITTEN}, states AS (
  UPDATE order_payment_states s SET
    state = c.state, captured_amount = s.captured_amount + c.captured, refunded_amount = s.refunded_amount + c.refunded,
    change_xid = pg_current_xact_id()::text::bigint,
    change_position = nextval('order_payment_states_change_position_seq'), updated_at = now()
  FROM (SELECT * FROM json_to_recordset($2::json) AS u (order_id text, state text, captured bigint, refunded bigint)
    LIMIT (SELECT json_array_length($2::json))) AS c
  WHERE s.order_id = c.order_id
), entry AS (
  INSERT INTO ledger_transactions (id, fact_key, restaurant_id, currency, payment_id, business_day, occurred_at)
  SELECT entry_id, fact_key, restaurant_id, currency, payment_id, entry_day, occurred_at FROM change WHERE entry_id IS NOT NULL
), postings AS (
  INSERT INTO ledger_postings (transaction_id, line, account, amount)
  SELECT * FROM json_to_recordset($3::json) AS l (transaction_id uuid, line smallint, account text, amount bigint)
)
INSERT INTO outbox_events (event_id, type, restaurant_id, order_id, table_session_id, payment_id, payload)
SELECT * FROM json_to_recordset($4::json)
  AS e (event_id uuid, type text, restaurant_id text, order_id text, table_session_id text, payment_id uuid, payload jsonb)`,
};

/** The same for changes that move no money and tell nobody: half of a statement's cost is to get its parts ready. $1: changes. */
export const recordQuietChanges = {
  name: 'record-quiet-changes',
  takesLists: true as const,
  text: `WITH ${CHANGE}, payment AS (${PAYMENT} FROM change c WHERE p.id = c.payment_id
), ${WRITTEN}
${AUDIT}`,
};
