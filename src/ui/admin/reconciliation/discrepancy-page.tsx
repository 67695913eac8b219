'use client';

import Link from 'next/link';
import { useState } from 'react';
import { Badge, StateBadge, stateText } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { PageHeader, Panel } from '@/ui/kit/panel';
import { StaleNote } from '@/ui/kit/stale-note';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { dateTime, money } from '../format';
import { useAdminHref } from '../use-admin-href';
import { useRestaurantOfRecord } from '../viewer';
import { type Asked, DiscrepancyAction } from './discrepancy-actions';
import { Person } from './person';
import { SideBySide } from './side-by-side';
import { wayName } from './words';
import { SEVERITY_TONES } from './work-list';

/** One thing that does not fit: both sides, why, what was done, and what can be done. */
export function DiscrepancyPage({ discrepancyId }: { discrepancyId: string }) {
  const found = api.reconciliation.discrepancies.get.useQuery({ discrepancyId });
  const restaurant = useRestaurantOfRecord(found.data?.restaurantId);
  const href = useAdminHref();
  const [asked, setAsked] = useState<Asked | null>(null);
  if (found.isPending) return <SkeletonRows rows={6} />;
  const retry = () => void found.refetch();
  const { data } = found;
  if (data === undefined) return <ErrorState error={found.error} retry={retry} />;
  const amount = (minor: number | null) =>
    minor === null || data.currency === null ? null : money(minor, data.currency, restaurant?.locale);
  const isOpen = data.state === 'OPEN';
  return (
    <>
      <Link href={href('/admin/reconciliation')} className="text-sm">
        Work list
      </Link>
      <PageHeader
        title={data.description}
        actions={
          <>
            {isOpen && (
              <Button look="primary" onClick={() => setAsked('resolve')}>
                Correct
              </Button>
            )}
            {isOpen && <Button onClick={() => setAsked('accept')}>Accept</Button>}
            {!isOpen && <Button onClick={() => setAsked('reopen')}>Reopen</Button>}
            {isOpen && <Button onClick={() => setAsked('assign')}>Assign</Button>}
            {isOpen && <Button onClick={() => setAsked('link')}>Link</Button>}
            <Button onClick={() => setAsked('note')}>Note</Button>
          </>
        }
      >
        <StateBadge state={data.state} />{' '}
        <Badge tone={SEVERITY_TONES[data.severity] ?? 'neutral'}>{stateText(data.severity)}</Badge>{' '}
        <span className="ml-2">
          {wayName(data.way)}, {restaurant?.name ?? 'no restaurant'}
          {data.assignedTo !== null && (
            <>
              , assigned to <Person restaurantId={data.restaurantId} id={data.assignedTo} />
            </>
          )}
        </span>
      </PageHeader>
      {found.isError && <StaleNote error={found.error} retry={retry} />}
      <div className="grid gap-4 lg:grid-cols-2">
        <Panel title="Both sides">
          <SideBySide
            ours={amount(data.expectedMinor)}
            theirs={amount(data.actualMinor)}
            way={data.way}
            facts={data.facts}
            currency={data.currency}
            locale={restaurant?.locale}
          />
          {data.paymentId && (
            <p className="mt-4 text-sm">
              <Link href={href(`/admin/payments/${data.paymentId}`)}>Open the payment</Link>
            </p>
          )}
        </Panel>
        <Panel title="What was done">
          {data.actions.length === 0 ? (
            <p className="text-sm text-muted">Nothing yet.</p>
          ) : (
            <ol className="grid gap-4">
              {data.actions.map((action) => (
                <li key={action.id} className="text-sm">
                  <p className="font-medium">{stateText(action.action)}</p>
                  {action.reason && <p>{action.reason}</p>}
                  <p className="text-xs text-muted">
                    {dateTime(action.createdAt, restaurant?.timeZone ?? 'UTC', restaurant?.locale)} by{' '}
                    <Person restaurantId={data.restaurantId} id={action.actor} />
                  </p>
                </li>
              ))}
            </ol>
          )}
        </Panel>
      </div>
      {asked && (
        <DiscrepancyAction asked={asked} discrepancy={data} onClose={() => setAsked(null)} onDone={retry} />
      )}
    </>
  );
}
