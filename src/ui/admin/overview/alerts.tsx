'use client';

import { Badge, type Tone } from '@/ui/kit/badge';
import { Panel } from '@/ui/kit/panel';
import { StaleNote } from '@/ui/kit/stale-note';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { useRestaurant } from '../viewer';

const TONES: Record<string, Tone> = { critical: 'bad', high: 'bad', medium: 'warning', low: 'neutral' };

/** The health score with its reasons, and every open alert. */
export function Alerts() {
  const { restaurant } = useRestaurant();
  const place = restaurant ? { restaurantId: restaurant.id } : {};
  const health = api.analytics.health.useQuery(place);
  const alerts = api.analytics.alerts.useQuery(place);
  return (
    <Panel title="Health">
      {health.isPending || alerts.isPending ? (
        <SkeletonRows rows={2} />
      ) : health.data === undefined ? (
        <ErrorState error={health.error} retry={() => void health.refetch()} />
      ) : (
        <>
          {health.isError && <StaleNote error={health.error} retry={() => void health.refetch()} />}
          <p className="flex items-baseline gap-3">
            <span className="tabular text-3xl font-semibold">{health.data.score}</span>
            <span className="text-sm text-muted">of 100, {health.data.status}</span>
          </p>
          {alerts.data === undefined && (
            <ErrorState error={alerts.error} retry={() => void alerts.refetch()} />
          )}
          {alerts.isError && alerts.data && (
            <StaleNote error={alerts.error} retry={() => void alerts.refetch()} />
          )}
          <ul className="mt-4 grid gap-3">
            {alerts.data?.map((alert) => (
              <li key={alert.id} className="text-sm">
                <Badge tone={TONES[alert.severity.toLowerCase()] ?? 'neutral'}>
                  {alert.severity.toLowerCase()}
                </Badge>
                <p className="mt-1">{alert.message}</p>
              </li>
            ))}
          </ul>
          {alerts.data?.length === 0 && <p className="mt-2 text-sm text-muted">No alert is open.</p>}
        </>
      )}
    </Panel>
  );
}
