import type { Statement } from '@/db/sql';
import { insertRun, readFirstOpenDay, readLastNightly, readRestaurantPage } from '@/db/sql/reconciliation';
import { readFirstPlatformChange } from '@/db/sql/reconciliation-changes';
import { businessDayOf } from '@/domain/business-day';
import { addDays } from '@/domain/calendar-day';
import type { RestaurantRules } from '../authorized-restaurant';
import type { Deps } from '../context';
import { newId } from '../ids';
import { MAX_BACK_DAYS, OVERLAP_MS } from './period';
import { RUN_ACTOR } from './update-discrepancies';

/** Wait after the end of a business day, so that webhooks of its last payments have arrived. */
const QUIET_HOURS = 2;
const HOUR_MS = 3_600_000;
const RESTAURANTS = 200;
/** A changed payout or bank line may change the match of others up to this many days away (see compare-bank.ts). */
const PAIR_DAYS = 15;

/**
 * Queues the nightly run of each restaurant whose business day has ended, and the platform's own. A run covers the days
 * that no nightly run covered. It goes back to the first day with an open discrepancy or a change since the last
 * nightly run.
 * @returns how many were queued
 */
export async function planNightly(deps: Deps, signal?: AbortSignal): Promise<number> {
  let queued = (await planOne(deps, null)) ? 1 : 0;
  let after = '';
  let page: RestaurantRules[];
  do {
    page = await deps.db.query<RestaurantRules>(readRestaurantPage, [after, RESTAURANTS]);
    for (const at of page) {
      if (signal?.aborted) return queued;
      if (await planOne(deps, at)) queued++;
    }
    after = page.at(-1)?.restaurantId ?? after;
  } while (page.length === RESTAURANTS);
  return queued;
}

async function planOne(deps: Deps, at: RestaurantRules | null): Promise<boolean> {
  const now = deps.clock.now();
  const quiet = new Date(now.getTime() - QUIET_HOURS * HOUR_MS);
  const today = businessDayOf(quiet, at?.timeZone ?? 'UTC', at?.closingHour ?? 0);
  const toDay = addDays(today, -1);
  const restaurantId = at?.restaurantId ?? null;
  const last = await deps.db.maybeOne<LastNightly>(readLastNightly, [restaurantId]);
  if (last !== null && last.day >= toDay) return false;
  const fromDay = await firstDay(deps, restaurantId, { last, toDay });
  const inserted = await deps.db.maybeOne(insertRun, [
    newId(),
    restaurantId === null ? 'PLATFORM' : 'RESTAURANT',
    restaurantId,
    'NIGHTLY',
    fromDay,
    toDay,
    now,
    RUN_ACTOR,
  ]);
  return inserted !== null;
}

type LastNightly = { day: string; plannedAt: Date };

async function firstDay(
  deps: Deps,
  restaurantId: string | null,
  { last, toDay }: { last: LastNightly | null; toDay: string },
): Promise<string> {
  const earliest = addDays(toDay, -MAX_BACK_DAYS);
  const since = last && new Date(last.plannedAt.getTime() - OVERLAP_MS);
  const dayOf = async (statement: Statement, of: string | number | null) =>
    (await deps.db.one<{ day: string | null }>(statement, [of, since, earliest])).day;
  const open = await dayOf(readFirstOpenDay, restaurantId);
  const changed = restaurantId === null ? await dayOf(readFirstPlatformChange, PAIR_DAYS) : null;
  const next = last === null ? toDay : addDays(last.day, 1);
  const wanted = [open, changed].reduce<string>(
    (first, day) => (day !== null && day < first ? day : first),
    next,
  );
  return wanted < earliest ? earliest : wanted > toDay ? toDay : wanted;
}
