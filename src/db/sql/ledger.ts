/** A posting set on its own, for facts that are no step of a payment. $8, $9: accounts and amounts, line by line. */
export const insertLedgerEntry = {
  name: 'insert-ledger-entry',
  text: `WITH entry AS (
           INSERT INTO ledger_transactions (id, fact_key, restaurant_id, currency, payment_id, business_day, occurred_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7))
         INSERT INTO ledger_postings (transaction_id, line, account, amount)
         SELECT $1, l.line, l.account, l.amount
         FROM unnest($8::text[], $9::bigint[]) WITH ORDINALITY AS l (account, amount, line)`,
};
