'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { AppRouter } from '@/trpc/routers';
import { Button } from '@/ui/kit/button';
import { Field, Select } from '@/ui/kit/field';
import { PageHeader } from '@/ui/kit/panel';
import { StaleNote } from '@/ui/kit/stale-note';
import { EmptyState, ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { useLive } from '../use-live';
import { useRefetch } from '../use-refresh';
import { useRestaurant } from '../viewer';
import { GroupCard } from './group-card';

export type SplitGroup = inferRouterOutputs<AppRouter>['splits']['list']['items'][number];
const SHOWN = ['open', 'all'] as const;

/** Bills that are paid in shares: who has paid, who has not, and what staff can do about it. */
export function SplitsPage() {
  const { restaurant } = useRestaurant();
  const [shown, setShown] = useQueryState('show', parseAsStringLiteral(SHOWN).withDefault('open'));
  const list = api.splits.list.useInfiniteQuery(
    {
      limit: 30,
      ...(restaurant && { restaurantId: restaurant.id }),
      ...(shown === 'open' && { state: ['OPEN' as const] }),
    },
    { getNextPageParam: (page) => page.nextCursor },
  );
  const refresh = useRefetch(list);
  useLive((event) => {
    if (event.type.startsWith('payment:')) refresh();
  }, refresh);
  const groups = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader title="Splits">
        A declined share keeps its part of the bill until its time is over.
      </PageHeader>
      <Field label="Show" className="mb-4 w-44">
        {(control) => (
          <Select
            {...control}
            value={shown}
            onChange={(event) => void setShown(event.target.value === 'all' ? 'all' : 'open')}
          >
            <option value="open">In progress</option>
            <option value="all">All</option>
          </Select>
        )}
      </Field>
      {list.isError && list.data && <StaleNote error={list.error} retry={refresh} />}
      {list.isPending ? (
        <SkeletonRows rows={4} />
      ) : list.data === undefined ? (
        <ErrorState error={list.error} retry={refresh} />
      ) : groups.length === 0 ? (
        <EmptyState title="No bill is being split">
          Groups appear here as soon as guests divide a bill.
        </EmptyState>
      ) : (
        <div className="grid gap-4 xl:grid-cols-2">
          {groups.map((group) => (
            <GroupCard key={group.id} group={group} onDone={refresh} />
          ))}
        </div>
      )}
      {list.hasNextPage && (
        <Button className="mt-4" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}
