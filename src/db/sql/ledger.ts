/** Several posting sets at once. $1: list of entries, $2: list of their lines {transaction_id, line, account, amount}. */
export const insertLedgerEntries = {
  name: 'insert-ledger-entries',
  text: `WITH entries AS (
           INSERT INTO ledger_transactions (id, fact_key, restaurant_id, currency, payment_id, business_day, occurred_at)
           SELECT id, fact_key, restaurant_id, currency, payment_id, business_day, occurred_at FROM json_to_recordset($1::json)
             AS e (id uuid, fact_key text, restaurant_id text, currency text, payment_id uuid, business_day date, occurred_at timestamptz))
         INSERT INTO ledger_postings (transaction_id, line, account, amount)
         SELECT transaction_id, line, account, amount FROM json_to_recordset($2::json)
           AS l (transaction_id uuid, line smallint, account text, amount bigint)`,
};
