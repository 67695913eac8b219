import { randomUUID } from 'node:crypto';
import type { BenchDatabase } from './database';

export const RESTAURANTS = 100;
export const SUBTOTAL_MINOR = 2500;
export const TAX_MINOR = 200;
export const TIP_MINOR = 500;

/** Number `i` of the seeded rows, 1 and up. Ids are functions of `i`, so nothing has to be read back. */
export const orderId = (i: number) => `order-${i}`;
export const guestId = (i: number) => `guest-${String(i).padStart(58, '0')}`;
export const intentId = (i: number) => `pi_bench_${String(i).padStart(14, '0')}`;
export const paymentId = (i: number) => `01900000-0000-7000-8000-${i.toString(16).padStart(12, '0')}`;
export const restaurantId = (i: number) => `rest-${i % RESTAURANTS}`;

const PAYMENT_ID = "('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid";
const INTENT_ID = "'pi_bench_' || lpad(i::text, 14, '0')";
const GUEST_ID = "'guest-' || lpad(i::text, 58, '0')";

/** `orders` unpaid orders, each of a guest of its own; the first `payments` of them with an open payment and its intent. */
export async function seed(
  database: BenchDatabase,
  { orders, payments }: { orders: number; payments: number },
): Promise<void> {
  const total = SUBTOTAL_MINOR + TAX_MINOR + TIP_MINOR;
  await database.run(`
    INSERT INTO restaurants (id, name, currency, time_zone, closing_hour, version)
    SELECT 'rest-' || i, 'Chez Bench ' || i, 'USD', 'America/New_York', 4, 1
    FROM generate_series(0, ${RESTAURANTS - 1}) i;

    INSERT INTO tables (id, restaurant_id, name, version)
    SELECT 'table-' || i, 'rest-' || i, 'Table 1', 1 FROM generate_series(0, ${RESTAURANTS - 1}) i;

    INSERT INTO table_sessions (id, restaurant_id, table_id, code, status, expires_at, version)
    SELECT 'session-' || i, 'rest-' || i % ${RESTAURANTS}, 'table-' || i % ${RESTAURANTS}, i, 'ACTIVE', now() + interval '4 hours', 1
    FROM generate_series(1, ${orders}) i;

    INSERT INTO guest_sessions (id, public_id, table_session_id, is_host, version)
    SELECT ${GUEST_ID}, gen_random_uuid(), 'session-' || i, TRUE, 1 FROM generate_series(1, ${orders}) i;

    INSERT INTO orders (id, restaurant_id, table_id, table_session_id, order_number, status, currency,
      subtotal_amount, tax_amount, placed_at, version)
    SELECT 'order-' || i, 'rest-' || i % ${RESTAURANTS}, 'table-' || i % ${RESTAURANTS}, 'session-' || i, i, 'DELIVERED', 'USD',
      ${SUBTOTAL_MINOR}, ${TAX_MINOR}, now(), 1
    FROM generate_series(1, ${orders}) i;

    INSERT INTO order_payment_states (order_id, restaurant_id, state)
    SELECT 'order-' || i, 'rest-' || i % ${RESTAURANTS}, 'UNPAID' FROM generate_series(1, ${orders}) i;

    INSERT INTO payments (id, order_id, restaurant_id, session_id, table_id, table_session_id, payer_key, amount, tax_amount,
      tip_amount, total_amount, currency, method, provider, payment_intent_id, transaction_id, client_secret,
      creation_state, creation_params, creation_started_at, expires_at)
    SELECT ${PAYMENT_ID}, 'order-' || i, 'rest-' || i % ${RESTAURANTS}, ${GUEST_ID}, 'table-' || i % ${RESTAURANTS}, 'session-' || i,
      'guest:' || ${GUEST_ID}, ${SUBTOTAL_MINOR}, ${TAX_MINOR}, ${TIP_MINOR}, ${total}, 'USD', 'CARD', 'STRIPE', ${INTENT_ID}, ${INTENT_ID},
      ${INTENT_ID} || '_secret_bench', 'CREATED',
      jsonb_build_object('amountMinor', ${total}, 'currency', 'USD', 'metadata', jsonb_build_object('paymentId', ${PAYMENT_ID}),
        'customerId', NULL, 'saveCard', FALSE, 'statementSuffix', 'Chez Bench'),
      now(), now() + interval '1 hour'
    FROM generate_series(1, ${payments}) i;

    INSERT INTO payment_allocations (payment_id, order_id, subtotal_amount, tax_amount, tip_amount)
    SELECT ${PAYMENT_ID}, 'order-' || i, ${SUBTOTAL_MINOR}, ${TAX_MINOR}, 0 FROM generate_series(1, ${payments}) i;`);
  // Not tables that are empty: vacuumed, they would be planned for as if they stayed so.
  await database.run(
    'VACUUM ANALYZE restaurants, tables, table_sessions, guest_sessions, orders, order_payment_states, payments, payment_allocations',
  );
}

export function newKey(): string {
  return randomUUID();
}
