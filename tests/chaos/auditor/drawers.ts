import type { BookSide } from './facts';

/** Cash taken or refunded is in one drawer at most, and CASH_DRAWER equals the recounted content of the drawers. */
export function auditDrawers(books: BookSide): string[] {
  const { movements, drawers, drawerCash } = books;
  return [
    ...movements
      .filter(({ times, movedMinor, factMinor }) => times > 1 || (times === 1 && movedMinor !== factMinor))
      .map(
        ({ id, times, movedMinor, factMinor }) =>
          `cash of ${id} is ${factMinor} and was moved ${times} times, ${movedMinor} in all`,
      ),
    ...drawers
      .filter(
        ({ expectedMinor, recountedMinor }) => expectedMinor !== null && expectedMinor !== recountedMinor,
      )
      .map(
        ({ id, expectedMinor, recountedMinor }) =>
          `drawer ${id} expected ${expectedMinor}, recounted ${recountedMinor}`,
      ),
    ...drawerCash
      .filter(({ bookedMinor, countedMinor }) => bookedMinor !== countedMinor)
      .map(
        ({ restaurantId, bookedMinor, countedMinor }) =>
          `the ledger has ${bookedMinor} in drawers of ${restaurantId}, where ${countedMinor} must lie`,
      ),
  ];
}

/** Cash payments and cash refunds. */
const FACTS = `
  SELECT p.id, p.restaurant_id, p.total_amount AS amount, 'CASH_PAYMENT' AS kind FROM payments p
  WHERE p.provider = 'CASH' AND p.status IN ('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED')
  UNION ALL SELECT r.id, p.restaurant_id, -r.refund_amount, 'CASH_REFUND' FROM payment_refunds r
  JOIN payments p ON p.id = r.payment_id WHERE p.provider = 'CASH' AND r.status = 'COMPLETED'`;

const MOVED = `LEFT JOIN drawer_movements m ON m.kind = f.kind
  AND CASE f.kind WHEN 'CASH_PAYMENT' THEN m.payment_id ELSE m.refund_id END = f.id`;

export const MOVEMENTS = `
  SELECT f.id, f.amount AS "factMinor", count(m.id)::int AS times, coalesce(sum(m.amount), 0)::int AS "movedMinor"
  FROM (${FACTS}) f ${MOVED} GROUP BY f.id, f.amount ORDER BY f.id`;

export const DRAWERS = `
  SELECT d.id, d.restaurant_id AS "restaurantId", d.opened_at AS "openedAt", d.closed_at AS "closedAt",
    d.expected_amount::int AS "expectedMinor",
    (d.float_amount + coalesce(sum(m.amount), 0))::int AS "recountedMinor"
  FROM drawer_sessions d LEFT JOIN drawer_movements m ON m.drawer_session_id = d.id GROUP BY d.id ORDER BY d.id`;

/** Cash in open drawers, plus the cash that was taken while none was open. */
export const DRAWER_CASH = `
  SELECT r.id AS "restaurantId",
    (SELECT coalesce(sum(l.amount), 0)::int FROM ledger_postings l JOIN ledger_transactions t ON t.id = l.transaction_id
     WHERE l.account = 'CASH_DRAWER' AND t.restaurant_id = r.id) AS "bookedMinor",
    ((SELECT coalesce(sum(d.float_amount), 0) FROM drawer_sessions d WHERE d.restaurant_id = r.id AND d.closed_at IS NULL)
    + (SELECT coalesce(sum(m.amount), 0) FROM drawer_movements m JOIN drawer_sessions d ON d.id = m.drawer_session_id
       WHERE d.restaurant_id = r.id AND d.closed_at IS NULL)
    + (SELECT coalesce(sum(f.amount), 0) FROM (${FACTS}) f ${MOVED} WHERE f.restaurant_id = r.id AND m.id IS NULL))::int AS "countedMinor"
  FROM restaurants r ORDER BY r.id`;
