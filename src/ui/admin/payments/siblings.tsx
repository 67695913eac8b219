'use client';

import Link from 'next/link';
import { StateBadge } from '@/ui/kit/badge';
import { Panel } from '@/ui/kit/panel';
import { api } from '../api';
import { money } from '../format';
import { useRestaurantById } from '../viewer';

/** The other shares of a divided bill. */
export function Siblings({ groupId, paymentId }: { groupId: string; paymentId: string }) {
  const shares = api.payments.list.useQuery({ splitGroupId: groupId });
  const restaurant = useRestaurantById(shares.data?.items[0]?.restaurantId);
  return (
    <Panel title="Shares of the bill" className="lg:col-span-2">
      <ul className="grid gap-2 text-sm">
        {shares.data?.items.map((share) => (
          <li key={share.id} className="flex flex-wrap items-center gap-4">
            <span className="tabular font-medium">
              {money(share.totalMinor, share.currency, restaurant?.locale)}
            </span>
            <StateBadge state={share.status} />
            {share.id === paymentId ? (
              <span className="text-muted">this payment</span>
            ) : (
              <Link href={`/admin/payments/${share.id}`} className="font-mono text-xs">
                {share.id}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
