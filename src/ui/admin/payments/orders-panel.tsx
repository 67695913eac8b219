'use client';

import { StateBadge } from '@/ui/kit/badge';
import { Panel } from '@/ui/kit/panel';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { money } from '../format';

/** What was eaten: the orders that the payment covers with their lines, and its part of each. */
export function OrdersPanel({ paymentId, locale }: { paymentId: string; locale: string | undefined }) {
  const covered = api.payments.coveredOrders.useQuery({ paymentId });
  return (
    <Panel title={(covered.data?.length ?? 1) > 1 ? 'Orders' : 'Order'} className="lg:col-span-2">
      {covered.isPending ? (
        <SkeletonRows rows={3} />
      ) : covered.isError ? (
        <ErrorState error={covered.error} retry={() => void covered.refetch()} />
      ) : (
        <div className="grid gap-6">
          {covered.data.map((part) => (
            <CoveredOrder key={part.orderId} part={part} locale={locale} />
          ))}
        </div>
      )}
    </Panel>
  );
}

function CoveredOrder({
  part,
  locale,
}: {
  part: { orderId: string; allocatedMinor: number; refundedMinor: number };
  locale: string | undefined;
}) {
  const order = api.orders.get.useQuery({ orderId: part.orderId });
  if (order.isPending) return <SkeletonRows rows={3} />;
  if (order.isError) return <ErrorState error={order.error} retry={() => void order.refetch()} />;
  const { data } = order;
  const amount = (minor: number) => money(minor, data.currency, locale);
  const sums = [
    ['Tax', data.taxMinor],
    ['Tip on the order', data.tipMinor],
    ['Taken off the bill', data.adjustmentMinor],
  ] as const;
  return (
    <div>
      <div className="mb-2 flex flex-wrap items-center gap-3 text-sm">
        <span className="font-medium">Order {data.orderNumber}</span>
        <StateBadge state={data.paymentState} />
        <span className="font-mono text-xs text-muted">{data.id}</span>
      </div>
      <table aria-label={`Lines of order ${data.orderNumber}`} className="w-full text-sm">
        <tbody>
          {data.items.map((item) => (
            <tr key={item.id} className="border-b border-line">
              <td className="py-1.5 pr-3 align-top whitespace-nowrap text-muted">{item.quantity} ×</td>
              <td className="w-full py-1.5 pr-3 align-top">{item.name}</td>
              <td className="tabular py-1.5 text-right align-top whitespace-nowrap">
                {amount(item.subtotalMinor)}
              </td>
            </tr>
          ))}
          {sums
            .filter(([, minor]) => minor !== 0)
            .map(([name, minor]) => (
              <Sum key={name} name={name} text={amount(minor)} />
            ))}
          <Sum name="Bill" text={amount(data.totalMinor)} isStrong />
          <Sum name="Of it this payment" text={amount(part.allocatedMinor)} />
          {part.refundedMinor > 0 && <Sum name="Of that given back" text={amount(part.refundedMinor)} />}
          <Sum name="Still due" text={amount(data.remainingMinor)} />
        </tbody>
      </table>
    </div>
  );
}

function Sum({ name, text, isStrong = false }: { name: string; text: string; isStrong?: boolean }) {
  return (
    <tr className={isStrong ? 'font-medium' : undefined}>
      <td />
      <th
        scope="row"
        className={`py-1 pr-3 text-left ${isStrong ? 'font-medium' : 'font-normal text-muted'}`}
      >
        {name}
      </th>
      <td className="tabular py-1 text-right whitespace-nowrap">{text}</td>
    </tr>
  );
}
