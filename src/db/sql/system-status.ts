/** How the service stands, for the people who run it. Each statement is small on large tables: it reads an index or a catalog. */

export const readMigrations = {
  name: 'read-applied-migrations',
  text: `SELECT migration_name AS name, finished_at AS "appliedAt" FROM _prisma_migrations
         WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
};

/** Connections to this database by the name that programs give themselves. */
export const readConnections = {
  name: 'read-connections',
  text: `SELECT coalesce(nullif(application_name, ''), 'unnamed') AS program, count(*) AS total,
           count(*) FILTER (WHERE state = 'active') AS active,
           count(*) FILTER (WHERE state LIKE 'idle in transaction%') AS "inTransaction"
         FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
         GROUP BY 1 ORDER BY 1`,
};

export const readServer = {
  name: 'read-database-server',
  text: `SELECT current_setting('server_version') AS version, current_setting('max_connections')::int AS "maxConnections",
           pg_database_size(current_database()) AS "sizeBytes"`,
};

/** What is not applied yet, what gave up, and how late the most overdue one is. */
export const readInboxLag = {
  name: 'read-inbox-lag',
  text: `
SELECT count(*) FILTER (WHERE state = 'RECEIVED') AS received, count(*) FILTER (WHERE state = 'RETRY') AS retry,
  count(*) FILTER (WHERE state = 'WAITING') AS waiting,
  (SELECT count(*) FROM webhook_events WHERE state = 'DEAD') AS dead,
  coalesce(extract(epoch FROM clock_timestamp() - min(next_attempt_at) FILTER (WHERE next_attempt_at < clock_timestamp()))
    * 1000, 0)::bigint AS "overdueMs"
FROM webhook_events WHERE state IN ('RECEIVED', 'RETRY', 'WAITING')`,
};

/** Committed events that no reader may take yet, because an older transaction still runs; and the oldest of them. */
export const readOutboxLag = {
  name: 'read-outbox-lag',
  text: `
SELECT count(*) AS held, coalesce(extract(epoch FROM clock_timestamp() - min(o.created_at)) * 1000, 0)::bigint AS "heldMs",
  (SELECT max(created_at) FROM (SELECT created_at FROM outbox_events ORDER BY xid DESC, position DESC LIMIT 1) l) AS "lastAt"
FROM outbox_events o WHERE o.xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint`,
};

/** Whether a worker has ever run here: it makes its own tables. */
export const hasJobs = {
  name: 'has-jobs',
  text: `SELECT to_regclass('graphile_worker.jobs') IS NOT NULL AS "hasJobs"`,
};

export const readJobs = {
  name: 'read-jobs',
  text: `SELECT task_identifier AS task, run_at AS "runAt", locked_at AS "lockedAt", attempts, last_error AS "lastError",
           CASE WHEN locked_at IS NULL THEN greatest(extract(epoch FROM clock_timestamp() - run_at) * 1000, 0)::bigint ELSE 0 END
             AS "lateMs"
         FROM graphile_worker.jobs ORDER BY task_identifier, run_at LIMIT 200`,
};
