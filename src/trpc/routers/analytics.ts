import * as analytics from '@/services/analytics';
import { metricsInput, scopeInput, verifyInput } from '@/services/analytics/schemas';
import { inputOf, procedure, router } from '../trpc';

/**
 * Figures of one restaurant, or without one of all that the caller works at (admins: of the platform). Minor units, by currency, by
 * business day on the restaurant's clock. `live.restaurant` tells `analytics:updated` when they have moved.
 */
export const analyticsRouter = router({
  /** A period and the one before: totals, methods, hours, days, peak hours, best weekdays. */
  metrics: procedure
    .meta({ action: 'analytics.read' })
    .input(inputOf(metricsInput))
    .query(({ ctx, input }) => analytics.readMetrics(ctx.service, input)),

  /** The last hour, and what is open now. */
  realtime: procedure
    .meta({ action: 'analytics.read' })
    .input(inputOf(scopeInput))
    .query(({ ctx, input }) => analytics.readRealtimeFigures(ctx.service, input)),

  /** The requirements' success metrics, each with how it is counted. */
  kpis: procedure
    .meta({ action: 'analytics.read' })
    .input(inputOf(metricsInput))
    .query(({ ctx, input }) => analytics.readKpis(ctx.service, input)),

  /** What is out of the ordinary now. */
  alerts: procedure
    .meta({ action: 'analytics.read' })
    .input(inputOf(scopeInput))
    .query(({ ctx, input }) => analytics.listAlerts(ctx.service, input)),

  /** A score with its reasons. */
  health: procedure
    .meta({ action: 'analytics.read' })
    .input(inputOf(scopeInput))
    .query(({ ctx, input }) => analytics.readHealth(ctx.service, input)),

  /** Counts days anew and says where the kept figures differ. For admins. */
  verify: procedure
    .meta({ action: 'analytics.verify' })
    .input(inputOf(verifyInput))
    .query(({ ctx, input }) => analytics.verifyMetrics(ctx.service, input)),
});
