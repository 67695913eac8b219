'use client';

import type { ReactNode } from 'react';
import { StateBadge } from '@/ui/kit/badge';
import { Json } from '@/ui/kit/json';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';
import { dateTime } from '../format';
import type { InboxEvent } from './webhooks-page';

/** One event: its state, its error, what it waits for, and the way to try it again. */
export function EventDialog({
  event,
  onClose,
  onDone,
}: {
  event: InboxEvent;
  onClose(): void;
  onDone(): void;
}) {
  const replay = api.inbox.replay.useMutation();
  const rows: (readonly [string, ReactNode])[] = [
    ['State', <StateBadge key="state" state={event.state} />],
    ['Event', event.eventId],
    ['Object', event.objectId],
    ['Received', `${dateTime(event.receivedAt, 'UTC')} UTC`],
    ['Came by', event.source.toLowerCase()],
    ['Attempts', event.attempts],
    ['Next attempt', event.nextAttemptAt ? `${dateTime(event.nextAttemptAt, 'UTC')} UTC` : '–'],
    ['Waits for', event.waitingFor ?? '–'],
    ['Outcome', event.outcome ?? '–'],
    ['Error', event.lastError ?? '–'],
  ];
  return (
    <ActionDialog
      title={event.type}
      operation={`replay.${event.eventId}.${event.attempts}`}
      submitLabel="Replay"
      inputOf={() => ({ eventIds: [event.eventId] })}
      mutation={replay}
      success="The event was tried again."
      onClose={onClose}
      onDone={onDone}
    >
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="break-all">{value}</dd>
          </div>
        ))}
      </dl>
      <Payload eventId={event.eventId} />
    </ActionDialog>
  );
}

/** What Stripe sent, as it came. It holds personal data, and goes with its age. */
function Payload({ eventId }: { eventId: string }) {
  const event = api.inbox.get.useQuery({ eventId });
  if (event.isPending) return <SkeletonRows rows={2} />;
  if (event.isError) return <ErrorState error={event.error} retry={() => void event.refetch()} />;
  if (event.data.payload === null)
    return <p className="text-sm text-muted">What Stripe sent has been deleted by age.</p>;
  return (
    <details className="text-sm">
      <summary className="cursor-pointer font-medium">What Stripe sent</summary>
      <Json label="What Stripe sent" value={event.data.payload} className="mt-2 max-h-72" />
    </details>
  );
}
