'use client';

import Link from 'next/link';
import { useState } from 'react';
import { Badge, StateBadge, stateText } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { Field, Select, TextArea } from '@/ui/kit/field';
import { PageHeader, Panel } from '@/ui/kit/panel';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';
import { dateTime, money } from '../format';
import { useRestaurantById } from '../viewer';
import { SideBySide } from './side-by-side';
import { wayName } from './words';
import { SEVERITY_TONES } from './work-list';

type Asked = 'note' | 'accept' | 'resolve' | 'reopen';

/** One thing that does not fit: both sides, why, what was done, and what can be done. */
export function DiscrepancyPage({ discrepancyId }: { discrepancyId: string }) {
  const found = api.reconciliation.discrepancies.get.useQuery({ discrepancyId });
  const restaurant = useRestaurantById(found.data?.restaurantId);
  const [asked, setAsked] = useState<Asked | null>(null);
  if (found.isPending) return <SkeletonRows rows={6} />;
  if (found.isError) return <ErrorState error={found.error} retry={() => void found.refetch()} />;
  const { data } = found;
  const amount = (minor: number | null) =>
    minor === null || data.currency === null ? null : money(minor, data.currency, restaurant?.locale);
  const isOpen = data.state === 'OPEN';
  return (
    <>
      <Link href="/admin/reconciliation" className="text-sm">
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
            <Button onClick={() => setAsked('note')}>Note</Button>
          </>
        }
      >
        <StateBadge state={data.state} />{' '}
        <Badge tone={SEVERITY_TONES[data.severity] ?? 'neutral'}>{stateText(data.severity)}</Badge>{' '}
        <span className="ml-2">
          {wayName(data.way)}, {restaurant?.name ?? 'no restaurant'}
        </span>
      </PageHeader>
      <div className="grid gap-4 lg:grid-cols-2">
        <Panel title="Both sides">
          <SideBySide
            ours={amount(data.expectedMinor)}
            theirs={amount(data.actualMinor)}
            way={data.way}
            facts={data.facts}
          />
          {data.paymentId && (
            <p className="mt-4 text-sm">
              <Link href={`/admin/payments/${data.paymentId}`}>Open the payment</Link>
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
                    {action.actor}
                  </p>
                </li>
              ))}
            </ol>
          )}
        </Panel>
      </div>
      {asked && (
        <Action
          asked={asked}
          discrepancyId={discrepancyId}
          version={data.updatedAt}
          hasPayment={data.paymentId !== null}
          onClose={() => setAsked(null)}
          onDone={() => void found.refetch()}
        />
      )}
    </>
  );
}

const TITLES: Record<Asked, { title: string; submit: string; success: string }> = {
  note: { title: 'Add a note', submit: 'Add', success: 'The note is kept.' },
  accept: {
    title: 'Accept as it is',
    submit: 'Accept',
    success: 'Accepted. It comes back only if facts change.',
  },
  resolve: { title: 'Correct it', submit: 'Correct', success: 'Corrected.' },
  reopen: { title: 'Reopen', submit: 'Reopen', success: 'It is on the work list again.' },
};

/** Every action has a reason; all of them are in the audit. */
function Action({
  asked,
  discrepancyId,
  version,
  hasPayment,
  onClose,
  onDone,
}: {
  asked: Asked;
  discrepancyId: string;
  version: string;
  hasPayment: boolean;
  onClose(): void;
  onDone(): void;
}) {
  const { discrepancies } = api.reconciliation;
  const note = discrepancies.note.useMutation();
  const accept = discrepancies.accept.useMutation();
  const reopen = discrepancies.reopen.useMutation();
  const resolve = discrepancies.resolve.useMutation();
  const { title, submit, success } = TITLES[asked];
  const common = {
    title,
    operation: `${asked}.${discrepancyId}.${version}`,
    submitLabel: submit,
    success,
    onClose,
    onDone,
  };
  const reason = (
    <Field label="Reason">
      {(control) => <TextArea {...control} name="reason" maxLength={1000} required />}
    </Field>
  );
  const reasonOf = (fields: FormData) => ({ discrepancyId, reason: String(fields.get('reason')).trim() });
  if (asked !== 'resolve')
    return (
      <ActionDialog {...common} inputOf={reasonOf} mutation={{ note, accept, reopen }[asked]}>
        {reason}
      </ActionDialog>
    );
  return (
    <ActionDialog
      {...common}
      inputOf={(fields) => ({ ...reasonOf(fields), by: { kind: wayToCorrect(fields.get('by')) } })}
      mutation={resolve}
    >
      <Field label="How">
        {(control) => (
          <Select {...control} name="by" defaultValue={hasPayment ? 'REFRESH_PAYMENT' : 'ELSEWHERE'}>
            {hasPayment && <option value="REFRESH_PAYMENT">Ask Stripe about the payment again</option>}
            {hasPayment && <option value="REFUND">Refund what is left of the payment</option>}
            <option value="ELSEWHERE">It was put right elsewhere</option>
          </Select>
        )}
      </Field>
      {reason}
    </ActionDialog>
  );
}

function wayToCorrect(value: FormDataEntryValue | null): 'REFRESH_PAYMENT' | 'REFUND' | 'ELSEWHERE' {
  return value === 'REFRESH_PAYMENT' || value === 'REFUND' ? value : 'ELSEWHERE';
}
