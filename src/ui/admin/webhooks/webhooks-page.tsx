'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useState } from 'react';
import type { AppRouter } from '@/trpc/routers';
import { StateBadge, stateText } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import type { Column } from '@/ui/kit/data-table';
import { OneOf } from '@/ui/kit/filters';
import { PageHeader } from '@/ui/kit/panel';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';
import { dateTime } from '../format';
import { PagedTable } from '../paged-table';
import { useLive } from '../use-live';
import { useRefetch } from '../use-refresh';
import { EventDialog } from './event-dialog';
import { LagGraph } from './lag-graph';

export type InboxEvent = inferRouterOutputs<AppRouter>['inbox']['list']['items'][number];
const STATES = ['DEAD', 'RETRY', 'WAITING', 'APPLIED', 'IGNORED'] as const;
/** What the server replays in one call. */
const MOST_AT_ONCE = 100;

/** Stripe's events as they came: what is dead, retried or waiting, and why; replayed one by one or all that are shown. */
export function WebhooksPage() {
  const [state, setState] = useQueryState('state', parseAsStringLiteral(STATES));
  const [opened, setOpened] = useState<InboxEvent | null>(null);
  const [isReplaying, setReplaying] = useState(false);
  const list = api.inbox.list.useInfiniteQuery(
    { limit: 100, ...(state && { state: [state] }) },
    { getNextPageParam: (page) => page.nextCursor },
  );
  const replay = api.inbox.replay.useMutation();
  const refresh = useRefetch(list);
  useLive((event) => {
    if (event.type === 'webhook:dead') refresh();
  }, refresh);
  const shown = (list.data?.pages.flatMap((page) => page.items) ?? [])
    .filter((event) => event.state === 'DEAD' || event.state === 'RETRY' || event.state === 'WAITING')
    .slice(0, MOST_AT_ONCE);

  const columns: Column<InboxEvent>[] = [
    {
      id: 'time',
      header: 'Received (UTC)',
      width: '11.5rem',
      cell: (row) => dateTime(row.receivedAt, 'UTC'),
    },
    { id: 'state', header: 'State', width: '6rem', cell: (row) => <StateBadge state={row.state} /> },
    { id: 'type', header: 'Type', width: '16rem', cell: (row) => row.type },
    { id: 'attempts', header: 'Attempts', width: '5rem', isNumber: true, cell: (row) => row.attempts },
    {
      id: 'error',
      header: 'Why',
      width: 'minmax(16rem, 1fr)',
      cell: (row) => row.lastError ?? row.outcome ?? '–',
    },
    {
      id: 'id',
      header: 'Event',
      width: '17rem',
      cell: (row) => <span className="font-mono text-xs text-muted">{row.eventId}</span>,
    },
  ];
  return (
    <>
      <PageHeader
        title="Webhooks"
        actions={
          <Button disabled={shown.length === 0} onClick={() => setReplaying(true)}>
            Replay {shown.length} shown
          </Button>
        }
      >
        Replaying is always safe: an applied event stays as it is.
      </PageHeader>
      <LagGraph />
      <OneOf
        label="State"
        none="Needs attention"
        all={STATES}
        chosen={state}
        onChoose={(next) => void setState(next)}
        textOf={stateText}
        className="mb-4 w-52"
      />
      <PagedTable
        list={list}
        label="Webhook events"
        columns={columns}
        rowKey={(row) => row.eventId}
        onOpen={(event) => setOpened(event)}
        empty={
          state === null
            ? { title: 'Nothing needs attention', text: 'Every event of Stripe has been applied.' }
            : { title: 'No event is in this state', text: 'Choose “Needs attention” to see what waits.' }
        }
      />
      {opened && <EventDialog event={opened} onClose={() => setOpened(null)} onDone={refresh} />}
      {isReplaying && (
        <ActionDialog
          title={`Replay ${shown.length} events`}
          description="Each is tried again now; what fails stays here with its error."
          operation={`replay.${shown.map(({ eventId }) => eventId).join('.')}`}
          submitLabel="Replay"
          inputOf={() => ({ eventIds: shown.map(({ eventId }) => eventId) })}
          mutation={replay}
          success="The events were tried again."
          onClose={() => setReplaying(false)}
          onDone={refresh}
        />
      )}
    </>
  );
}
