/** Whether a database is fit to keep money in, for `npm run doctor`. */

export const readDurability = {
  name: 'read-durability',
  text: `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS "fullPageWrites",
           current_setting('synchronous_commit') AS "synchronousCommit", current_setting('max_connections')::int AS "maxConnections",
           clock_timestamp() AS now`,
};

/** Of a replica: whether it follows another server. */
export const readReplication = {
  name: 'read-replication',
  text: 'SELECT pg_is_in_recovery() AS "isStandby"',
};

export const hasMigrations = {
  name: 'has-migrations',
  text: `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS "hasMigrations"`,
};

/** Whether rows carry transaction ids that this server has not given out: their database was poured into a new server (ADR 9). */
export const readForeignOrder = {
  name: 'read-foreign-order',
  text: `SELECT coalesce(max(xid) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint, false) AS "isForeign" FROM outbox_events`,
};

export const readCurrencies = {
  name: 'read-currencies',
  text: 'SELECT DISTINCT currency FROM restaurants ORDER BY currency',
};
