'use client';

import Link from 'next/link';
import { isCaptured } from '@/domain/payment/status';
import { StateBadge } from '@/ui/kit/badge';
import { Panel } from '@/ui/kit/panel';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { money } from '../format';
import { useAdminHref } from '../use-admin-href';
import { methodText } from './method-text';

type Payment = { id: string; orderId: string; splitGroupId: string | null };

/** Every payment of the bill, this one included, as lists show them. */
export function useSiblings(payment: Payment | undefined) {
  const input = payment?.splitGroupId
    ? { splitGroupId: payment.splitGroupId }
    : { orderId: payment?.orderId };
  return api.payments.list.useQuery(input, { enabled: payment !== undefined });
}

/** The payments of the same bill: the shares of a fixed split, or all payments of the order. */
export function Siblings({ payment, locale }: { payment: Payment; locale: string | undefined }) {
  const { splitGroupId } = payment;
  const href = useAdminHref();
  const shares = useSiblings(payment);
  const isAlone = shares.data?.items.every(({ id }) => id === payment.id) ?? false;
  if (isAlone || (shares.isPending && splitGroupId === null)) return null;
  const items = shares.data?.items ?? [];
  const sumMinor = items
    .filter(({ status }) => isCaptured(status))
    .reduce((sum, share) => sum + share.totalMinor - share.refundedMinor, 0);
  return (
    <Panel
      title={splitGroupId === null ? 'Payments of this bill' : 'Shares of the bill'}
      className="lg:col-span-2"
      actions={
        // A part of them says nothing of the bill.
        items[0] &&
        shares.data?.nextCursor === null && (
          <span className="tabular text-sm text-muted">
            {money(sumMinor, items[0].currency, locale)} received
          </span>
        )
      }
    >
      {shares.isPending ? (
        <SkeletonRows rows={2} />
      ) : shares.isError ? (
        <ErrorState error={shares.error} retry={() => void shares.refetch()} />
      ) : (
        <ul className="grid gap-2 text-sm">
          {items.map((share) => (
            <li key={share.id} className="flex flex-wrap items-center gap-x-4 gap-y-1">
              <span className="tabular font-medium">{money(share.totalMinor, share.currency, locale)}</span>
              <StateBadge state={share.status} />
              <span className="text-muted">{methodText(share)}</span>
              {share.id === payment.id ? (
                <span className="text-muted">this payment</span>
              ) : (
                <Link href={href(`/admin/payments/${share.id}`)} className="font-mono text-xs">
                  {share.id}
                </Link>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
