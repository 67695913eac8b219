import type { BookSide } from './facts';

/** Each step in a payment's audit has one live event, and no live event lacks its step. */
export function auditSteps(books: BookSide): string[] {
  return books.steps
    .filter(({ steps, events }) => steps !== events)
    .map(
      ({ paymentId, type, steps, events }) =>
        `payment ${paymentId} took ${steps} steps of ${type}, of which ${events} were told`,
    );
}

/**
 * Steps by payment and type, with the events in the outbox. A return to PENDING and a failed refund have no event type.
 */
export const STEPS = `
  SELECT coalesce(a.payment_id, o.payment_id) AS "paymentId", coalesce(a.type, o.type) AS type,
    coalesce(a.n, 0)::int AS steps, coalesce(o.n, 0)::int AS events
  FROM (
    SELECT payment_id, type, count(*) AS n FROM payment_audit_log, LATERAL (SELECT CASE
      WHEN action = 'created' THEN 'payment:created'
      WHEN action = 'completed' THEN 'payment:completed'
      WHEN action = 'refunded' THEN 'payment:refunded'
      WHEN action = 'creation_refused' THEN 'payment:failed'
      WHEN new_status IS NOT DISTINCT FROM previous_status THEN NULL
      WHEN new_status = 'FAILED' THEN 'payment:failed'
      WHEN new_status = 'CANCELLED' THEN 'payment:cancelled'
      WHEN new_status = 'PROCESSING' THEN 'payment:processing' END AS type) t
    WHERE type IS NOT NULL GROUP BY 1, 2) a
  FULL JOIN (
    SELECT payment_id, type, count(*) AS n FROM outbox_events
    WHERE type IN ('payment:created', 'payment:completed', 'payment:refunded', 'payment:failed', 'payment:cancelled', 'payment:processing')
    GROUP BY 1, 2) o ON o.payment_id = a.payment_id AND o.type = a.type`;
