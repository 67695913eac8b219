import { listAlerts, readHealth, readMetrics, readRealtimeFigures } from '@/services/analytics';
import { periodOfInstants } from '@/services/analytics/period';
import { ok, type RestCall, type Route } from '../call';
import { dateOf } from '../query';
import { alertBody, healthBody, metricsBody, realtimeBody } from '../shapes/metrics';

/** Legacy-contract 3.3: owners and staff of their restaurant, admins of all. */
export const metricRoutes: readonly Route[] = [
  { method: 'GET', path: '/payments/metrics', who: 'staff', handle: metrics },
  { method: 'GET', path: '/payments/metrics/realtime', who: 'staff', handle: realtime },
  { method: 'GET', path: '/payments/alerts', who: 'staff', handle: alerts },
  { method: 'GET', path: '/payments/health', who: 'staff', handle: health },
];

/** Screens send moments, local midnight to now; figures are by business day. Without dates: the day that is under way. */
async function metrics({ ctx, query }: RestCall) {
  const now = ctx.clock.now();
  const restaurant = restaurantOf(query);
  const given = { ...dateOf(query, 'startDate', 'from'), ...dateOf(query, 'endDate', 'to') };
  const period = await periodOfInstants(ctx, { ...restaurant, from: given.from ?? now, to: given.to ?? now });
  const view = await readMetrics(ctx, { ...restaurant, ...period });
  return ok(
    metricsBody(view, {
      hourly: query.get('includeHourlyData') === 'true',
      trend: query.get('includeTrendData') === 'true',
    }),
  );
}

async function realtime({ ctx, query }: RestCall) {
  return ok(realtimeBody(await readRealtimeFigures(ctx, restaurantOf(query))));
}

async function alerts({ ctx, query }: RestCall) {
  return ok((await listAlerts(ctx, restaurantOf(query))).map(alertBody));
}

async function health({ ctx, query }: RestCall) {
  return ok(healthBody(await readHealth(ctx, restaurantOf(query))));
}

function restaurantOf(query: URLSearchParams): { restaurantId?: string } {
  const restaurantId = query.get('restaurantId');
  return restaurantId === null || restaurantId === '' ? {} : { restaurantId };
}
