'use client';

import type { inferRouterInputs } from '@trpc/server';
import Link from 'next/link';
import type { AppRouter } from '@/trpc/routers';
import { StateBadge } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { money } from '../format';
import { useAdminHref } from '../use-admin-href';
import { useViewer } from '../viewer';
import { SideBySide } from './side-by-side';

type Way = NonNullable<inferRouterInputs<AppRouter>['reconciliation']['runs']['items']['way']>;

/** Every item of a way that did not match, each with the facts of both sides. */
export function RunItems({ runId, way }: { runId: string; way: Way }) {
  const { restaurants } = useViewer();
  const href = useAdminHref();
  const localeOf = (item: { restaurantId: string | null }) =>
    restaurants.find(({ id }) => id === item.restaurantId)?.locale;
  const items = api.reconciliation.runs.items.useInfiniteQuery(
    { runId, way, limit: 50 },
    { getNextPageParam: (page) => page.nextCursor },
  );
  if (items.isPending) return <SkeletonRows rows={3} />;
  if (items.isError) return <ErrorState error={items.error} retry={() => void items.refetch()} />;
  return (
    <div className="mt-4 border-t border-line pt-4">
      <ul className="grid gap-4">
        {items.data.pages
          .flatMap((page) => page.items)
          .map((item) => (
            <li key={item.number} className="grid gap-2 text-sm">
              <p className="flex flex-wrap items-center gap-3">
                <StateBadge state={item.class} />
                <span>{item.description}</span>
                {item.discrepancyId && (
                  <Link href={href(`/admin/reconciliation/${item.discrepancyId}`)}>Work on it</Link>
                )}
              </p>
              <SideBySide
                ours={item.oursMinor === null ? null : money(item.oursMinor, item.currency, localeOf(item))}
                theirs={
                  item.theirsMinor === null ? null : money(item.theirsMinor, item.currency, localeOf(item))
                }
                way={item.way}
                facts={item.facts}
                currency={item.currency}
                locale={localeOf(item)}
              />
            </li>
          ))}
      </ul>
      {items.hasNextPage && (
        <Button className="mt-4" isBusy={items.isFetchingNextPage} onClick={() => void items.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}
