import type { Db } from '@/db/db';
import {
  findWrongDays,
  findWrongPlatformDays,
  listMetricDays,
  listRestaurantIds,
  replacePlatformCells,
} from '@/db/sql/metric-checks';
import { awaitMetrics } from '@/db/sql/metric-updates';
import type { Tx } from '@/db/transaction';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { type VerifyInput, verifyInput } from './schemas';
import { countDaysAnew, type MetricDay, updateMetrics } from './update';
import type { VerifyView } from './view';

const DAYS = 20;
const RESTAURANTS = 100;
/** A day on which payments are made all the time is looked at again until its figures stand still. */
const LOOKS = 20;

/**
 * Counts business days anew from their facts and compares them with the kept figures: of one restaurant or all, of all days or
 * some. Changes nothing. For admins.
 * @throws ServiceError FORBIDDEN, UNAUTHENTICATED, INVALID_INPUT
 */
export async function verifyMetrics(ctx: ServiceContext, raw: VerifyInput): Promise<VerifyView> {
  const input = parseInput(verifyInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'analytics.verify');
  authorize(ctx.actor, 'analytics.verify', {}, 'Figures');
  return compareDays(ctx, input);
}

export interface DaysToCompare {
  restaurantId?: string | undefined;
  fromDay?: string | undefined;
  toDay?: string | undefined;
}

/** The comparison, for the command and the worker too. */
export async function compareDays(
  deps: { db: Db },
  { restaurantId, fromDay, toDay }: DaysToCompare,
  signal?: AbortSignal,
): Promise<VerifyView> {
  const found: VerifyView = { days: 0, wrong: [] };
  await updateMetrics(deps, { signal });
  for await (const id of restaurantId === undefined ? everyRestaurant(deps) : [restaurantId]) {
    if (signal?.aborted) break;
    const days = await deps.db.query<{ businessDay: string }>(listMetricDays, [
      id,
      fromDay ?? null,
      toDay ?? null,
    ]);
    found.days += days.length;
    for (let at = 0; at < days.length; at += DAYS) {
      const some = days.slice(at, at + DAYS).map(({ businessDay }) => ({ restaurantId: id, businessDay }));
      found.wrong.push(...(await wrongOf(deps, some)));
    }
  }
  if (restaurantId === undefined) {
    const platform = await deps.db.query<{ businessDay: string }>(findWrongPlatformDays, []);
    found.wrong.push(...platform.map((day) => ({ restaurantId: null, ...day })));
  }
  return found;
}

async function* everyRestaurant({ db }: { db: Db }): AsyncGenerator<string> {
  for (let after = ''; ; ) {
    const rows = await db.query<{ id: string }>(listRestaurantIds, [after, RESTAURANTS]);
    for (const { id } of rows) yield id;
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
  }
}

/** Days that differ though everything of their restaurant is counted, or that never stand still. */
async function wrongOf(deps: { db: Db }, days: readonly MetricDay[]): Promise<MetricDay[]> {
  const wrong: MetricDay[] = [];
  let open = days;
  for (let look = 1; open.length > 0 && look <= LOOKS; look++) {
    const found = await deps.db.query<MetricDay & { isMoving: boolean }>(findWrongDays, [
      open.map((day) => day.restaurantId),
      open.map((day) => day.businessDay),
    ]);
    const plain = ({ restaurantId, businessDay }: MetricDay) => ({ restaurantId, businessDay });
    wrong.push(...found.filter((day) => !day.isMoving).map(plain));
    open = found.filter((day) => day.isMoving).map(plain);
    if (open.length > 0) await updateMetrics(deps);
  }
  return [...wrong, ...open];
}

/**
 * Counts the named days anew, and sums the platform's figures anew. Readers see the old figures or the new ones, never none.
 */
export async function repairDays(deps: { db: Db }, wrong: VerifyView['wrong']): Promise<void> {
  const days = wrong.flatMap(({ restaurantId, businessDay }) =>
    restaurantId === null ? [] : [{ restaurantId, businessDay }],
  );
  for (let at = 0; at < days.length; at += DAYS) {
    await claimed(deps, (tx) => countDaysAnew(tx, days.slice(at, at + DAYS)));
  }
  await claimed(deps, (tx) => tx.query(replacePlatformCells, []));
}

/** In a transaction of its own that nobody else keeps figures beside; waits for its turn. */
async function claimed(deps: { db: Db }, work: (tx: Tx) => Promise<unknown>): Promise<void> {
  await deps.db.transaction(async (tx) => {
    await tx.query(awaitMetrics, []);
    await work(tx);
  });
}
