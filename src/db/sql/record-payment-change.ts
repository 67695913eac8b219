/**
 * Everything one fact changes, in one statement and so in one round trip: the payment, its audit row, the payment state
 * of its orders, its receipt, the ledger and the live events. The caller holds the orders' lock and passes the
 * payment's new values whole. Why not a statement each: docs/adr/0004.
 * The LIMIT leaves nothing out: without it the plan expects ten orders and, up to some thousand rows, scans the whole table.
 */
export const recordPaymentChange = {
  name: 'record-payment-change',
  text: `
WITH counter AS (
  INSERT INTO receipt_counters AS rc (restaurant_id, business_day, last_sequence)
  SELECT $35, $23::date, 1 WHERE $36::text IS NOT NULL
  ON CONFLICT (restaurant_id, business_day) DO UPDATE SET last_sequence = rc.last_sequence + 1
  RETURNING to_char($23::date, 'YYYYMMDD') || '-' || lpad(last_sequence::text, greatest(4, length(last_sequence::text)), '0') AS number
), payment AS (
  UPDATE payments SET
    status = $2::payment_status_enum, method = $3::payment_method_enum, amount = $4::int, tax_amount = $5::int, tip_amount = $6::int,
    total_amount = $4::int + $5::int + $6::int, over_collected_amount = $7, payment_intent_id = $8, transaction_id = $9,
    client_secret = $10, stripe_charge_id = $11, card_brand = $12, card_last4 = $13, card_funding = $14, wallet = $15,
    creation_state = $16, pending_tip_amount = $17, fact_at = $18, fact_rank = $19, failure_reason = $20,
    failure_code = $21, completed_at = $22, business_day = $23::date,
    receipt_number = coalesce((SELECT number FROM counter), receipt_number), receipt_url = coalesce($36, receipt_url),
    receipt_expires_at = coalesce($37::timestamptz, receipt_expires_at), updated_at = now()
  WHERE id = $1
), audit AS (
  INSERT INTO payment_audit_log (id, payment_id, action, previous_status, new_status, details, user_id, actor, request_id)
  VALUES ($24, $1, $25, $26::payment_status_enum, $2::payment_status_enum, $27::jsonb, $28, $29, $30)
), written AS (
  INSERT INTO payment_audit_clients (audit_id, note) SELECT $24::uuid, $50::text WHERE $50::text IS NOT NULL
), states AS (
  UPDATE order_payment_states s SET
    state = c.state, captured_amount = s.captured_amount + c.captured, refunded_amount = s.refunded_amount + c.refunded,
    change_xid = pg_current_xact_id()::text::bigint,
    change_position = nextval('order_payment_states_change_position_seq'), updated_at = now()
  FROM (SELECT * FROM unnest($31::text[], $32::text[], $33::bigint[], $34::bigint[]) AS u (order_id, state, captured, refunded)
    LIMIT cardinality($31::text[])) AS c
  WHERE s.order_id = c.order_id
), entry AS (
  INSERT INTO ledger_transactions (id, fact_key, restaurant_id, currency, payment_id, business_day, occurred_at)
  SELECT $38::uuid, $39::text, $35, $40, $1, $41::date, $42::timestamptz WHERE $38::uuid IS NOT NULL
), postings AS (
  INSERT INTO ledger_postings (transaction_id, line, account, amount)
  SELECT $38::uuid, l.line, l.account, l.amount
  FROM unnest($43::text[], $44::bigint[]) WITH ORDINALITY AS l (account, amount, line)
)
INSERT INTO outbox_events (event_id, type, restaurant_id, order_id, table_session_id, payment_id, payload)
SELECT e.event_id, e.type, $35, $45, $46, $1, e.payload
FROM unnest($47::uuid[], $48::text[], $49::jsonb[]) AS e (event_id, type, payload)`,
};
