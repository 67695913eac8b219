import { readCommonClock } from '@/db/sql/metric-reads';
import { businessDayOf } from '@/domain/business-day';
import type { ServiceContext } from '../context';
import type { MetricScope } from './scope';

/** The clock that a scope's restaurants go by, most of them if they differ, and what it shows now. */
export interface ScopeClock {
  timeZone: string;
  closingHour: number;
  today: string;
  /** 0 to 23. */
  hour: number;
}

export async function scopeClock(ctx: ServiceContext, scope: MetricScope): Promise<ScopeClock> {
  const found = await ctx.db.maybeOne<{ timeZone: string; closingHour: number }>(readCommonClock, [
    scope.restaurantIds,
  ]);
  const { timeZone, closingHour } = found ?? { timeZone: 'UTC', closingHour: 0 };
  const now = ctx.clock.now();
  const shown = new Intl.DateTimeFormat('en-US', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(now);
  return { timeZone, closingHour, today: businessDayOf(now, timeZone, closingHour), hour: Number(shown) };
}
