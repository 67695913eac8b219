'use client';

import type { ReactNode } from 'react';

import { StateBadge } from '@/ui/kit/badge';
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
    </ActionDialog>
  );
}
