'use client';

import { useState } from 'react';
import { Badge, stateText } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { Panel } from '@/ui/kit/panel';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { count, money } from '../format';
import { useRestaurant } from '../viewer';
import { RunFlow } from './run-flow';
import { RunItems } from './run-items';
import { RunProgress } from './run-progress';
import { isUnderWay, WAY_ORDER, WAY_TEXTS, type WayTotal, wayName } from './words';

/** A run as a flow: on each way both sides, their difference, and the classes that explain it to the cent. */
export function RunSummary({ runId }: { runId: string }) {
  const run = api.reconciliation.runs.get.useQuery(
    { runId },
    { refetchInterval: ({ state }) => (state.data && isUnderWay(state.data) ? 1_500 : false) },
  );
  const { restaurant } = useRestaurant();
  const [opened, setOpened] = useState<string | null>(null);
  if (run.isPending) return <SkeletonRows rows={6} />;
  if (run.isError) return <ErrorState error={run.error} retry={() => void run.refetch()} />;
  const { failure, state, restaurantId } = run.data;
  const totals = [...run.data.totals].sort((a, b) => placeOf(a) - placeOf(b));
  return (
    <div className="grid content-start gap-4">
      {failure && (
        <p role="alert" className="rounded-lg bg-bad-surface p-3 text-sm text-bad">
          {failure}
        </p>
      )}
      {totals.length === 0 && (
        <Panel title={stateText(state)}>
          <p className="text-sm text-muted">
            {state === 'FINISHED'
              ? 'There was nothing to compare in this period.'
              : 'The figures appear when it is done.'}
          </p>
          {isUnderWay(run.data) && <RunProgress percent={run.data.progress} />}
        </Panel>
      )}
      <RunFlow totals={totals} locale={restaurant?.locale} />
      {state === 'FINISHED' && totals.length > 0 && (
        <p>
          <Button asChild size="small">
            <a href={exportOf(runId, restaurantId)} download>
              Export what did not match
            </a>
          </Button>
        </p>
      )}
      {totals.map((total) => {
        const amount = (minor: number) => money(minor, total.currency, restaurant?.locale);
        const key = `${total.way}.${total.currency}`;
        const isClean =
          total.differenceMinor === 0 && total.remainderMinor === 0 && onlyMatched(total.classes);
        return (
          <Panel
            key={key}
            title={`${wayName(total.way)} in ${total.currency}`}
            actions={
              isClean ? (
                <Badge tone="good">Fits</Badge>
              ) : (
                <Button
                  size="small"
                  onClick={() => setOpened(opened === key ? null : key)}
                  aria-expanded={opened === key}
                >
                  {opened === key ? 'Hide items' : 'Show items'}
                </Button>
              )
            }
          >
            <div className="grid gap-4 sm:grid-cols-3">
              <Side name={WAY_TEXTS[total.way]?.ours ?? 'Ours'} value={amount(total.oursMinor)} />
              <Side name={WAY_TEXTS[total.way]?.theirs ?? 'Theirs'} value={amount(total.theirsMinor)} />
              <Side
                name="Difference"
                value={amount(total.differenceMinor)}
                note={`unexplained: ${amount(total.remainderMinor)}`}
              />
            </div>
            <ul className="mt-4 grid gap-1 text-sm">
              {total.classes.map((one) => (
                <li key={one.class} className="flex justify-between gap-4">
                  <span>
                    {stateText(one.class)} <span className="text-muted">{count(one.count)}</span>
                  </span>
                  <span className="tabular">
                    {one.class === 'MATCHED' ? amount(one.oursMinor) : amount(one.differenceMinor)}
                  </span>
                </li>
              ))}
            </ul>
            {opened === key && <RunItems runId={runId} way={total.way} />}
          </Panel>
        );
      })}
    </div>
  );
}

/** A file with both sides of every item. */
function exportOf(runId: string, restaurantId: string | null): string {
  const query = new URLSearchParams({ runId, ...(restaurantId !== null && { restaurantId }) });
  return `/api/exports/reconciliation-run.csv?${query}`;
}

function placeOf({ way }: WayTotal): number {
  return WAY_ORDER.indexOf(way);
}

function onlyMatched(classes: readonly { class: string; count: number }[]): boolean {
  return classes.every((one) => one.class === 'MATCHED' || one.count === 0);
}

function Side({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div>
      <p className="text-xs text-muted">{name}</p>
      <p className="tabular text-lg font-semibold">{value}</p>
      {note && <p className="text-xs text-muted">{note}</p>}
    </div>
  );
}
