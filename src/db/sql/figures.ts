import { OPEN } from './open';

/** What /metrics shows of the stored state. Everything is counted in partial indexes of what is unfinished, so its cost follows the backlog and not the age of the tables. */

/**
 * Calls to the processor whose end is not known: who waits for one waits for this service, not for a bank. Age from their
 * beginning; where each look moves the row's own time on, from the next older one that stands still.
 */
const UNFINISHED_CALLS = [
  `SELECT count(*), min(creation_started_at) FROM payments WHERE creation_state IN ('PENDING', 'UNKNOWN')`,
  `SELECT count(*), min(change_started_at) FROM payments
   WHERE status IN ${OPEN} AND (pending_tip_amount IS NOT NULL OR pending_share IS NOT NULL)`,
  `SELECT count(*), min(created_at) FROM payment_refunds WHERE status = 'PROCESSING' AND refund_id IS NULL`,
  'SELECT count(*), min((SELECT p.created_at FROM payments p WHERE p.id = s.payment_id)) FROM surplus_intents s',
  'SELECT count(*), min(created_at) FROM split_groups WHERE pending_change IS NOT NULL',
  // A share that a bank is processing, or that is disputed, may keep its group for weeks; one that is still to be cancelled not.
  `SELECT count(*), min(g.updated_at) FROM split_groups g
   WHERE g.state = 'CANCELLING' AND (
     EXISTS (SELECT 1 FROM payments p WHERE p.split_group_id = g.id AND p.status IN ('PENDING', 'FAILED'))
     OR NOT EXISTS (SELECT 1 FROM payments p WHERE p.split_group_id = g.id AND (p.status = 'PROCESSING'
       OR EXISTS (SELECT 1 FROM disputes d WHERE d.payment_id = p.id AND d.closed_at IS NULL))))`,
  `SELECT count(*), min(created_at) FROM dispute_evidence WHERE state = 'SENDING'`,
  'SELECT count(*), min(updated_at) FROM payment_methods WHERE detach_started_at IS NOT NULL',
].join('\nUNION ALL\n');

const QUEUES: Readonly<Record<string, string>> = {
  webhooks_retry: `SELECT count(*), min(received_at) FROM webhook_events WHERE state IN ('RECEIVED', 'RETRY')`,
  webhooks_waiting: `SELECT count(*), min(received_at) FROM webhook_events WHERE state = 'WAITING'`,
  webhooks_dead: `SELECT count(*), min(received_at) FROM webhook_events WHERE state = 'DEAD'`,
  unfinished_calls: `SELECT sum(n)::bigint, min(since) FROM (${UNFINISHED_CALLS}) calls (n, since)`,
  refunds: `SELECT count(*), min(created_at) FROM payment_refunds WHERE status = 'PROCESSING'`,
  // From its beginning, as one that is tried in vain is always due later.
  mails: `SELECT count(*), min(created_at) FROM notifications WHERE state = 'DUE'`,
  exports: `SELECT count(*), min(created_at) FROM export_jobs WHERE state IN ('WAITING', 'RUNNING')`,
};

/** By queue: how much is in it, and seconds since the oldest came. */
export const readQueueFigures = {
  name: 'read-queue-figures',
  text: Object.entries(QUEUES)
    .map(
      ([queue, read]) =>
        `SELECT '${queue}' AS queue, n AS depth, coalesce(extract(epoch FROM clock_timestamp() - since), 0)::float8 AS "oldestSec"
         FROM (${read}) q (n, since)`,
    )
    .join('\nUNION ALL\n'),
};

export const readOpenPayments = {
  name: 'read-open-payment-figures',
  text: `SELECT status::text AS status, count(*) AS count FROM payments
         WHERE status IN ${OPEN} GROUP BY status`,
};

export const readAlertFigures = {
  name: 'read-alert-figures',
  text: 'SELECT kind, severity::text AS severity, count(*) AS count FROM metric_alerts WHERE closed_at IS NULL GROUP BY kind, severity',
};
