import { addDays } from '@/domain/calendar-day';
import type { Deps } from '../context';
import { compareDays, repairDays } from './verify';

/** A correction of old facts moves its days by live events; what nobody told of shows on young days. */
const DAYS_BACK = 3;

/**
 * Counts the last days of all restaurants anew and repairs what differs, which must not happen: it is logged as an error.
 * @returns the days that were repaired
 */
export async function healMetrics(
  deps: Pick<Deps, 'db' | 'clock' | 'log'>,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number> {
  const today = deps.clock.now().toISOString().slice(0, 10);
  const period = { fromDay: addDays(today, -DAYS_BACK), toDay: addDays(today, 1) };
  const { wrong } = await compareDays(deps, period, signal);
  if (wrong.length === 0) return 0;
  deps.log.error({ days: wrong.slice(0, 20), count: wrong.length }, 'kept figures differed from their facts');
  await repairDays(deps, wrong);
  return wrong.length;
}
