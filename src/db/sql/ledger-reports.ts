/**
 * Sums per account, of a restaurant ($1) or, $2, the platform's own books; null and false: all. $3, $4: first and last
 * business day, or null. float8 holds every sum below 2^53 exactly.
 */
export const readTrialBalance = {
  name: 'read-trial-balance',
  text: `SELECT t.restaurant_id AS "restaurantId", t.currency, p.account, a.type,
           coalesce(sum(p.amount) FILTER (WHERE p.amount > 0), 0)::float8 AS "debitMinor",
           -coalesce(sum(p.amount) FILTER (WHERE p.amount < 0), 0)::float8 AS "creditMinor"
         FROM ledger_transactions t JOIN ledger_postings p ON p.transaction_id = t.id JOIN ledger_accounts a ON a.code = p.account
         WHERE ($1::text IS NULL OR t.restaurant_id = $1) AND (NOT $2::boolean OR t.restaurant_id IS NULL)
           AND ($3::date IS NULL OR t.business_day >= $3) AND ($4::date IS NULL OR t.business_day <= $4)
         GROUP BY 1, 2, 3, 4 ORDER BY 1 NULLS LAST, 2, 3`,
};

/** Everything that a payment posted, in the order of the facts. $1: payment id. */
export const readPaymentPostings = {
  name: 'read-payment-postings',
  text: `SELECT t.id AS "transactionId", t.fact_key AS "factKey", t.currency, t.business_day::text AS "businessDay",
           t.occurred_at AS "occurredAt", t.created_at AS "postedAt", p.account, p.amount::float8 AS "amountMinor"
         FROM ledger_transactions t JOIN ledger_postings p ON p.transaction_id = t.id
         WHERE t.payment_id = $1 ORDER BY t.occurred_at, t.created_at, t.id, p.line`,
};

/** How many lines a journal has. $1 to $4 as above. */
export const countJournalRows = {
  name: 'count-journal-rows',
  text: `SELECT count(*)::int AS count FROM ledger_transactions t JOIN ledger_postings p ON p.transaction_id = t.id
         WHERE ($1::text IS NULL OR t.restaurant_id = $1) AND (NOT $2::boolean OR t.restaurant_id IS NULL)
           AND ($3::date IS NULL OR t.business_day >= $3) AND ($4::date IS NULL OR t.business_day <= $4)`,
};

/**
 * The next entries of a journal with their lines, by business day and id. $1 to $4 as above; $5, $6: day and id after which it goes
 * on, or null; $7: how many.
 */
export const readJournalPage = {
  name: 'read-journal-page',
  text: `SELECT t.id AS "transactionId", t.fact_key AS "factKey", t.restaurant_id AS "restaurantId", t.payment_id AS "paymentId",
           t.currency, t.business_day::text AS "businessDay", t.occurred_at AS "occurredAt",
           (SELECT json_agg(json_build_object('account', p.account, 'amountMinor', p.amount) ORDER BY p.line)
            FROM ledger_postings p WHERE p.transaction_id = t.id) AS lines
         FROM ledger_transactions t
         WHERE ($1::text IS NULL OR t.restaurant_id = $1) AND (NOT $2::boolean OR t.restaurant_id IS NULL)
           AND ($3::date IS NULL OR t.business_day >= $3) AND ($4::date IS NULL OR t.business_day <= $4)
           AND ($5::date IS NULL OR (t.business_day, t.id) > ($5::date, $6::uuid))
         ORDER BY t.business_day, t.id LIMIT $7`,
};
