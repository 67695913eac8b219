'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { parseAsString, useQueryStates } from 'nuqs';
import { useState } from 'react';
import type { AppRouter } from '@/trpc/routers';
import { Button } from '@/ui/kit/button';
import type { Column } from '@/ui/kit/data-table';
import { Dialog } from '@/ui/kit/dialog';
import { Facts } from '@/ui/kit/facts';
import { Field, Input } from '@/ui/kit/field';
import { DayField, Unfolding } from '@/ui/kit/filters';
import { PageHeader } from '@/ui/kit/panel';
import { EmptyState } from '@/ui/kit/states';
import { actorText } from '../actor-text';
import { api } from '../api';
import { dayStart, nextDay } from '../day-start';
import { useDayZone } from '../day-zone';
import { dateTime, zoneName } from '../format';
import { PagedTable } from '../paged-table';
import { useIsOwner, useRestaurant, useViewer, type ViewerRestaurant } from '../viewer';
import { actionText, detailRows } from './audit-text';

type Entry = inferRouterOutputs<AppRouter>['audit']['list']['items'][number];

/** The audit has no live events: what others do appears within this time. */
const REFRESH_MS = 30_000;

/** Who did what beside payments: settings, drawers, replays and, for admins, sign-ins. */
export function AuditPage() {
  const { restaurant } = useRestaurant();
  const mayRead = useIsOwner();
  return (
    <>
      <PageHeader title="Audit log">
        Nobody can change it. What happened to a payment stands on the payment’s own page.
      </PageHeader>
      {mayRead ? (
        <Entries restaurant={restaurant} />
      ) : (
        <EmptyState title="Only owners read the audit log">Ask an owner of the restaurant.</EmptyState>
      )}
    </>
  );
}

function Entries({ restaurant }: { restaurant: ViewerRestaurant | null }) {
  const { restaurants } = useViewer();
  const [opened, setOpened] = useState<Entry | null>(null);
  const [filters, set] = useQueryStates(
    {
      action: parseAsString.withDefault(''),
      who: parseAsString.withDefault(''),
      subject: parseAsString.withDefault(''),
      from: parseAsString.withDefault(''),
      to: parseAsString.withDefault(''),
    },
    { throttleMs: 200 },
  );
  const timeZone = useDayZone();
  const list = api.audit.list.useInfiniteQuery(
    { limit: 100, ...(restaurant && { restaurantId: restaurant.id }), ...filterInput(filters, timeZone) },
    {
      getNextPageParam: (page) => page.nextCursor,
      placeholderData: (before) => before,
      refetchInterval: REFRESH_MS,
    },
  );
  const placeOf = (id: string | null) => restaurants.find((one) => one.id === id) ?? null;
  const at = (row: Entry) => {
    const place = placeOf(row.restaurantId);
    const zone = place?.timeZone ?? 'UTC';
    return `${dateTime(row.at, zone, place?.locale)} ${zoneName(zone, new Date(row.at))}`;
  };
  const detailsOf = (row: Entry) => detailRows(row.details, placeOf(row.restaurantId));
  const columns: Column<Entry>[] = [
    { id: 'at', header: 'When', width: '14rem', cell: at },
    { id: 'who', header: 'Who', width: '11rem', cell: (row) => actorText(row.actor, row.actorName) },
    { id: 'action', header: 'What', width: '11rem', cell: (row) => actionText(row.action) },
    {
      id: 'details',
      header: 'Details',
      width: 'minmax(18rem, 1fr)',
      cell: (row) =>
        detailsOf(row)
          .map(([name, value]) => `${name}: ${value}`)
          .join(' · ') || '–',
    },
    {
      id: 'subject',
      header: 'About',
      width: '16rem',
      cell: (row) => (
        <span className="text-muted">
          {row.subjectType.replaceAll('_', ' ')} <span className="font-mono text-xs">{row.subjectId}</span>
        </span>
      ),
    },
    {
      id: 'restaurant',
      header: 'Restaurant',
      width: '9rem',
      cell: (row) => placeOf(row.restaurantId)?.name ?? row.restaurantId ?? '–',
    },
  ];
  const isFiltered = Object.values(filters).some((value) => value !== '');
  return (
    <>
      <search aria-label="Filter the audit log" className="mb-4 flex flex-wrap items-end gap-3">
        <Field label="What begins with" className="min-w-40 flex-1 sm:max-w-52">
          {(control) => (
            <Input
              {...control}
              placeholder="settings, drawer, login"
              maxLength={64}
              value={filters.action}
              onChange={(event) => void set({ action: event.target.value || null })}
            />
          )}
        </Field>
        <Unfolding>
          <Field label="Who, by id" className="min-w-40 flex-1 md:w-52 md:flex-none">
            {(control) => (
              <Input
                {...control}
                maxLength={300}
                value={filters.who}
                onChange={(event) => void set({ who: event.target.value || null })}
              />
            )}
          </Field>
          <Field label="About, by id" className="min-w-40 flex-1 md:w-52 md:flex-none">
            {(control) => (
              <Input
                {...control}
                maxLength={255}
                value={filters.subject}
                onChange={(event) => void set({ subject: event.target.value || null })}
              />
            )}
          </Field>
          <DayField
            label={`From day (${zoneName(timeZone)})`}
            day={filters.from}
            onChange={(from) => void set({ from })}
          />
          <DayField
            label={`To day (${zoneName(timeZone)})`}
            day={filters.to}
            onChange={(to) => void set({ to })}
          />
        </Unfolding>
        {isFiltered && (
          <Button look="quiet" onClick={() => void set(null)}>
            Clear
          </Button>
        )}
      </search>
      <PagedTable
        list={list}
        label="Audit log"
        columns={columns}
        rowKey={(row) => row.id}
        onOpen={(row) => setOpened(row)}
        empty={
          isFiltered
            ? { title: 'Nothing matches', text: 'Clear the filters to see everything.' }
            : {
                title: 'Nothing has happened yet',
                text: 'Changes of settings, drawers and the like appear here.',
              }
        }
      />
      {opened && (
        <Dialog title={actionText(opened.action)} isOpen onClose={() => setOpened(null)}>
          <Facts
            rows={[
              ['When', at(opened)],
              ['Who', opened.actorName ? `${opened.actorName} (${opened.actor})` : opened.actor],
              ['About', `${opened.subjectType.replaceAll('_', ' ')} ${opened.subjectId}`],
              ['Restaurant', placeOf(opened.restaurantId)?.name ?? opened.restaurantId ?? '–'],
              ...detailsOf(opened),
              ['Request', opened.requestId ?? '–'],
            ]}
          />
        </Dialog>
      )}
    </>
  );
}

/** What is typed as the list takes it; days count whole, in the zone. */
function filterInput(
  filters: { action: string; who: string; subject: string; from: string; to: string },
  timeZone: string,
) {
  const isDay = (day: string) => day !== '' && !Number.isNaN(Date.parse(`${day}T00:00:00Z`));
  const [action, actor, subjectId] = [filters.action, filters.who, filters.subject].map((text) =>
    text.trim(),
  );
  return {
    ...(action && { action }),
    ...(actor && { actor }),
    ...(subjectId && { subjectId }),
    ...(isDay(filters.from) && { from: dayStart(filters.from, timeZone) }),
    ...(isDay(filters.to) && { to: dayStart(nextDay(filters.to), timeZone) }),
  };
}
