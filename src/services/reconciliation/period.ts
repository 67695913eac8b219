import { businessDayBounds } from '@/domain/business-day';
import type { RestaurantRules } from '../authorized-restaurant';

/** Business days of a restaurant, both included, and the instants that bound them; null: the platform's own, on days of UTC. */
export interface Period {
  restaurantId: string | null;
  fromDay: string;
  toDay: string;
  fromAt: Date;
  beforeAt: Date;
}

/** The period of these days at a restaurant, or for what belongs to none. */
export function periodOf(
  at: Pick<RestaurantRules, 'restaurantId' | 'timeZone' | 'closingHour'> | null,
  { fromDay, toDay }: { fromDay: string; toDay: string },
): Period {
  const zone = at?.timeZone ?? 'UTC';
  const hour = at?.closingHour ?? 0;
  return {
    restaurantId: at?.restaurantId ?? null,
    fromDay,
    toDay,
    fromAt: businessDayBounds(fromDay, zone, hour).start,
    beforeAt: businessDayBounds(toDay, zone, hour).end,
  };
}

const DAY_MS = 86_400_000;

/** The day so many days later, or earlier. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}
