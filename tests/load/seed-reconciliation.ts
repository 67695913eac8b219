import type { BenchDatabase } from './database';

export const DAY = '2026-10-01';
const DAYS = 10;
export const LAST_DAY = '2026-10-10';
const RESTAURANTS = 100;

/** One of each in so many payments is planted. */
const PLANT_EVERY = 10_000;
const PLANTS_PER_SIZE = 3;
export const plantedOf = (payments: number) => PLANTS_PER_SIZE * Math.floor(payments / PLANT_EVERY);

const ID = (prefix: string) => `('0190${prefix}00-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid`;
const REST = `'rest-' || i % ${RESTAURANTS}`;
const AT = `timestamptz '${DAY} 12:00+00' + make_interval(days => (i / ${RESTAURANTS} % ${DAYS})::int, secs => (i % 3600)::int)`;
const TOTAL = '(1000 + i % 5000)';

/**
 * `payments` paid orders with their ledger and a balance transaction each, over ten days of a hundred restaurants. Planted: a
 * charge that is missing, the same one as a foreign one, and one of another amount, each once in ten thousand. Foreign keys are not
 * checked while seeding.
 */
export async function seedReconciliation(
  database: BenchDatabase,
  name: string,
  payments: number,
): Promise<void> {
  const series = `FROM generate_series(1, ${payments}) i`;
  await database.run(
    `SET session_replication_role = replica;
     SET synchronous_commit = off;

     INSERT INTO restaurants (id, name, currency, time_zone, closing_hour, version)
     SELECT 'rest-' || i, 'Chez Bench ' || i, 'USD', 'UTC', 0, 1 FROM generate_series(0, ${RESTAURANTS - 1}) i;

     INSERT INTO orders (id, restaurant_id, order_number, status, currency, subtotal_amount, placed_at, version)
     SELECT 'order-' || i, ${REST}, i, 'COMPLETED', 'USD', ${TOTAL}, ${AT}, 1 ${series};

     INSERT INTO order_payment_states (order_id, restaurant_id, state, captured_amount)
     SELECT 'order-' || i, ${REST}, 'PAID', ${TOTAL} ${series};

     INSERT INTO payments (id, order_id, restaurant_id, payer_key, amount, total_amount, currency, method, provider, status,
       payment_intent_id, fee_amount, net_amount, business_day, completed_at, created_at)
     SELECT ${ID('aa')}, 'order-' || i, ${REST}, 'user:' || i, ${TOTAL}, ${TOTAL}, 'USD', 'CARD', 'STRIPE', 'COMPLETED', 'pi_' || i,
       30, ${TOTAL} - 30, (${AT})::date, ${AT}, ${AT} ${series};

     INSERT INTO payment_allocations (payment_id, order_id, subtotal_amount, tax_amount, tip_amount)
     SELECT ${ID('aa')}, 'order-' || i, ${TOTAL}, 0, 0 ${series};

     INSERT INTO ledger_transactions (id, fact_key, restaurant_id, currency, payment_id, business_day, occurred_at)
     SELECT ${ID('bb')}, 'capture:' || ${ID('aa')}, ${REST}, 'USD', ${ID('aa')}, (${AT})::date, ${AT} ${series};

     INSERT INTO ledger_postings (transaction_id, line, account, amount)
     SELECT ${ID('bb')}, line, CASE line WHEN 1 THEN 'PROCESSOR_CLEARING' ELSE 'SALES' END,
       CASE line WHEN 1 THEN ${TOTAL} ELSE -${TOTAL} END ${series} CROSS JOIN generate_series(1, 2) line;

     INSERT INTO processor_transactions (id, type, reporting_category, source_id, gross_amount, fee_amount, net_amount, currency,
       available_on, occurred_at, payment_id, restaurant_id, posted_at)
     SELECT 'txn_' || i, 'charge', 'charge', 'ch_' || i, ${TOTAL} + (i % ${PLANT_EVERY} = 1)::int, 30,
       ${TOTAL} + (i % ${PLANT_EVERY} = 1)::int - 30, 'USD', ${AT}, ${AT},
       CASE WHEN i % ${PLANT_EVERY} <> 2 THEN ${ID('aa')} END, CASE WHEN i % ${PLANT_EVERY} <> 2 THEN ${REST} END, ${AT} ${series}`,
    name,
  );
  await database.run('VACUUM ANALYZE', name);
}
