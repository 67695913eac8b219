import { claimRun, countRestaurants, endRun, readRestaurantPage } from '@/db/sql/reconciliation';
import { readRestaurantRules } from '@/db/sql/restaurants';
import { dayCount } from '@/domain/calendar-day';
import type { RestaurantRules } from '../authorized-restaurant';
import { newId } from '../ids';
import { emitLive } from '../live/emit';
import type { LiveEvent } from '../live/events';
import { comparePeriod } from './compare-period';
import { type Comparison, type RunDeps, RunInterrupted } from './comparison';
import { type Period, periodsAt, platformPeriodOf, restaurantDays, spansOf } from './period';
import { Totals } from './totals';
import { updateDiscrepancies } from './update-discrepancies';

/** After this time without a heartbeat the process counts as dead, and another one starts its run again. */
const SILENT_SEC = 60;
const MAX_ATTEMPTS = 5;
/** Restaurants per page. */
const RESTAURANTS = 100;
/** Restaurant-days in one statement. With 1,000 payments a day the statement takes seconds. */
const MOST_RESTAURANT_DAYS = 100;

export type ClaimedRun = {
  id: string;
  scope: 'RESTAURANT' | 'PLATFORM' | 'ALL';
  restaurantId: string | null;
  fromDay: string;
  toDay: string;
  /** The days that an incremental run compares. Null for other kinds. */
  days: string[] | null;
  asOf: Date;
  attempts: number;
};

/** Executes queued runs, one after the other, until none is due or the signal says stop. @returns how many ended */
export async function runDue(deps: RunDeps, signal?: AbortSignal): Promise<number> {
  let done = 0;
  while (!signal?.aborted) {
    const run = await deps.db.maybeOne<ClaimedRun>(claimRun, [deps.clock.now(), SILENT_SEC]);
    if (run === null) return done;
    try {
      await reconcile(deps, run, signal);
    } catch (error) {
      if (error instanceof RunInterrupted) return done;
      deps.log.error({ runId: run.id, err: error }, 'a reconciliation run failed');
      // The run is retried once SILENT_SEC have passed, up to MAX_ATTEMPTS times.
      if (run.attempts < MAX_ATTEMPTS) return done;
      await finish(deps, run, { state: 'FAILED', totals: new Totals(), newCount: 0 });
    }
    done++;
  }
  return done;
}

async function reconcile(deps: RunDeps, run: ClaimedRun, signal: AbortSignal | undefined): Promise<void> {
  const progress = { total: await restaurantDaysOf(deps, run), done: 0, underWay: 0, part: 0 };
  const comparison: Comparison = { deps, run, totals: new Totals(), signal, progress, lastHeartbeatMs: 0 };
  for await (const period of periodsOf(deps, run)) {
    progress.underWay = restaurantDays(period);
    progress.part = 0;
    await comparePeriod(comparison, period);
    progress.done += progress.underWay;
  }
  const newCount = await updateDiscrepancies(deps, run);
  await finish(deps, run, { state: 'FINISHED', totals: comparison.totals, newCount });
}

/** The size of a run. A run over all has the days of each restaurant and of the platform. */
async function restaurantDaysOf(deps: RunDeps, run: ClaimedRun): Promise<number> {
  if (run.scope !== 'ALL') return run.days?.length ?? dayCount(run);
  const { count } = await deps.db.one<{ count: number }>(countRestaurants, []);
  return (count + 1) * dayCount(run);
}

async function* periodsOf(deps: RunDeps, run: ClaimedRun): AsyncGenerator<Period> {
  if (run.scope === 'RESTAURANT') {
    const at = await deps.db.one<RestaurantRules>(readRestaurantRules, [run.restaurantId]);
    for (const days of run.days === null ? [run] : spansOf(run.days))
      yield* periodsAt([at], days, MOST_RESTAURANT_DAYS);
    return;
  }
  if (run.scope === 'ALL') {
    let after = '';
    let page: RestaurantRules[];
    do {
      page = await deps.db.query<RestaurantRules>(readRestaurantPage, [after, RESTAURANTS]);
      yield* periodsAt(page, run, MOST_RESTAURANT_DAYS);
      after = page.at(-1)?.restaurantId ?? after;
    } while (page.length === RESTAURANTS);
  }
  yield platformPeriodOf(run);
}

async function finish(
  deps: RunDeps,
  run: ClaimedRun,
  end: { state: 'FINISHED' | 'FAILED'; totals: Totals; newCount: number },
): Promise<void> {
  const now = deps.clock.now();
  await deps.db.transaction(async (tx) => {
    const ended = await tx.maybeOne(endRun, [
      run.id,
      end.state,
      JSON.stringify(end.totals.toList()),
      end.totals.breakCount,
      end.newCount,
      end.state === 'FAILED' ? 'It failed several times; the log of the service says why.' : null,
      now,
      run.attempts,
    ]);
    if (ended === null) return;
    await emitLive(tx, [
      {
        eventId: newId(),
        type: 'reconciliation:finished',
        at: now.toISOString(),
        restaurantId: run.restaurantId,
        orderId: null,
        tableSessionId: null,
        paymentId: null,
        runId: run.id,
        status: end.state,
        discrepancies: end.totals.breakCount,
      } satisfies LiveEvent,
    ]);
  });
  deps.wake('outbox');
}
