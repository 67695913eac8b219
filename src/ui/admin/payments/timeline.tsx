'use client';

import { stateText } from '@/ui/kit/badge';
import { Panel } from '@/ui/kit/panel';
import { ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { dateTime, money } from '../format';

/** Everything that the audit knows of a payment, newest first, with who did it. */
export function Timeline({
  paymentId,
  timeZone,
  locale,
  currency,
}: {
  paymentId: string;
  timeZone: string;
  locale: string | undefined;
  currency: string;
}) {
  const history = api.payments.history.useQuery({ paymentId });
  return (
    <Panel title="Timeline" className="lg:col-span-2">
      {history.isPending ? (
        <SkeletonRows rows={4} />
      ) : history.isError ? (
        <ErrorState error={history.error} retry={() => void history.refetch()} />
      ) : (
        <ol className="grid gap-4 border-l-2 border-line pl-4">
          {[...history.data].reverse().map((entry) => (
            <li key={entry.id} className="relative text-sm">
              <span aria-hidden className="absolute top-1.5 -left-[1.4rem] size-2.5 rounded-full bg-accent" />
              <p className="font-medium">
                {stateText(entry.action)}
                {entry.previousStatus && entry.newStatus && entry.previousStatus !== entry.newStatus && (
                  <span className="font-normal text-muted">
                    {' '}
                    {stateText(entry.previousStatus)} to {stateText(entry.newStatus).toLowerCase()}
                  </span>
                )}
              </p>
              <p className="text-xs text-muted">
                <time dateTime={entry.createdAt}>{dateTime(entry.createdAt, timeZone, locale)}</time> by{' '}
                {entry.actor}
              </p>
              {entry.details && (
                <p className="mt-1 text-xs text-muted">
                  {Object.entries(entry.details)
                    .filter(([, value]) => value !== null && value !== '')
                    .map(([name, value]) => detailText(name, value, currency, locale))
                    .join(' · ')}
                </p>
              )}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

/** `totalMinor: 2500` reads "total $25.00". */
function detailText(name: string, value: unknown, currency: string, locale: string | undefined): string {
  const words = (text: string) => text.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  if (name.endsWith('Minor') && typeof value === 'number')
    return `${words(name.slice(0, -'Minor'.length))} ${money(value, currency, locale)}`;
  return `${words(name)} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
}
