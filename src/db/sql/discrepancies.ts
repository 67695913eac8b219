/** One row per fact; answers no row when it is there already. */
export const insertDiscrepancy = {
  name: 'insert-discrepancy',
  text: `INSERT INTO discrepancies (id, fact_key, restaurant_id, type, reason, severity, payment_id, order_id, currency,
           expected_amount, actual_amount, description)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (fact_key) DO NOTHING RETURNING id`,
};

/** $1: the fact that it is about. */
export const readDiscrepancyOfFact = {
  name: 'read-discrepancy-of-fact',
  text: 'SELECT id FROM discrepancies WHERE fact_key = $1',
};

/** Of a payment ($1), for a reason ($2), that nobody has resolved yet. */
export const findOpenDiscrepancy = {
  name: 'find-open-discrepancy',
  text: `SELECT id FROM discrepancies WHERE payment_id = $1 AND reason = $2 AND state = 'OPEN' LIMIT 1`,
};
