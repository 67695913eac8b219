import { readOpenAlerts } from '@/db/sql/metric-alerts';
import type { AlertKind, AlertSeverity } from '@/domain/alert';
import type { ServiceContext } from '../context';
import { onReplica } from '../on-replica';
import { parseInput } from '../parse';
import { alertMessage } from './alert-words';
import { type ScopeInput, scopeInput } from './schemas';
import { type MetricScope, metricScope } from './scope';
import type { AlertView } from './view';

/**
 * What is out of the ordinary now, gravest first. Admins without a restaurant see all, those of the platform too.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function listAlerts(ctx: ServiceContext, raw: ScopeInput): Promise<AlertView[]> {
  const { restaurantId } = parseInput(scopeInput, raw);
  return alertsOf(ctx, await metricScope(ctx, restaurantId));
}

type Row = {
  id: string;
  restaurantId: string | null;
  kind: AlertKind;
  severity: AlertSeverity;
  value: number;
  threshold: number;
  openedAt: Date;
  updatedAt: Date;
};

export async function alertsOf(ctx: ServiceContext, scope: MetricScope): Promise<AlertView[]> {
  const rows = await onReplica(ctx).db.query<Row>(readOpenAlerts, [scope.restaurantIds]);
  return rows.map(({ openedAt, updatedAt, ...row }) => ({
    ...row,
    message: alertMessage(row.kind, row.value, row.threshold),
    openedAt: openedAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }));
}
