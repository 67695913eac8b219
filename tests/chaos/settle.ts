import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { DISPUTE_STATUSES, isDisputeOpen } from '@/domain/dispute';
import type { SimulatorProcess } from '../support/processes';
import { waitFor } from '../support/wait-for';

/** Longer than any call of a node takes: more than twice the STRIPE_TIMEOUT_MS of ../support/processes.ts. */
const CALLS_END_SEC = 4;
const LIMIT_MS = 120_000;
/** Time between two looks, as each one reads the simulator's whole state. */
const LOOK_MS = 200;

/**
 * Ends all faults and waits until webhooks are delivered and the recovery has finished its work. To be called once
 * there are no more callers. Leases are long, so abandoned work is aged instead of waited for; running calls are not
 * touched.
 */
export async function settle(simulator: SimulatorProcess, pool: Pick<Pool, 'query'>): Promise<void> {
  await simulator.control('clearFaults');
  await simulator.control('clearWebhookFaults');
  await simulator.control('releaseWebhooks');
  await simulator.control('runScheduled');
  await waitFor(
    'the service comes to rest',
    async () => {
      await makeOlder(pool);
      await pause(LOOK_MS);
      const state = await simulator.control('state');
      if (state.pendingDeliveries > 0) return false;
      const { rows } = await pool.query(UNFINISHED, [state.events.map((event) => event.id)]);
      const { known, ...unfinished } = rows[0];
      const isDone = Object.values(unfinished).every((count) => count === 0);
      return isDone && known === state.events.length;
    },
    LIMIT_MS,
  ).catch(async (error: unknown) => {
    const { rows } = await pool.query(UNFINISHED, [[]]);
    throw new Error(`still unfinished: ${JSON.stringify(rows[0])}`, { cause: error });
  });
}

/**
 * Waits until all that happened so far is in the kept figures, and until the balance was listed once more, from its end, and is
 * posted. After `settle`.
 */
export async function catchUp(pool: Pick<Pool, 'query'>): Promise<void> {
  const { rows } = await pool.query('SELECT floor(extract(epoch FROM now()))::bigint AS sec');
  const behind = async () => (await pool.query(BEHIND, [rows[0].sec])).rows[0];
  await waitFor(
    'figures and balance catch up',
    async () => Object.values(await behind()).every((count) => count === 0),
    LIMIT_MS,
  ).catch(async (error: unknown) => {
    throw new Error(`still behind: ${JSON.stringify(await behind())}`, { cause: error });
  });
}

/** Expires every open payment, and waits until the recovery has closed them all. */
export async function expireAll(pool: Pick<Pool, 'query'>): Promise<void> {
  await pool.query(
    `UPDATE payments SET expires_at = now(), checked_at = NULL WHERE status IN ('PENDING', 'FAILED')`,
  );
  await waitFor(
    'every hold ends',
    async () => {
      await makeOlder(pool);
      const { rows } = await pool.query(
        `SELECT count(*)::int AS open FROM payments WHERE status IN ('PENDING', 'FAILED')`,
      );
      return rows[0].open === 0;
    },
    LIMIT_MS,
  );
}

/** Ages abandoned work so that the recovery takes it up. Work that may still be running is not changed. */
export async function makeOlder(pool: Pick<Pool, 'query'>): Promise<void> {
  const isOver = (column: string) => `${column} < now() - interval '${CALLS_END_SEC} seconds'`;
  const older = (column: string) => `${column} = ${column} - interval '1 minute'`;
  await pool.query(
    `UPDATE payments SET ${older('creation_started_at')}, checked_at = NULL
     WHERE creation_state IN ('PENDING', 'UNKNOWN') AND ${isOver('creation_started_at')}
       AND creation_started_at > now() - interval '20 seconds'`,
  );
  await pool.query(
    `UPDATE payments SET ${older('change_started_at')}, checked_at = NULL
     WHERE (pending_tip_amount IS NOT NULL OR pending_share IS NOT NULL) AND ${isOver('change_started_at')}
       AND (checked_at IS NULL OR ${isOver('checked_at')})`,
  );
  await pool.query(
    `UPDATE payment_refunds SET ${older('created_at')}, checked_at = NULL
     WHERE status = 'PROCESSING' AND refund_id IS NULL AND ${isOver('created_at')}
       AND (checked_at IS NULL OR ${isOver('checked_at')})`,
  );
  await pool.query(
    `UPDATE payments SET checked_at = NULL WHERE status IN ('PENDING', 'FAILED') AND expires_at < now() AND ${isOver('checked_at')}`,
  );
  await pool.query(
    `UPDATE split_groups SET ${older('change_touched_at')} WHERE pending_change IS NOT NULL AND ${isOver('change_touched_at')}`,
  );
  await pool.query(
    `UPDATE webhook_events SET next_attempt_at = least(next_attempt_at, now()) WHERE state IN ('RETRY', 'WAITING')`,
  );
}

/** The statuses of decided disputes, as a list in SQL. */
const CLOSED_DISPUTES = DISPUTE_STATUSES.filter((status) => !isDisputeOpen(status))
  .map((status) => `'${status}'`)
  .join(', ');

/** Counts of unfinished work. A cancelled split with a share in dispute is not among it: it waits for the bank. */
const UNFINISHED = `
  SELECT (SELECT count(*)::int FROM payments WHERE creation_state IN ('PENDING', 'UNKNOWN')
      OR (pending_tip_amount IS NOT NULL AND status IN ('PENDING', 'PROCESSING', 'FAILED'))) AS calls,
    (SELECT count(*)::int FROM payments WHERE status IN ('PENDING', 'FAILED') AND expires_at < now()) AS overdue,
    (SELECT count(*)::int FROM split_groups g WHERE state = 'CANCELLING' AND NOT EXISTS (
      SELECT 1 FROM payments p JOIN disputes d ON d.payment_id = p.id
      WHERE p.split_group_id = g.id AND d.status NOT IN (${CLOSED_DISPUTES}))) AS groups,
    (SELECT count(*)::int FROM split_groups WHERE pending_change IS NOT NULL) AS changes,
    (SELECT count(*)::int FROM payments WHERE pending_share IS NOT NULL AND status IN ('PENDING', 'PROCESSING', 'FAILED')) AS shares,
    (SELECT count(*)::int FROM payment_refunds WHERE status = 'PROCESSING' AND refund_id IS NULL) AS refunds,
    (SELECT count(*)::int FROM webhook_events WHERE state IN ('RECEIVED', 'RETRY', 'WAITING')) AS events,
    (SELECT count(*)::int FROM webhook_events WHERE event_id = ANY ($1::text[])) AS known`;

/**
 * What the figures and the sync of the balance have yet to do. A listing that began later than the second $1 has put the position
 * beyond the second after it.
 */
const BEHIND = `
  SELECT (SELECT count(*)::int FROM outbox_events o, metric_cursor c WHERE (o.xid, o.position) > (c.xid, c.position)) AS events,
    (SELECT count(*)::int FROM metric_marks) AS marks,
    (SELECT count(*)::int FROM metric_dirty_days) AS days,
    (SELECT count(*)::int FROM restaurants r WHERE NOT EXISTS (SELECT 1 FROM metric_clocks c WHERE c.restaurant_id = r.id)) AS clocks,
    (SELECT 1 - count(*)::int FROM processor_cursors WHERE name = 'balance-transactions' AND position::bigint > $1::bigint + 1) AS listing,
    (SELECT count(*)::int FROM awaited_transactions) AS awaited,
    (SELECT count(*)::int FROM processor_transactions WHERE posted_at IS NULL) AS unposted`;
