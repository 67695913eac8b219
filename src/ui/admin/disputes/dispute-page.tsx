'use client';

import Link from 'next/link';
import { StateBadge, stateText } from '@/ui/kit/badge';
import { Facts } from '@/ui/kit/facts';
import { PageHeader, Panel } from '@/ui/kit/panel';
import { StaleNote } from '@/ui/kit/stale-note';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { dateTime, money, zoneName } from '../format';
import { useAdminHref } from '../use-admin-href';
import { useLive } from '../use-live';
import { useRefetch } from '../use-refresh';
import { useTeam } from '../use-team';
import { useRestaurantOfRecord } from '../viewer';
import { Deadline } from './deadline';
import { FILE_KINDS, textLabel } from './evidence-fields';
import { EvidenceForm } from './evidence-form';
import { DisputeState, isAnswerable } from './state';

/** One dispute: what the bank asks, what it has taken, what was answered, and the form to answer in time. */
export function DisputePage({ disputeId }: { disputeId: string }) {
  const dispute = api.disputes.get.useQuery({ disputeId });
  const restaurant = useRestaurantOfRecord(dispute.data?.restaurantId);
  const href = useAdminHref();
  const refresh = useRefetch(dispute);
  useLive((event) => {
    if (event.paymentId !== null && event.paymentId === dispute.data?.paymentId) refresh();
  }, refresh);

  if (dispute.isPending) return <SkeletonRows rows={8} />;
  const { data } = dispute;
  if (data === undefined) return <ErrorState error={dispute.error} retry={refresh} />;
  const locale = restaurant?.locale;
  const zone = restaurant?.timeZone ?? 'UTC';
  const amountIn = (currency: string) => (minor: number) => money(minor, currency, locale);
  const amount = amountIn(data.currency);
  const at = (iso: string | null) =>
    iso === null ? '–' : `${dateTime(iso, zone, locale)} ${zoneName(zone, new Date(iso))}`;
  const canAnswer = isAnswerable(data);
  return (
    <>
      <Link href={href('/admin/disputes')} className="text-sm">
        All disputes
      </Link>
      <PageHeader title={`${amount(data.amountMinor)} in question`}>
        <DisputeState status={data.status} /> <span className="ml-2 font-mono text-xs">{data.id}</span>
      </PageHeader>
      {dispute.isError && <StaleNote error={dispute.error} retry={refresh} />}
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2 lg:items-start">
        <div className="grid grid-cols-1 gap-4">
          <Panel title="What the bank asks">
            <Facts
              rows={[
                ['The guest says', stateText(data.reason)],
                [
                  'Payment',
                  <Link
                    key="payment"
                    href={href(`/admin/payments/${data.paymentId}`)}
                    className="font-mono text-xs"
                  >
                    {data.paymentId}
                  </Link>,
                ],
                ['Order', data.orderId],
                ['Restaurant', restaurant?.name ?? data.restaurantId],
                ['Opened', at(data.openedAt)],
                ['Answer until', at(data.evidenceDueAt)],
                ...(canAnswer
                  ? ([['Time left', <Deadline key="deadline" dueAt={data.evidenceDueAt} />]] as const)
                  : []),
                ['Decided', at(data.closedAt)],
              ]}
            />
          </Panel>
          <Panel title="What it has moved">
            {data.funds.length === 0 ? (
              <p className="text-sm text-muted">No money has moved yet.</p>
            ) : (
              data.funds.map((funds) => {
                const moved = amountIn(funds.currency);
                return (
                  <Facts
                    key={funds.currency}
                    rows={[
                      ['Taken', moved(funds.withdrawnMinor)],
                      ['Given back', moved(funds.reinstatedMinor)],
                      ['Fee of the processor', moved(funds.feeMinor)],
                    ]}
                  />
                );
              })
            )}
          </Panel>
        </div>
        <div className="grid grid-cols-1 gap-4">
          {data.evidence.map((evidence) => (
            <Evidence key={evidence.id} evidence={evidence} restaurantId={data.restaurantId} at={at} />
          ))}
          {canAnswer && !data.evidence.some(({ state }) => state === 'SENDING') ? (
            <EvidenceForm disputeId={data.id} onDone={refresh} />
          ) : (
            data.evidence.length === 0 && (
              <Panel title="Answer">
                <p className="text-sm text-muted">Nothing was sent, and nothing can be sent any more.</p>
              </Panel>
            )
          )}
        </div>
      </div>
    </>
  );
}

/** What was sent, as it was sent. */
function Evidence({
  evidence,
  restaurantId,
  at,
}: {
  evidence: {
    state: string;
    texts: Record<string, string>;
    files: { kind: keyof typeof FILE_KINDS; fileId: string; name: string }[];
    failureReason: string | null;
    submittedBy: string;
    createdAt: string;
  };
  restaurantId: string;
  at(iso: string): string;
}) {
  const { nameOf } = useTeam(restaurantId);
  return (
    <Panel title="Answer to the bank" actions={<StateBadge state={evidence.state} />}>
      <p className="mb-4 text-xs text-muted">
        {at(evidence.createdAt)} by {nameOf(evidence.submittedBy)}
      </p>
      {evidence.failureReason && (
        <p className="mb-4 rounded-lg bg-bad-surface p-3 text-sm text-bad">{evidence.failureReason}</p>
      )}
      <Facts
        rows={[
          ...Object.entries(evidence.texts).map(([name, text]) => [textLabel(name), text] as const),
          ...evidence.files.map((file) => [FILE_KINDS[file.kind], `${file.name}, ${file.fileId}`] as const),
        ]}
      />
    </Panel>
  );
}
