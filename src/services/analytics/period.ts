import { businessDayOf } from '@/domain/business-day';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { scopeClock } from './clock';
import { type InstantsInput, instantsInput } from './schemas';
import { metricScope } from './scope';

/**
 * The business days that a screen means by two moments, such as local midnight and now: from the date of the first on the
 * restaurant's clock to the business day of the second. Between midnight and the closing hour that is the day before: then
 * both are that day, which is the one that is under way.
 * @throws ServiceError INVALID_INPUT, NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function periodOfInstants(
  ctx: ServiceContext,
  raw: InstantsInput,
): Promise<{ fromDay: string; toDay: string }> {
  const { restaurantId, from, to } = parseInput(instantsInput, raw);
  const { timeZone, closingHour } = await scopeClock(ctx, await metricScope(ctx, restaurantId));
  // The end is not counted: midnight ends the day before.
  const last = new Date(Math.max(from.getTime(), to.getTime() - 1));
  const toDay = businessDayOf(last, timeZone, closingHour);
  const date = businessDayOf(from, timeZone, 0);
  const isAhead = date > toDay;
  return { fromDay: isAhead ? toDay : date, toDay };
}
