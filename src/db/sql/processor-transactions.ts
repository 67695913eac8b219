/**
 * Keeps balance transactions; one that is known gains only what it lacked: its source's facts, its payout. $1: list of
 * rows, $2: the payout that pays them out, or null. What waited for them waits no more.
 */
export const keepTransactions = {
  name: 'keep-processor-transactions',
  text: `WITH given AS MATERIALIZED (
           SELECT * FROM json_to_recordset($1::json) AS t (id text, type text, reporting_category text, source_id text,
             source_amount bigint, source_currency text, intent_id text, charge_id text, claimed_payment_id uuid,
             gross_amount bigint, fee_amount bigint, net_amount bigint, currency text, available_on double precision,
             occurred_at double precision)
         ), arrived AS (
           DELETE FROM awaited_transactions USING given WHERE awaited_transactions.id = given.id
         )
         INSERT INTO processor_transactions AS t (id, type, reporting_category, source_id, source_amount, source_currency,
           intent_id, charge_id, claimed_payment_id, gross_amount, fee_amount, net_amount, currency, available_on,
           occurred_at, payout_id)
         SELECT id, type, reporting_category, source_id, source_amount, source_currency, intent_id, charge_id,
           claimed_payment_id, gross_amount, fee_amount, net_amount, currency, to_timestamp(available_on),
           to_timestamp(occurred_at), $2 FROM given ORDER BY id
         ON CONFLICT (id) DO UPDATE SET source_amount = coalesce(t.source_amount, excluded.source_amount),
           source_currency = coalesce(t.source_currency, excluded.source_currency),
           intent_id = coalesce(t.intent_id, excluded.intent_id), charge_id = coalesce(t.charge_id, excluded.charge_id),
           claimed_payment_id = coalesce(t.claimed_payment_id, excluded.claimed_payment_id),
           payout_id = coalesce(t.payout_id, excluded.payout_id)
         WHERE (t.intent_id IS NULL AND excluded.intent_id IS NOT NULL)
           OR (t.source_amount IS NULL AND excluded.source_amount IS NOT NULL)
           OR (t.payout_id IS NULL AND excluded.payout_id IS NOT NULL)`,
};

/** Notes transactions that an event names, unless they are here. $1: list of {id}. */
export const awaitTransactions = {
  name: 'await-processor-transactions',
  takesLists: true as const,
  text: `INSERT INTO awaited_transactions (id)
         SELECT DISTINCT a.id FROM json_to_recordset($1::json) AS a (id text)
         WHERE NOT EXISTS (SELECT FROM processor_transactions t WHERE t.id = a.id)
         ORDER BY 1 ON CONFLICT DO NOTHING`,
};

/** $1: limit. */
export const readAwaited = {
  name: 'read-awaited-transactions',
  text: 'SELECT id FROM awaited_transactions ORDER BY created_at, id LIMIT $1',
};

/** $1: transaction ids. */
export const forgetAwaited = {
  name: 'forget-awaited-transactions',
  text: 'DELETE FROM awaited_transactions WHERE id = ANY ($1::text[])',
};

/** The next ones to be posted; those that wait for their payment are looked at again after $2 seconds. $1: limit. */
export const takeUnposted = {
  name: 'take-unposted-transactions',
  text: `UPDATE processor_transactions SET checked_at = now() WHERE id IN (
           SELECT id FROM processor_transactions
           WHERE posted_at IS NULL AND (checked_at IS NULL OR checked_at < now() - make_interval(secs => $2))
           ORDER BY checked_at NULLS FIRST, occurred_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING id`,
};

/**
 * What posting needs to know. `isForeignCharge`: its charge is here and belongs to nobody; `ageSec`: since we have it.
 * $1: transaction ids, $2: now.
 */
export const readUnposted = {
  name: 'read-unposted-transactions',
  text: `SELECT t.id, t.reporting_category AS "reportingCategory", t.source_amount::float8 AS "sourceMinor",
           t.source_currency AS "sourceCurrency", coalesce(t.intent_id, c.intent_id) AS "intentId",
           coalesce(t.claimed_payment_id, c.claimed_payment_id) AS "claimedId",
           t.gross_amount::float8 AS "grossMinor", t.fee_amount::float8 AS "feeMinor", t.net_amount::float8 AS "netMinor",
           t.currency, t.occurred_at AS "occurredAt", extract(epoch FROM $2::timestamptz - t.created_at)::float8 AS "ageSec",
           coalesce(c.posted_at IS NOT NULL AND c.payment_id IS NULL, FALSE) AS "isForeignCharge"
         FROM processor_transactions t
         LEFT JOIN processor_transactions c ON c.source_id = t.charge_id AND c.reporting_category = 'charge' AND c.id <> t.id
         WHERE t.id = ANY ($1::text[]) AND t.posted_at IS NULL ORDER BY t.occurred_at, t.id`,
};

/** Payments that transactions may be about, once their orders are locked. $1: list of {intent_id, payment_id}. */
export const readOwners = {
  name: 'read-transaction-owners',
  text: `SELECT p.id AS "paymentId", p.payment_intent_id AS "intentId", p.restaurant_id AS "restaurantId", p.currency,
           r.time_zone AS "timeZone", r.closing_hour AS "closingHour"
         FROM payments p JOIN restaurants r ON r.id = p.restaurant_id
         JOIN (SELECT * FROM json_to_recordset($1::json) AS a (intent_id text, payment_id uuid)
           LIMIT (SELECT json_array_length($1::json))) AS asked
           ON p.payment_intent_id = asked.intent_id OR p.id = asked.payment_id`,
};

/**
 * Claims transactions for posting, for good, and says whose they are. Answers those that nobody had posted. $1: list of
 * {id, payment_id, restaurant_id}, $2: now.
 */
export const claimTransactions = {
  name: 'claim-processor-transactions',
  text: `WITH given AS MATERIALIZED (
           SELECT * FROM json_to_recordset($1::json) AS g (id text, payment_id uuid, restaurant_id text)
         ), locked AS MATERIALIZED (
           SELECT t.id FROM processor_transactions t JOIN given USING (id) WHERE t.posted_at IS NULL ORDER BY t.id FOR UPDATE OF t
         )
         UPDATE processor_transactions t SET posted_at = $2, payment_id = given.payment_id, restaurant_id = given.restaurant_id
         FROM given JOIN locked USING (id) WHERE t.id = given.id AND t.posted_at IS NULL RETURNING t.id`,
};

/** What the processor kept of payments, in their own currency. $1: list of {payment_id, fee, net}. */
export const setPaymentFees = {
  name: 'set-payment-fees',
  text: `UPDATE payments p SET fee_amount = f.fee, net_amount = f.net
         FROM json_to_recordset($1::json) AS f (payment_id uuid, fee int, net int) WHERE p.id = f.payment_id`,
};
