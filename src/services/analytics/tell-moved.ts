import { readDirtyRestaurants, readMetricCursor } from '@/db/sql/metric-updates';
import type { Deps } from '../context';
import { announceAnalytics } from '../live/announce-analytics';
import { comparePositions, type Position } from '../live/position';
import { updateMetrics } from './update';

/**
 * Brings figures up to date, then tells restaurants that theirs have moved: who asks again on `analytics:updated` sees what it
 * is about. @param moved up to which live event, by restaurant
 * @returns the restaurants that could not be told yet
 */
export async function tellMoved(
  deps: Pick<Deps, 'db' | 'clock'>,
  moved: ReadonlyMap<string, Position>,
): Promise<ReadonlySet<string>> {
  await updateMetrics(deps);
  const through = await deps.db.one<Position>(readMetricCursor, []);
  const due = await deps.db.query<{ restaurantId: string }>(readDirtyRestaurants, [[...moved.keys()]]);
  const isDue = new Set(due.map(({ restaurantId }) => restaurantId));
  const counted = [...moved].filter(([id, place]) => !isDue.has(id) && comparePositions(place, through) <= 0);
  if (counted.length === 0) return new Set(moved.keys());
  const untold = await announceAnalytics(deps, new Map(counted));
  const told = new Set(counted.map(([id]) => id).filter((id) => !untold.has(id)));
  return new Set([...moved.keys()].filter((id) => !told.has(id)));
}
