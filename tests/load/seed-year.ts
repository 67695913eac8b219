export const RESTAURANTS = 100;

/**
 * `rows` payments of the year 2026, spread over days, opening hours and restaurants: 92 % captured by card, wallet or cash, some
 * declined, cancelled and open, 3 % refunded in part. Each pays an order of its own. Foreign keys are not checked while seeding.
 */
export async function seedYear(run: (sql: string) => Promise<unknown>, rows: number): Promise<void> {
  await run(`
    SET session_replication_role = replica;
    SET synchronous_commit = off;
    SELECT setseed(0.5);

    INSERT INTO restaurants (id, name, currency, time_zone, closing_hour, version)
    SELECT 'rest-' || i, 'Chez Bench ' || i, CASE WHEN i % 10 = 0 THEN 'EUR' ELSE 'USD' END, 'America/New_York', 4, 1
    FROM generate_series(0, ${RESTAURANTS - 1}) i;

    CREATE UNLOGGED TABLE bench_rows AS
    SELECT n, 'rest-' || (n * 7 % ${RESTAURANTS}) AS restaurant, at, uuidv7(at - now()) AS id,
      CASE WHEN dice < 0.92 THEN 'COMPLETED' WHEN dice < 0.95 THEN 'PARTIALLY_REFUNDED' WHEN dice < 0.98 THEN 'FAILED'
        WHEN dice < 0.998 THEN 'CANCELLED' ELSE 'PENDING' END::payment_status_enum AS status,
      CASE WHEN kind < 0.7 THEN 'CARD' WHEN kind < 0.9 THEN 'DIGITAL_WALLET' ELSE 'CASH' END::payment_method_enum AS method,
      500 + floor(random() * 9500)::int AS amount, CASE WHEN n * 7 % ${RESTAURANTS} % 10 = 0 THEN 'EUR' ELSE 'USD' END AS currency
    FROM (
      SELECT n, random() AS dice, random() AS kind,
        -- Opening hours, 11 to 23 in New York, on each day of the year in turn.
        timestamptz '2026-01-01 16:00Z' + (n::bigint * 365 / ${rows}) * interval '1 day' + random() * interval '12 hours' AS at
      FROM generate_series(0, ${rows - 1}) n) drawn;

    INSERT INTO orders (id, restaurant_id, order_number, status, currency, subtotal_amount, placed_at, version)
    SELECT 'order-' || n, restaurant, lpad(n::text, 8, '0'), 'DELIVERED', currency, amount, at, 1 FROM bench_rows;

    INSERT INTO order_payment_states (order_id, restaurant_id, state, captured_amount)
    SELECT 'order-' || n, restaurant, CASE WHEN status IN ('COMPLETED', 'PARTIALLY_REFUNDED') THEN 'PAID' ELSE 'UNPAID' END,
      CASE WHEN status IN ('COMPLETED', 'PARTIALLY_REFUNDED') THEN amount ELSE 0 END FROM bench_rows;

    INSERT INTO payments (id, order_id, restaurant_id, payer_key, amount, total_amount, refunded_amount, currency, method, provider, status,
      payment_intent_id, failure_code, receipt_number, created_at, completed_at, business_day, expires_at)
    SELECT id, 'order-' || n, restaurant, 'guest:' || n, amount, amount, CASE WHEN status = 'PARTIALLY_REFUNDED' THEN 100 ELSE 0 END,
      currency, method, 'STRIPE', status, 'pi_' || n, CASE WHEN status = 'FAILED' THEN 'card_declined' END,
      CASE WHEN is_paid THEN to_char(day, 'YYYYMMDD') || '-' || lpad((row_number() OVER (PARTITION BY restaurant, day, is_paid ORDER BY n))::text, 4, '0') END,
      at, CASE WHEN is_paid THEN at + interval '40 seconds' END, CASE WHEN is_paid THEN day END, at + interval '1 hour'
    FROM (SELECT *, status IN ('COMPLETED', 'PARTIALLY_REFUNDED') AS is_paid,
      ((at AT TIME ZONE 'America/New_York') - interval '4 hours')::date AS day FROM bench_rows) b;

    INSERT INTO payment_allocations (payment_id, order_id, subtotal_amount, tax_amount, tip_amount)
    SELECT id, 'order-' || n, amount, 0, 0 FROM bench_rows;

    INSERT INTO payment_refunds (id, payment_id, restaurant_id, refund_amount, reason, status, processed_at)
    SELECT uuidv7(at - now()), id, restaurant, 100, 'Cold soup', 'COMPLETED', at + interval '1 day' FROM bench_rows WHERE status = 'PARTIALLY_REFUNDED';

    INSERT INTO ledger_transactions (id, fact_key, restaurant_id, currency, payment_id, business_day, occurred_at)
    SELECT uuidv7(r.processed_at - now()), 'refund:' || r.id, r.restaurant_id, 'USD', r.payment_id,
      ((r.processed_at AT TIME ZONE 'America/New_York') - interval '4 hours')::date, r.processed_at FROM payment_refunds r;

    DROP TABLE bench_rows;
  `);
  await run('VACUUM ANALYZE');
}
