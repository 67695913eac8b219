import type { Db } from '@/db/db';
import {
  claimMetrics,
  countDays,
  findChangedClocks,
  forgetClocks,
  markDays,
  markRestaurants,
  moveMetricCursor,
  readDirtyDays,
  readMetricCursor,
  takeMarks,
} from '@/db/sql/metric-updates';
import type { Tx } from '@/db/transaction';
import { ServiceError } from '../errors';
import type { Position } from '../live/position';
import { type OutboxPage, outboxEnd, readOutboxAfter } from '../live/read-outbox';

/** So few at a time that a transaction stays far below 200 ms (decision 28), whatever the restaurants' sizes. */
const EVENTS = 500;
const DAYS = 25;
const RESTAURANTS = 20;

/** What a transaction leaves: more of its kind, none, or it did nothing because another node is at it. */
type Step = 'MORE' | 'DONE' | 'BUSY';

/**
 * Brings the kept figures up to date with everything that was committed before the call: live events say which business days
 * have moved, and those are counted anew from their facts (docs/adr/0034). Safe on every node at once, and when torn apart. What
 * comes meanwhile waits for the next call, so that under load the pause between calls bounds the work.
 * @returns false when another node is at it, or the signal ended it
 */
export async function updateMetrics(
  deps: { db: Db },
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<boolean> {
  return (await repeat(deps.db, markMoved, signal)) && (await repeat(deps.db, countMarked, signal));
}

async function repeat(db: Db, take: (tx: Tx) => Promise<boolean>, signal?: AbortSignal): Promise<boolean> {
  while (!signal?.aborted) {
    const step = await db.transaction(async (tx): Promise<Step> => {
      // Held by one node at a time, so days are never marked and counted side by side.
      const { isMine } = await tx.one<{ isMine: boolean }>(claimMetrics, []);
      if (!isMine) return 'BUSY';
      return (await take(tx)) ? 'MORE' : 'DONE';
    });
    if (step !== 'MORE') return step === 'DONE';
  }
  return false;
}

/** Marks days that have moved. @returns whether there is more to mark */
async function markMoved(tx: Tx): Promise<boolean> {
  return (await markByClock(tx)) || (await markByEvents(tx));
}

/** Counts some of the marked days. @returns whether there may be more */
async function countMarked(tx: Tx): Promise<boolean> {
  const days = await tx.query<MetricDay>(readDirtyDays, [DAYS]);
  if (days.length > 0) await countDaysAnew(tx, days);
  return days.length === DAYS;
}

export type MetricDay = { restaurantId: string; businessDay: string };

/** Counts the days anew, replaces their figures and unmarks them. Under the claim. */
export async function countDaysAnew(tx: Tx, days: readonly MetricDay[]): Promise<void> {
  await tx.query(countDays, [days.map((day) => day.restaurantId), days.map((day) => day.businessDay)]);
}

/** New restaurants, and those whose time zone or closing hour was changed: all their days are due. */
async function markByClock(tx: Tx): Promise<boolean> {
  const changed = await tx.query<{ id: string }>(findChangedClocks, [RESTAURANTS]);
  if (changed.length === 0) return false;
  await tx.query(markRestaurants, [changed.map(({ id }) => id)]);
  return true;
}

async function markByEvents(tx: Tx): Promise<boolean> {
  const cursor = await tx.one<Position>(readMetricCursor, []);
  const page = await readEvents(tx, cursor);
  if (page === null) {
    // Slept through the retention of live events: nobody knows what has moved, so everything is due.
    const end = await outboxEnd(tx);
    await tx.query(forgetClocks, []);
    await tx.query(moveMetricCursor, [end.xid, end.sequence]);
    return true;
  }
  const marks = await tx.query<{ paymentId: string }>(takeMarks, [EVENTS]);
  const telling = page.events.filter((event) => event.type !== 'analytics:updated');
  const paymentIds = [...telling, ...marks].map(({ paymentId }) => paymentId).filter((id) => id !== null);
  // A payment's event names its first order too; the payment itself leads to all of them.
  const orderIds = telling
    .map((event) => (event.paymentId === null ? event.orderId : null))
    .filter((id) => id !== null);
  if (paymentIds.length + orderIds.length > 0)
    await tx.query(markDays, [[...new Set(paymentIds)], [...new Set(orderIds)]]);
  if (page.events.length === 0) return marks.length === EVENTS;
  const { place } = page.events.at(-1) ?? { place: page.end };
  await tx.query(moveMetricCursor, [place.xid, place.sequence]);
  return page.hasMore || marks.length === EVENTS;
}

async function readEvents(tx: Tx, after: Position): Promise<OutboxPage | null> {
  try {
    return await readOutboxAfter(tx, after, null, EVENTS);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'RESYNC_REQUIRED') return null;
    throw error;
  }
}
