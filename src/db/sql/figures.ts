import { OPEN } from './open';

/** What /metrics shows of the stored state. Everything is counted in partial indexes of what is unfinished, so its cost follows the backlog and not the age of the tables. */

const QUEUES: Readonly<Record<string, string>> = {
  webhooks_retry: `SELECT count(*), min(received_at) FROM webhook_events WHERE state IN ('RECEIVED', 'RETRY')`,
  webhooks_waiting: `SELECT count(*), min(received_at) FROM webhook_events WHERE state = 'WAITING'`,
  webhooks_dead: `SELECT count(*), min(received_at) FROM webhook_events WHERE state = 'DEAD'`,
  unfinished_calls: `SELECT count(*), min(creation_started_at) FROM payments WHERE creation_state IN ('PENDING', 'UNKNOWN')`,
  refunds: `SELECT count(*), min(created_at) FROM payment_refunds WHERE status = 'PROCESSING'`,
  mails: `SELECT count(*), min(next_attempt_at) FROM notifications WHERE state = 'DUE'`,
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
