/** Requests to the processor, as many as there are at once: $1: ids, $2: subjects, $3: operations, $4: keys, $5: outcomes, $6: errors, $7: durations, $8: times. */
export const insertProcessorCalls = {
  name: 'insert-processor-calls',
  text: `INSERT INTO processor_calls (id, subject_id, operation, request_key, outcome, error_code, duration_ms, called_at)
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::timestamptz[])
         ON CONFLICT (id) DO NOTHING`,
};

/** Those about one payment, newest first: by its own id and by those of what it had at the processor. $1: payment, $2: limit. */
export const readProcessorCalls = {
  name: 'read-processor-calls',
  text: `
WITH known AS (
  SELECT id::text FROM payments WHERE id = $1::uuid
  UNION SELECT unnest(ARRAY[payment_intent_id, stripe_charge_id]) FROM payments WHERE id = $1::uuid
  UNION SELECT details ->> 'intentId' FROM payment_audit_log WHERE payment_id = $1::uuid
  UNION SELECT unnest(ARRAY[id, charge_id]) FROM disputes WHERE payment_id = $1::uuid
  UNION SELECT id FROM processor_transactions WHERE payment_id = $1::uuid
)
SELECT c.id, c.operation, c.request_key AS key, c.outcome, c.error_code AS error, c.duration_ms AS "durationMs",
  c.called_at AS at, nullif(c.subject_id, $1::text) AS "objectId"
FROM known k JOIN processor_calls c ON c.subject_id = k.id
ORDER BY c.called_at DESC, c.id DESC LIMIT $2`,
};
