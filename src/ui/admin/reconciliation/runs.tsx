'use client';

import { parseAsString, useQueryState } from 'nuqs';
import { useState } from 'react';
import { StateBadge } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { Field, Input } from '@/ui/kit/field';
import { Panel } from '@/ui/kit/panel';
import { EmptyState, ErrorState, SkeletonRows } from '@/ui/kit/states';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';
import { useDayZone } from '../day-zone';
import { businessDay, dateTime, zoneName } from '../format';
import { useLive } from '../use-live';
import { useRestaurant } from '../viewer';
import { RunProgress } from './run-progress';
import { RunSummary } from './run-summary';
import { daysText, isUnderWay } from './words';

/** Runs, newest first; the chosen one with its ways and totals. */
export function Runs() {
  const { restaurant } = useRestaurant();
  const [chosen, setChosen] = useQueryState('run', parseAsString);
  const zone = useDayZone();
  const [isStarting, setStarting] = useState(false);
  const [isOfChanges, setOfChanges] = useState(false);
  const list = api.reconciliation.runs.list.useQuery(
    { limit: 20, ...(restaurant && { restaurantId: restaurant.id }) },
    // A run under way is followed; a finished one is told live.
    { refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? 1_500 : false) },
  );
  const start = api.reconciliation.start.useMutation();
  const refresh = () => void list.refetch();
  useLive((event) => {
    if (event.type === 'reconciliation:finished') refresh();
  }, refresh);
  const shown = chosen ?? list.data?.items[0]?.id ?? null;

  return (
    <div className="grid items-start gap-4 xl:grid-cols-[20rem_1fr]">
      <Panel
        title="Runs"
        actions={
          <Button look="primary" size="small" onClick={() => setStarting(true)}>
            Start a run
          </Button>
        }
      >
        {list.isPending ? (
          <SkeletonRows rows={5} />
        ) : list.isError ? (
          <ErrorState error={list.error} retry={refresh} />
        ) : list.data.items.length === 0 ? (
          <EmptyState title="No run yet">A run compares a period on all ways.</EmptyState>
        ) : (
          <ul className="grid gap-1">
            {list.data.items.map((run) => (
              <li key={run.id}>
                <button
                  type="button"
                  aria-pressed={run.id === shown}
                  onClick={() => void setChosen(run.id)}
                  className="grid w-full gap-1 rounded-lg p-3 text-left text-sm hover:bg-sunken aria-pressed:bg-sunken"
                >
                  <span className="flex items-center justify-between gap-2">
                    <span className="tabular font-medium">{daysText(run)}</span>
                    <StateBadge state={run.state} />
                  </span>
                  <span className="text-xs text-muted">
                    {run.breakCount} breaks, {run.newCount} new,{' '}
                    {dateTime(run.createdAt, zone, restaurant?.locale)}{' '}
                    {zoneName(zone, new Date(run.createdAt))}
                  </span>
                  {isUnderWay(run) && <RunProgress percent={run.progress} />}
                </button>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      {shown && <RunSummary runId={shown} />}
      {isStarting && (
        <ActionDialog
          title="Start a run"
          description={restaurant ? restaurant.name : 'All restaurants, and what belongs to none.'}
          operation={`run.${restaurant?.id ?? 'all'}.${list.data?.items[0]?.id ?? 'first'}`}
          submitLabel="Start"
          inputOf={(fields) => ({
            ...(!isOfChanges && {
              fromDay: String(fields.get('fromDay')),
              toDay: String(fields.get('toDay')),
            }),
            ...(restaurant && { restaurantId: restaurant.id }),
          })}
          mutation={start}
          success="The run has started."
          onClose={() => {
            setStarting(false);
            setOfChanges(false);
          }}
          onDone={refresh}
        >
          {restaurant && (
            <label className="flex items-start gap-2 text-sm">
              <input
                type="checkbox"
                className="mt-1 size-4 accent-accent"
                checked={isOfChanges}
                onChange={(event) => setOfChanges(event.target.checked)}
              />
              Only days on which something is open or has changed
            </label>
          )}
          {!isOfChanges && (
            <>
              <Field label="From day">
                {(control) => (
                  <Input
                    {...control}
                    type="date"
                    name="fromDay"
                    defaultValue={businessDay(restaurant, -1)}
                    required
                  />
                )}
              </Field>
              <Field label="To day">
                {(control) => (
                  <Input
                    {...control}
                    type="date"
                    name="toDay"
                    defaultValue={businessDay(restaurant)}
                    required
                  />
                )}
              </Field>
            </>
          )}
        </ActionDialog>
      )}
    </div>
  );
}
