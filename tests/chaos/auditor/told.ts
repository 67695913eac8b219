import type { Pool } from 'pg';

/**
 * Live events of what is no step of a payment (those: steps.ts), each as often as it happened: orders, tables and their guests,
 * disputes, fixed splits and their shares. Of a live split nothing stored counts the steps: each of its events has a time of its
 * own, of which the newest is the one that the split was stamped with.
 */
export async function auditTold(pool: Pick<Pool, 'query'>): Promise<string[]> {
  const { rows } = await pool.query<{
    what: string;
    type: string;
    least: number;
    most: number;
    told: number;
  }>(WRONGLY_TOLD);
  return rows.map(({ what, type, least, most, told }) => {
    const times = least === most ? String(least) : `${least} to ${most}`;
    return `${what} had ${type} ${times} times and told it ${told} times`;
  });
}

/** Who left a table takes back that they joined: only who sits there is stored. */
const TOLD = `
  SELECT CASE
      WHEN type = 'order:created' THEN 'order ' || order_id
      WHEN type IN ('table:session_created', 'table:session_closed') THEN 'table session ' || table_session_id
      WHEN type IN ('table:user_joined', 'table:user_left') THEN 'guest ' || (payload ->> 'guestPublicId')
      WHEN type IN ('dispute:created', 'dispute:updated') THEN 'dispute ' || (payload ->> 'disputeId')
      WHEN type = 'payment:split_participant_updated' THEN 'share of payment ' || payment_id
      WHEN type IN ('payment:split_created', 'payment:split_completed', 'payment:split_cancelled')
        THEN 'split ' || (payload ->> 'splitGroupId')
      WHEN type LIKE 'split:%' THEN 'live split of ' || table_session_id END AS what,
    CASE WHEN type = 'table:user_left' THEN 'table:user_joined'
      WHEN type LIKE 'split:%' THEN 'the step of ' || (payload ->> 'at') ELSE type END AS type,
    sum(CASE WHEN type = 'table:user_left' THEN -1 ELSE 1 END) AS told
  FROM outbox_events GROUP BY 1, 2`;

/**
 * What happened, and how often at least and at most. A share tells each step that its payment tells, and at least the changes of its
 * status and the refunds that moved. A split that is over may have been completed, or called off, before money that came late moved it on.
 */
const FACTS = `
  SELECT 'order ' || id, 'order:created', 1, 1 FROM orders
  UNION ALL SELECT 'table session ' || id, 'table:session_created', 1, 1 FROM table_sessions
  UNION ALL SELECT 'table session ' || id, 'table:session_closed', 1, 1 FROM table_sessions WHERE status = 'CLOSED'
  UNION ALL SELECT 'guest ' || public_id, 'table:user_joined', 1, 1 FROM guest_sessions WHERE left_at IS NULL
  UNION ALL SELECT 'dispute ' || id, 'dispute:created', 1, 1 FROM disputes
  UNION ALL SELECT 'dispute ' || (details ->> 'disputeId'), 'dispute:updated', count(*), count(*)
    FROM payment_audit_log WHERE action = 'dispute_updated' GROUP BY 1
  UNION ALL SELECT 'split ' || id, 'payment:split_created', 1, 1 FROM split_groups
  UNION ALL SELECT 'split ' || id, 'payment:split_completed', (state = 'COMPLETED')::int, 1 FROM split_groups
  UNION ALL SELECT 'split ' || id, 'payment:split_cancelled', (state = 'CANCELLED')::int,
    (state IN ('CANCELLED', 'CANCELLING'))::int FROM split_groups
  UNION ALL SELECT 'share of payment ' || s.payment_id, 'payment:split_participant_updated', greatest(a.n, e.n), e.n
    FROM split_payment_participants s
    LEFT JOIN LATERAL (SELECT count(*) AS n FROM payment_audit_log WHERE payment_id = s.payment_id
      AND (previous_status <> new_status OR action = 'refunded')) a ON TRUE
    LEFT JOIN (SELECT payment_id, count(*) AS n FROM outbox_events WHERE type = 'payment:status_updated' GROUP BY 1) told
      ON told.payment_id = s.payment_id
    CROSS JOIN LATERAL (SELECT coalesce(told.n, 0) AS n) e
  UNION ALL SELECT DISTINCT 'live split of ' || table_session_id, 'the step of ' || (payload ->> 'at'), 1, 1
    FROM outbox_events WHERE type LIKE 'split:%'`;

/** The newest event of a dispute and of a live split is about how it stands. */
const NEWEST = `
  SELECT 'dispute ' || d.id, 'being ' || d.status, 1, 1, (e.status IS NOT DISTINCT FROM d.status)::int FROM disputes d LEFT JOIN (
    SELECT DISTINCT ON (1) payload ->> 'disputeId' AS id, payload ->> 'disputeStatus' AS status FROM outbox_events
    WHERE type LIKE 'dispute:%' ORDER BY 1, xid DESC, position DESC) e ON e.id = d.id
  UNION ALL
  SELECT 'live split of ' || c.table_session_id, 'its newest step', 1, 1, (e.at IS NOT DISTINCT FROM c.stamped_at)::int
  FROM split_calculations c LEFT JOIN (
    SELECT table_session_id, max((payload ->> 'at')::timestamptz) AS at FROM outbox_events WHERE type LIKE 'split:%' GROUP BY 1
  ) e ON e.table_session_id = c.table_session_id`;

const WRONGLY_TOLD = `
  WITH told AS (${TOLD}), facts (what, type, least, most) AS (${FACTS}), both_sides (what, type, least, most, told) AS (
    SELECT what, type, coalesce(least, 0), coalesce(most, 0), coalesce(told, 0)
    FROM facts FULL JOIN (SELECT * FROM told WHERE what IS NOT NULL) t USING (what, type)
    UNION ALL ${NEWEST}
  )
  SELECT what, type, least::int, most::int, told::int FROM both_sides WHERE told NOT BETWEEN least AND most ORDER BY what, type`;
