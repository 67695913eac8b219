import { healthScore, healthStatus, pointsOf } from '@/domain/alert';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { alertAdvice } from './alert-words';
import { alertsOf } from './alerts';
import { realtimeOf } from './realtime';
import { type ScopeInput, scopeInput } from './schemas';
import { metricScope } from './scope';
import type { HealthView } from './view';

/**
 * How payments are doing: a score from 100 down to 0, with what took points off and what to do about it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function readHealth(ctx: ServiceContext, raw: ScopeInput): Promise<HealthView> {
  const { restaurantId } = parseInput(scopeInput, raw);
  const scope = await metricScope(ctx, restaurantId);
  const alerts = await alertsOf(ctx, scope);
  const realtime = await realtimeOf(ctx, scope);
  const score = healthScore(alerts.map((alert) => alert.severity));
  const count = (severity: string) => alerts.filter((alert) => alert.severity === severity).length;
  return {
    restaurantId: scope.restaurantId,
    status: healthStatus(score),
    score,
    reasons: alerts.map((alert) => ({
      alertId: alert.id,
      kind: alert.kind,
      severity: alert.severity,
      points: pointsOf(alert.severity),
      message: alert.message,
    })),
    recommendations: [...new Set(alerts.map((alert) => alertAdvice(alert.kind)))],
    alerts: {
      total: alerts.length,
      critical: count('CRITICAL'),
      high: count('HIGH'),
      medium: count('MEDIUM'),
      low: count('LOW'),
    },
    realtime,
    checkedAt: realtime.at,
  };
}
