'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { parseAsStringLiteral, useQueryStates } from 'nuqs';
import type { AppRouter } from '@/trpc/routers';
import { Badge, StateBadge, stateText, type Tone } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import type { Column } from '@/ui/kit/data-table';
import { Field, Select } from '@/ui/kit/field';
import { OneOf } from '@/ui/kit/filters';
import { api } from '../api';
import { businessDay, money } from '../format';
import { PagedTable } from '../paged-table';
import { useAdminHref } from '../use-admin-href';
import { useLive } from '../use-live';
import { useRefetch } from '../use-refresh';
import { useRestaurant, useViewer } from '../viewer';
import { Person } from './person';
import { WAY_ORDER, wayName } from './words';

type Discrepancy = inferRouterOutputs<AppRouter>['reconciliation']['discrepancies']['list']['items'][number];
const STATES = ['OPEN', 'RESOLVED'] as const;
const ASSIGNED = ['me', 'nobody'] as const;
const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
export const SEVERITY_TONES: Record<string, Tone> = {
  CRITICAL: 'bad',
  HIGH: 'bad',
  MEDIUM: 'warning',
  LOW: 'neutral',
};

/** Everything that does not fit and that nobody has settled yet. */
export function WorkList() {
  const href = useAdminHref();
  const { restaurants, userId } = useViewer();
  const { restaurant } = useRestaurant();
  const [filters, set] = useQueryStates({
    state: parseAsStringLiteral(STATES).withDefault('OPEN'),
    severity: parseAsStringLiteral(SEVERITIES),
    way: parseAsStringLiteral(WAY_ORDER),
    assigned: parseAsStringLiteral(ASSIGNED),
  });
  const asked = {
    state: filters.state,
    ...(restaurant && { restaurantId: restaurant.id }),
    ...(filters.severity && { severity: filters.severity }),
    ...(filters.way && { way: filters.way }),
    ...(filters.assigned && { assignedTo: filters.assigned === 'me' ? userId : filters.assigned }),
  };
  const list = api.reconciliation.discrepancies.list.useInfiniteQuery(
    { ...asked, limit: 100 },
    { getNextPageParam: (page) => page.nextCursor },
  );
  const refresh = useRefetch(list);
  useLive((event) => {
    if (event.type === 'reconciliation:finished') refresh();
  }, refresh);
  const placeOf = (row: Discrepancy) => restaurants.find(({ id }) => id === row.restaurantId) ?? null;
  const isFiltered = filters.severity !== null || filters.way !== null || filters.assigned !== null;
  const amount = (row: Discrepancy, minor: number | null) => {
    if (minor === null || row.currency === null) return '–';
    return money(minor, row.currency, placeOf(row)?.locale);
  };
  const columns: Column<Discrepancy>[] = [
    {
      id: 'day',
      header: 'Day',
      width: '6.5rem',
      // What has no day of its own was found on one, which is the restaurant's.
      cell: (row) => row.day ?? businessDay(placeOf(row), 0, new Date(row.createdAt)),
    },
    {
      id: 'severity',
      header: 'Severity',
      width: '5.5rem',
      cell: (row) => (
        <Badge tone={SEVERITY_TONES[row.severity] ?? 'neutral'}>{stateText(row.severity)}</Badge>
      ),
    },
    { id: 'state', header: 'State', width: '6rem', cell: (row) => <StateBadge state={row.state} /> },
    { id: 'way', header: 'Found on', width: '7rem', cell: (row) => wayName(row.way) },
    { id: 'what', header: 'What', width: 'minmax(20rem, 1fr)', cell: (row) => row.description },
    {
      id: 'expected',
      header: 'Expected',
      width: '7rem',
      isNumber: true,
      cell: (row) => amount(row, row.expectedMinor),
    },
    {
      id: 'actual',
      header: 'Found',
      width: '7rem',
      isNumber: true,
      cell: (row) => amount(row, row.actualMinor),
    },
    {
      id: 'who',
      header: 'Assigned to',
      width: '9rem',
      cell: (row) =>
        row.assignedTo === null ? 'nobody' : <Person restaurantId={row.restaurantId} id={row.assignedTo} />,
    },
  ];
  return (
    <>
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <Field label="State" className="w-36">
          {(control) => (
            <Select
              {...control}
              value={filters.state}
              onChange={(event) =>
                void set({ state: event.target.value === 'RESOLVED' ? 'RESOLVED' : 'OPEN' })
              }
            >
              <option value="OPEN">Open</option>
              <option value="RESOLVED">Resolved</option>
            </Select>
          )}
        </Field>
        <OneOf
          label="Severity"
          none="Any"
          all={SEVERITIES}
          chosen={filters.severity}
          onChoose={(severity) => void set({ severity })}
          textOf={stateText}
          className="w-36"
        />
        <OneOf
          label="Found on"
          none="Any way"
          all={WAY_ORDER}
          chosen={filters.way}
          onChoose={(way) => void set({ way })}
          textOf={wayName}
          className="w-36"
        />
        <OneOf
          label="Assigned to"
          none="Anybody"
          all={ASSIGNED}
          chosen={filters.assigned}
          onChoose={(assigned) => void set({ assigned })}
          textOf={stateText}
          className="w-36"
        />
        <Button asChild>
          <a href={`/api/exports/discrepancies.csv?${new URLSearchParams(asked)}`} download>
            Export
          </a>
        </Button>
      </div>
      <PagedTable
        list={list}
        label="Discrepancies"
        columns={columns}
        rowKey={(row) => row.id}
        hrefOf={(row) => href(`/admin/reconciliation/${row.id}`)}
        empty={
          isFiltered
            ? { title: 'Nothing matches', text: 'Other filters may show what does not fit.' }
            : filters.state === 'RESOLVED'
              ? { title: 'Nothing was resolved yet', text: 'What was corrected or accepted appears here.' }
              : {
                  title: 'Everything fits',
                  text: 'Start a run to look again; nightly runs do it by themselves.',
                }
        }
      />
    </>
  );
}
