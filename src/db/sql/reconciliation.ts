/** Runs and their items. */

/** Answers no row when one of the same scope is under way. $1..$8: id, scope, restaurant, kind, from, to, now, who. */
export const insertRun = {
  name: 'insert-reconciliation-run',
  text: `INSERT INTO reconciliation_runs (id, scope, restaurant_id, kind, from_day, to_day, as_of, requested_by)
         SELECT $1::uuid, $2::text, $3::text, $4::text, $5::date, $6::date, $7::timestamptz, $8::text
         WHERE NOT EXISTS (SELECT FROM reconciliation_runs r WHERE r.state IN ('QUEUED', 'RUNNING') AND r.scope = $2::text
           AND r.restaurant_id IS NOT DISTINCT FROM $3::text AND r.from_day = $5::date AND r.to_day = $6::date)
         RETURNING id`,
};

/** $1: id; $2: restaurant; $3: days; $4: since when changes counted, or null; $5: now; $6: who. None while one is under way. */
export const insertIncrementalRun = {
  name: 'insert-incremental-reconciliation-run',
  text: `INSERT INTO reconciliation_runs (id, scope, restaurant_id, kind, from_day, to_day, days, changed_since, as_of, requested_by)
         SELECT $1::uuid, 'RESTAURANT', $2::text, 'INCREMENTAL', (SELECT min(d) FROM unnest($3::date[]) d),
           (SELECT max(d) FROM unnest($3::date[]) d), $3::date[], $4::timestamptz, $5::timestamptz, $6::text
         WHERE NOT EXISTS (SELECT FROM reconciliation_runs r WHERE r.state IN ('QUEUED', 'RUNNING') AND r.kind = 'INCREMENTAL'
           AND r.restaurant_id = $2::text)
         RETURNING id`,
};

const RUN = `id, scope, restaurant_id AS "restaurantId", kind, from_day::text AS "fromDay", to_day::text AS "toDay",
  days::text[] AS days, as_of AS "asOf"`;

/** The next run to work on, also one whose process fell silent for $2 seconds; its former items go. $1: now. */
export const claimRun = {
  name: 'claim-reconciliation-run',
  text: `WITH next AS (
           SELECT id FROM reconciliation_runs
           WHERE state = 'QUEUED' OR (state = 'RUNNING' AND heartbeat_at < now() - make_interval(secs => $2))
           ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
         ), gone AS (DELETE FROM reconciliation_items USING next WHERE run_id = next.id)
         UPDATE reconciliation_runs SET state = 'RUNNING', attempts = attempts + 1, started_at = coalesce(started_at, now()),
           heartbeat_at = now(), as_of = $1, totals = '[]', break_count = 0, new_count = 0, progress = 0
         WHERE id = (SELECT id FROM next) RETURNING ${RUN}, attempts`,
};

/** $1: run, $3: percent done. Answers no row when it is not this process's any more ($2: its attempt). */
export const recordHeartbeat = {
  name: 'beat-reconciliation-run',
  text: `UPDATE reconciliation_runs SET heartbeat_at = now(), progress = $3 WHERE id = $1 AND attempts = $2 AND state = 'RUNNING' RETURNING id`,
};

/** $1: run; $2: FINISHED or FAILED; $3: totals; $4: breaks; $5: new ones; $6: failure; $7: now; $8: attempt. */
export const endRun = {
  name: 'end-reconciliation-run',
  text: `UPDATE reconciliation_runs SET state = $2, totals = $3::jsonb, break_count = $4, new_count = $5, failure = $6, finished_at = $7,
           progress = CASE WHEN $6::text IS NULL THEN 100 ELSE progress END
         WHERE id = $1 AND attempts = $8 AND state = 'RUNNING' RETURNING id`,
};

/**
 * For the transaction: each subject's other side is looked up by its index. Otherwise a page of few subjects is joined by reading
 * whole tables, which makes a run as slow as its pages times the platform. A page of 100,000 subjects fits into the memory.
 */
export const lookUpByIndex = {
  name: 'look-up-by-index',
  text: `SELECT set_config('enable_hashjoin', 'off', TRUE), set_config('enable_mergejoin', 'off', TRUE),
           set_config('enable_seqscan', 'off', TRUE), set_config('jit', 'off', TRUE),
           set_config('max_parallel_workers_per_gather', '0', TRUE), set_config('work_mem', '64MB', TRUE),
           set_config('plan_cache_mode', 'force_custom_plan', TRUE)`,
};

const ITEM = `way text, class text, reason text, severity text, subject text, day date, restaurant_id text, payment_id uuid,
  order_id text, currency text, ours_amount bigint, theirs_amount bigint, facts jsonb, fingerprint text`;

/** $1: run, $2: list of items. */
export const insertItems = {
  name: 'insert-reconciliation-items',
  text: `INSERT INTO reconciliation_items (run_id, way, class, reason, severity, subject, day, restaurant_id, payment_id, order_id,
           currency, ours_amount, theirs_amount, facts, fingerprint)
         SELECT $1::uuid, i.* FROM json_to_recordset($2::json) AS i (${ITEM})`,
};

export const countRestaurants = {
  name: 'count-restaurants',
  text: 'SELECT count(*)::int AS count FROM restaurants',
};

/** Restaurants after one, with what their days need. $1: after this id, $2: limit. */
export const readRestaurantPage = {
  name: 'read-restaurants-for-reconciliation',
  text: `SELECT id AS "restaurantId", currency, time_zone AS "timeZone", closing_hour AS "closingHour"
         FROM restaurants WHERE id > $1 ORDER BY id LIMIT $2`,
};

/** Days of restaurants that have a Z-report, with the newest one. $1: restaurants, $2, $3: days. */
export const readZDays = {
  name: 'read-z-days',
  text: `SELECT DISTINCT ON (restaurant_id, business_day) restaurant_id AS "restaurantId", business_day::text AS day, number, figures,
           made_at AS "madeAt"
         FROM z_reports WHERE restaurant_id = ANY ($1::text[]) AND business_day BETWEEN $2 AND $3
         ORDER BY restaurant_id, business_day, number DESC`,
};

/** Of the restaurant $1, or of none: as an index can look it up, which IS NOT DISTINCT FROM cannot. */
const sameRestaurant = (row: string) =>
  `(${row}.restaurant_id = $1::text OR ($1::text IS NULL AND ${row}.restaurant_id IS NULL))`;

/** The last finished run of each kind: an incremental one knows its own days alone. $1: restaurant, or null. */
export const LAST_RUNS = `SELECT r.id FROM (VALUES ('NIGHTLY'), ('ON_DEMAND'), ('INCREMENTAL')) k (kind) CROSS JOIN LATERAL (
  SELECT r.id FROM reconciliation_runs r WHERE ${sameRestaurant('r')} AND r.kind = k.kind AND r.state = 'FINISHED'
    AND r.scope = CASE WHEN $1::text IS NULL THEN 'PLATFORM' ELSE 'RESTAURANT' END
  ORDER BY r.to_day DESC, r.id DESC LIMIT 1) r`;

/**
 * From which business day on something may look other than the last run said: the first day of an expected item or an open
 * break, of a payment that changed and of a transaction that came since that run. Null: nothing. $1: restaurant, null for what
 * belongs to none, whose changes are readFirstPlatformChange's; $2: the moment of the last nightly run, null: there was none, so all
 * that there is; $3: the first day that counts. Each part is a range of an index: this is asked for every restaurant every night.
 */
export const readFirstOpenDay = {
  name: 'read-first-open-day',
  text: `SELECT least(
           (SELECT min(d.day) FROM discrepancies d WHERE ${sameRestaurant('d')} AND d.state = 'OPEN'
              AND d.fingerprint IS NOT NULL),
           (SELECT min(i.day) FROM reconciliation_items i WHERE i.class = 'EXPECTED' AND i.run_id IN (${LAST_RUNS})),
           (SELECT min(p.business_day) FROM payments p WHERE p.restaurant_id = $1 AND p.business_day >= $3::date
              AND p.updated_at >= coalesce($2::timestamptz, '-infinity')),
           (SELECT min(coalesce(p.business_day, t.occurred_at::date)) FROM processor_transactions t
              LEFT JOIN payments p ON p.id = t.payment_id
              WHERE t.restaurant_id = $1 AND t.occurred_at >= $3::date AND t.created_at >= coalesce($2::timestamptz, '-infinity'))
         )::text AS day`,
};

/** The last day that nightly runs have done, and when the run of it was planned. $1: restaurant, or null for what belongs to none. */
export const readLastNightly = {
  name: 'read-last-nightly-run',
  text: `SELECT to_day::text AS day, created_at AS "plannedAt" FROM reconciliation_runs
         WHERE ${sameRestaurant('reconciliation_runs')} AND kind = 'NIGHTLY'
           AND scope = CASE WHEN $1::text IS NULL THEN 'PLATFORM' ELSE 'RESTAURANT' END AND state <> 'FAILED'
         ORDER BY to_day DESC, id DESC LIMIT 1`,
};
