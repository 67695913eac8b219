'use client';

import { useState } from 'react';
import { Button } from '@/ui/kit/button';
import { Panel, Stat } from '@/ui/kit/panel';
import { StaleNote } from '@/ui/kit/stale-note';
import { EmptyState, ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { dateTime, money } from '../format';
import { useTeam } from '../use-team';
import type { ViewerRestaurant } from '../viewer';
import { CloseDrawer, MoveCash, OpenDrawer } from './drawer-dialogs';
import { DrawerFacts } from './drawer-facts';

/** Drawers have no live events of their own: what colleagues do at another screen appears within this time. */
const REFRESH_MS = 30_000;

/** The open drawer with what should lie in it, or the way to open one. */
export function DrawerNow({ restaurant, onDone }: { restaurant: ViewerRestaurant; onDone(): void }) {
  const [asked, setAsked] = useState<'open' | 'in' | 'out' | 'close' | null>(null);
  const { nameOf } = useTeam(restaurant.id);
  const current = api.cash.drawer.current.useQuery(
    { restaurantId: restaurant.id },
    { refetchInterval: REFRESH_MS },
  );
  if (current.isPending) return <SkeletonRows rows={6} />;
  const retry = () => void current.refetch();
  const drawer = current.data;
  if (drawer === undefined) return <ErrorState error={current.error} retry={retry} />;
  const stale = current.isError && <StaleNote error={current.error} retry={retry} />;
  const dialog = { restaurant, onClose: () => setAsked(null), onDone };
  if (drawer === null)
    return (
      <>
        {stale}
        <EmptyState
          title="No drawer is open"
          action={
            <Button look="primary" onClick={() => setAsked('open')}>
              Open the drawer
            </Button>
          }
        >
          Cash that is taken now goes through no drawer, and nobody counts it.
        </EmptyState>
        {asked === 'open' && <OpenDrawer {...dialog} />}
      </>
    );
  const amount = (minor: number) => money(minor, drawer.currency, restaurant.locale);
  return (
    <>
      {stale}
      <div className="mb-4 flex flex-wrap gap-2">
        <Button look="primary" onClick={() => setAsked('close')}>
          Count and close
        </Button>
        <Button onClick={() => setAsked('in')}>Put cash in</Button>
        <Button onClick={() => setAsked('out')}>Take cash out</Button>
      </div>
      <div className="mb-4 grid gap-4 sm:grid-cols-3">
        <Stat
          label="Should lie in the drawer"
          value={amount(drawer.expectedMinor)}
          hint={`since ${dateTime(drawer.openedAt, restaurant.timeZone, restaurant.locale)}`}
        />
        <Stat label="Cash payments" value={amount(drawer.cashPaymentsMinor)} hint="with tips" />
        <Stat label="Cash refunds" value={amount(drawer.cashRefundsMinor)} />
      </div>
      <Panel title="How it comes about">
        <DrawerFacts drawer={drawer} restaurant={restaurant} nameOf={nameOf} />
      </Panel>
      {(asked === 'in' || asked === 'out') && (
        <MoveCash {...dialog} drawerId={drawer.id} direction={asked === 'in' ? 'IN' : 'OUT'} />
      )}
      {asked === 'close' && <CloseDrawer {...dialog} drawer={drawer} />}
    </>
  );
}
