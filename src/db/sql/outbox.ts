/** Live events of facts that are not steps of one payment; those write theirs with the step (record-payment-change.ts). */
export const insertOutboxEvents = {
  name: 'insert-outbox-events',
  text: `
INSERT INTO outbox_events (event_id, type, restaurant_id, order_id, table_session_id, payment_id, payload)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::jsonb[])`,
};
