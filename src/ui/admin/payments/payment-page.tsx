'use client';

import Link from 'next/link';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { StateBadge } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { Facts } from '@/ui/kit/facts';
import { PageHeader, Panel } from '@/ui/kit/panel';
import { StaleNote } from '@/ui/kit/stale-note';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { askedByText } from '../actor-text';
import { api } from '../api';
import { dateTime, money, zoneName } from '../format';
import { useAdminHref } from '../use-admin-href';
import { useLive } from '../use-live';
import { useRefresh } from '../use-refresh';
import { useRestaurantOfRecord, useViewer } from '../viewer';
import { CancelDialog } from './cancel-dialog';
import { LedgerPanel } from './ledger-panel';
import { methodText } from './method-text';
import { OrdersPanel } from './orders-panel';
import { RefundDialog } from './refund-dialog';
import { ResendDialog } from './resend-dialog';
import { RetryDialog } from './retry-dialog';
import { Siblings, useSiblings } from './siblings';
import { Timeline } from './timeline';

const OPEN = ['PENDING', 'PROCESSING', 'FAILED'];
const DIALOGS = ['refund', 'cancel', 'retry', 'resend'] as const;

/** One payment: what it is, what happened to it, and what can be done about it. Follows live. */
export function PaymentPage({ paymentId }: { paymentId: string }) {
  const payment = api.payments.get.useQuery({ paymentId });
  const refunds = api.refunds.list.useQuery({ paymentId });
  const utils = api.useUtils();
  // In the address, so that it is open again after a reload or a new sign-in.
  const [dialog, setDialog] = useQueryState('do', parseAsStringLiteral(DIALOGS));
  const { role } = useViewer();
  const siblings = useSiblings(payment.data);
  const restaurant = useRestaurantOfRecord(payment.data?.restaurantId);
  const href = useAdminHref();
  const refresh = useRefresh(() =>
    Promise.all([
      utils.payments.invalidate(),
      utils.refunds.invalidate(),
      utils.ledger.invalidate(),
      utils.orders.invalidate(),
    ]),
  );
  useLive((event) => {
    if (event.paymentId === paymentId) refresh();
  }, refresh);

  if (payment.isPending) return <SkeletonRows rows={8} />;
  const { data } = payment;
  if (data === undefined) return <ErrorState error={payment.error} retry={refresh} />;
  const locale = restaurant?.locale;
  const zone = restaurant?.timeZone ?? 'UTC';
  const amount = (minor: number) => money(minor, data.currency, locale);
  const at = (iso: string | null) =>
    iso === null ? '–' : `${dateTime(iso, zone, locale)} ${zoneName(zone, new Date(iso))}`;
  const listed = siblings.data?.items.find(({ id }) => id === data.id);
  const leftMinor = data.totalMinor - data.refundedMinor;
  const { refundable } = data;
  const canRefund = (refundable?.allMinor ?? 0) > 0;
  const canCancel = data.status === 'PENDING' || data.status === 'FAILED';
  const canRetry = data.status === 'FAILED' && data.provider === 'STRIPE';
  const mayReadBooks = role === 'admin' || restaurant?.role === 'OWNER';
  const close = () => void setDialog(null);

  return (
    <>
      <Link href={href('/admin/payments')} className="text-sm">
        All payments
      </Link>
      <PageHeader
        title={amount(data.totalMinor)}
        actions={
          <>
            {canRefund && (
              <Button look="primary" onClick={() => void setDialog('refund')}>
                Refund
              </Button>
            )}
            {canRetry && (
              <Button look="primary" onClick={() => void setDialog('retry')}>
                Let try again
              </Button>
            )}
            {canCancel && <Button onClick={() => void setDialog('cancel')}>Cancel payment</Button>}
            {data.receiptUrl && (
              <Button asChild>
                <a href={data.receiptUrl} target="_blank" rel="noreferrer">
                  Receipt
                </a>
              </Button>
            )}
            {data.receiptUrl && <Button onClick={() => void setDialog('resend')}>Send receipt again</Button>}
          </>
        }
      >
        <StateBadge state={data.status} /> <span className="ml-2 font-mono text-xs">{data.id}</span>
      </PageHeader>
      {payment.isError && <StaleNote error={payment.error} retry={refresh} />}
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        <Panel title="Amounts">
          <Facts
            rows={[
              ['Subtotal', amount(data.subtotalMinor)],
              ['Tax', amount(data.taxMinor)],
              ['Tip', amount(data.tipMinor)],
              ['Total', amount(data.totalMinor)],
              ...(data.refundedMinor > 0
                ? ([
                    ['Refunded', amount(data.refundedMinor)],
                    ['Of it tip', amount(data.tipRefundedMinor)],
                    ['Left', amount(leftMinor)],
                  ] as const)
                : []),
            ]}
          />
        </Panel>
        <Panel title="Details">
          <Facts
            rows={[
              ['Restaurant', restaurant?.name ?? data.restaurantId],
              ['Method', methodText(data)],
              ['Table', data.tableId === null ? '–' : (listed?.tableName ?? data.tableId)],
              ['Receipt', data.receiptNumber ?? '–'],
              ['Business day', data.businessDay ?? '–'],
              ['Started', at(data.createdAt)],
              ['Completed', at(data.completedAt)],
              ...(OPEN.includes(data.status) ? ([['Held until', at(data.expiresAt)]] as const) : []),
              ['Stripe intent', data.paymentIntentId ?? '–'],
              ['Attempts', String(data.retryCount + 1)],
              ...(data.staffFailureReason ? ([['Last failure', data.staffFailureReason]] as const) : []),
              ...(data.failureReason ? ([['Guest was told', data.failureReason]] as const) : []),
            ]}
          />
        </Panel>
        <Panel title="Refunds" className="lg:col-span-2">
          {refunds.isPending ? (
            <SkeletonRows rows={1} />
          ) : refunds.data === undefined ? (
            <ErrorState error={refunds.error} retry={() => void refunds.refetch()} />
          ) : refunds.data.items.length === 0 ? (
            <p className="text-sm text-muted">Nothing was refunded.</p>
          ) : (
            <ul className="grid gap-2">
              {refunds.data.items.map((refund) => (
                <li key={refund.id} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 text-sm">
                  <span className="tabular font-medium">{amount(refund.refundMinor)}</span>
                  <StateBadge state={refund.status} />
                  <span>{refund.reason}</span>
                  <span className="text-muted">
                    {at(refund.createdAt)} by {askedByText(refund)}
                  </span>
                  {refund.failureReason && <span className="text-bad">{refund.failureReason}</span>}
                </li>
              ))}
            </ul>
          )}
        </Panel>
        <OrdersPanel paymentId={data.id} locale={locale} />
        <Siblings payment={data} locale={locale} />
        {mayReadBooks && <LedgerPanel paymentId={data.id} timeZone={zone} locale={locale} />}
        <Timeline
          paymentId={paymentId}
          timeZone={zone}
          currency={{ currency: data.currency, locale }}
          mayReadBooks={mayReadBooks}
        />
      </div>
      {dialog === 'refund' && refundable && canRefund && (
        <RefundDialog
          payment={data}
          refundable={refundable}
          locale={locale}
          onClose={close}
          onDone={refresh}
        />
      )}
      {dialog === 'retry' && canRetry && <RetryDialog payment={data} onClose={close} onDone={refresh} />}
      {dialog === 'cancel' && canCancel && (
        <CancelDialog paymentId={data.id} onClose={close} onDone={refresh} />
      )}
      {dialog === 'resend' && data.receiptUrl && (
        <ResendDialog paymentId={data.id} receiptUrl={data.receiptUrl} onClose={close} onDone={refresh} />
      )}
    </>
  );
}
