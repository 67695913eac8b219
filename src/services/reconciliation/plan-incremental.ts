import type { Sql } from '@/db/sql';
import { insertIncrementalRun, readLastNightly, readRestaurantPage } from '@/db/sql/reconciliation';
import { readChanges, readLastIncremental } from '@/db/sql/reconciliation-changes';
import { businessDayOf } from '@/domain/business-day';
import { addDays } from '@/domain/calendar-day';
import type { RestaurantRules } from '../authorized-restaurant';
import type { Deps } from '../context';
import { newId } from '../ids';
import { MAX_BACK_DAYS, OVERLAP_MS, periodOf } from './period';
import { RUN_ACTOR } from './update-discrepancies';

/** Least time between two incremental runs of a restaurant. */
const EVERY_MS = 3_600_000;
const RESTAURANTS = 200;

/**
 * Queues an incremental run for each restaurant with changes since its last one, at most one an hour.
 * @returns how many were queued
 */
export async function planIncremental(deps: Deps, signal?: AbortSignal): Promise<number> {
  let queued = 0;
  let after = '';
  let page: RestaurantRules[];
  do {
    page = await deps.db.query<RestaurantRules>(readRestaurantPage, [after, RESTAURANTS]);
    for (const at of page) {
      if (signal?.aborted) return queued;
      const changes = await readChangesOf(deps.db, at, { now: deps.clock.now(), isDue });
      if (changes?.hasChange && (await insertIncremental(deps.db, at, changes, RUN_ACTOR)) !== null) queued++;
    }
    after = page.at(-1)?.restaurantId ?? after;
  } while (page.length === RESTAURANTS);
  return queued;
}

const isDue = (lastAt: Date, now: Date) => now.getTime() - lastAt.getTime() >= EVERY_MS;

/**
 * Queues a run over what changed at a restaurant since its last incremental run. Without changes it still covers today
 * and the days of open discrepancies and expected items.
 * @returns its id; null while another one is in progress
 */
export async function queueIncremental(
  sql: Sql,
  at: RestaurantRules,
  { now, requestedBy }: { now: Date; requestedBy: string },
): Promise<string | null> {
  const changes = await readChangesOf(sql, at, { now, isDue: () => true });
  return changes && insertIncremental(sql, at, changes, requestedBy);
}

interface Changes {
  now: Date;
  /** Facts from this time on count as changed. Null: all facts do. */
  since: Date | null;
  /** Business days to compare, sorted. Includes today. */
  days: string[];
  /** Whether a fact changed. False: only open discrepancies and expected items were found. */
  hasChange: boolean;
}

/** Null: the next run is not due yet. */
async function readChangesOf(
  sql: Sql,
  at: RestaurantRules,
  { now, isDue }: { now: Date; isDue(lastAt: Date, now: Date): boolean },
): Promise<Changes | null> {
  const last = await sql.maybeOne<{ createdAt: Date }>(readLastIncremental, [at.restaurantId]);
  if (last !== null && !isDue(last.createdAt, now)) return null;
  const since = last === null ? await endOfNightly(sql, at) : new Date(last.createdAt.getTime() - OVERLAP_MS);
  const dayOf = (instant: Date) => businessDayOf(instant, at.timeZone, at.closingHour);
  const today = dayOf(now);
  const earliest = addDays(today, -MAX_BACK_DAYS);
  const found = await sql.query<{ day: string | null; at: Date | null; isChange: boolean }>(readChanges, [
    at.restaurantId,
    since,
    earliest,
  ]);
  const dayOfRow = (row: { day: string | null; at: Date | null }) => row.day ?? (row.at && dayOf(row.at));
  const isIn = (day: string | null): day is string => day !== null && earliest <= day && day <= today;
  const days = new Set([...found.map(dayOfRow).filter(isIn), today]);
  const hasChange = found.some((row) => row.isChange && isIn(dayOfRow(row)));
  return { now, since, days: [...days].sort(), hasChange };
}

/** The end of the last day that a nightly run covered. Nightly runs compare everything before it. */
async function endOfNightly(sql: Sql, at: RestaurantRules): Promise<Date | null> {
  const last = await sql.maybeOne<{ day: string }>(readLastNightly, [at.restaurantId]);
  return last && periodOf([at.restaurantId], at, { fromDay: last.day, toDay: last.day }).beforeAt;
}

async function insertIncremental(
  sql: Sql,
  { restaurantId }: RestaurantRules,
  { now, since, days }: Changes,
  requestedBy: string,
): Promise<string | null> {
  const row = await sql.maybeOne<{ id: string }>(insertIncrementalRun, [
    newId(),
    restaurantId,
    days,
    since,
    now,
    requestedBy,
  ]);
  return row?.id ?? null;
}
