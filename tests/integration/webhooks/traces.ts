import type { PoolClient } from 'pg';
import { type Client, newKey, type SeededRestaurant, seedOrder, type TestApp } from '../../support/app';

/** Everything that a payment's facts leave behind, straight from the tables, as of one moment. */
export async function tracesOf(app: Pick<TestApp, 'database'>, paymentId: string) {
  const client = await app.database.pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await readTraces(client, paymentId);
  } finally {
    await client.query('COMMIT');
    client.release();
  }
}

async function readTraces(client: PoolClient, paymentId: string) {
  const [payment, audit, ledger, outbox, orders, discrepancies] = [
    await client.query(
      `SELECT status::text, method::text, tip_amount AS "tipMinor", total_amount AS "totalMinor",
         over_collected_amount AS "overCollectedMinor", payment_intent_id AS "intentId", stripe_charge_id AS "chargeId",
         card_brand AS brand, card_last4 AS last4, card_funding AS funding, wallet, creation_state AS creation,
         client_secret AS "clientSecret", failure_code AS "failureCode", completed_at AS "completedAt",
         business_day::text AS "businessDay", receipt_number AS "receiptNumber", receipt_url AS "receiptUrl"
       FROM payments WHERE id = $1`,
      [paymentId],
    ),
    await client.query('SELECT action FROM payment_audit_log WHERE payment_id = $1 ORDER BY created_at, id', [
      paymentId,
    ]),
    await client.query(
      `SELECT t.fact_key AS fact, p.account, p.amount FROM ledger_transactions t
       JOIN ledger_postings p ON p.transaction_id = t.id WHERE t.payment_id = $1 ORDER BY t.created_at, t.id, p.line`,
      [paymentId],
    ),
    await client.query('SELECT type FROM outbox_events WHERE payment_id = $1 ORDER BY position', [paymentId]),
    await client.query(
      `SELECT s.state, s.captured_amount AS "capturedMinor" FROM order_payment_states s
       JOIN payment_allocations a ON a.order_id = s.order_id WHERE a.payment_id = $1 ORDER BY s.order_id`,
      [paymentId],
    ),
    await client.query(
      `SELECT type, reason, expected_amount AS "expectedMinor", actual_amount AS "actualMinor"
       FROM discrepancies WHERE payment_id = $1 ORDER BY fact_key`,
      [paymentId],
    ),
  ];
  return {
    payment: payment.rows[0],
    actions: audit.rows.map((row) => row.action as string),
    postings: ledger.rows.map((row) => `${row.fact.split(':')[0]} ${row.account} ${row.amount}`),
    live: outbox.rows.map((row) => row.type as string),
    orders: orders.rows,
    discrepancies: discrepancies.rows,
  };
}

/** The inbox row of an event. */
export async function inboxRow(app: Pick<TestApp, 'database'>, eventId: string) {
  const { rows } = await app.database.pool.query(
    `SELECT state, attempts, outcome, waiting_for AS "waitingFor", last_error AS error,
       finished_at IS NOT NULL AS finished, next_attempt_at IS NOT NULL AS scheduled
     FROM webhook_events WHERE event_id = $1`,
    [eventId],
  );
  return rows[0];
}

/** Number of rows of every table of the database. */
export async function countRows(app: Pick<TestApp, 'database'>): Promise<Record<string, number>> {
  const { rows } = await app.database.pool.query(
    `SELECT tablename AS name, (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', schemaname, tablename),
       FALSE, TRUE, '')))[1]::text::int AS n FROM pg_tables
     -- Figures, news of them and the log of calls are written in the background, whatever happens here.
     WHERE schemaname = 'public' AND tablename NOT LIKE 'metric%'
       AND tablename NOT IN ('platform_metric_hours', 'processor_calls', 'outbox_events')
     UNION ALL SELECT 'outbox_events', count(*)::int FROM outbox_events WHERE type <> 'analytics:updated' ORDER BY 1`,
  );
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}

/** Opens a card payment of a new order of 25.00 + 2.00 tax. */
export async function openCardPayment(
  app: TestApp,
  at: SeededRestaurant,
  guest: Client,
  order: NonNullable<Parameters<typeof seedOrder>[2]>,
  tipMinor = 0,
) {
  const orderId = await seedOrder(await app.asService(), at, order);
  const created = await guest.payments.create.mutate({ orderId, tipMinor, idempotencyKey: newKey() });
  if (created.paymentIntentId === null) throw new Error('the payment has no intent');
  const metadata = { paymentId: created.id, orderId, restaurantId: at.restaurantId };
  return { ...created, orderId, intentId: created.paymentIntentId, metadata };
}

/** One value of a counter in /metrics; 0 when it is not there yet. */
export async function metric(app: Pick<TestApp, 'url'>, name: string): Promise<number> {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line ? Number(line.slice(name.length + 1)) : 0;
}
