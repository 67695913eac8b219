import { staffSessionFigures } from '@/db/sql/staff-sessions';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { type TableSessionFiguresInput, tableSessionFiguresInput } from './schemas';
import { restaurantsOf } from './staff-scope';
import type { TableSessionFigures } from './staff-view';

type Row = {
  restaurantId: string;
  restaurantName: string;
  currency: string;
  sessionCount: number;
  activeCount: number;
  closedCount: number;
  closedMinutes: number;
  todayCount: number;
  weekCount: number;
  guestCount: number;
  revenueMinor: number;
};

const TOP = 10;

/**
 * How many sessions the caller's restaurants had in a period, how long and how large, and what they brought.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function getTableSessionFigures(
  ctx: ServiceContext,
  raw: TableSessionFiguresInput,
): Promise<TableSessionFigures> {
  const input = parseInput(tableSessionFiguresInput, raw);
  const restaurants = restaurantsOf(ctx, input.restaurantId);
  const rows = await ctx.db.query<Row>(staffSessionFigures, [
    restaurants,
    ctx.clock.now(),
    input.createdFrom ?? null,
    input.createdTo ?? null,
  ]);
  const sum = (pick: (row: Row) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const sessionCount = sum((row) => row.sessionCount);
  const currencies = [...new Set(rows.map((row) => row.currency))].sort();
  return {
    sessionCount,
    activeCount: sum((row) => row.activeCount),
    averageMinutes: average(
      sum((row) => row.closedMinutes),
      sum((row) => row.closedCount),
    ),
    averagePartySize: average(
      sum((row) => row.guestCount),
      sessionCount,
    ),
    todayCount: sum((row) => row.todayCount),
    weekCount: sum((row) => row.weekCount),
    revenue: currencies.map((currency) => ({
      currency,
      revenueMinor: sum((row) => (row.currency === currency ? row.revenueMinor : 0)),
    })),
    topRestaurants: rows
      .slice(0, TOP)
      .map(({ restaurantId, restaurantName, currency, sessionCount, revenueMinor }) => ({
        restaurantId,
        restaurantName,
        currency,
        sessionCount,
        revenueMinor,
      })),
  };
}

/** To one decimal: it is shown, not reckoned with. */
function average(sum: number, count: number): number | null {
  return count === 0 ? null : Math.round((sum * 10) / count) / 10;
}
