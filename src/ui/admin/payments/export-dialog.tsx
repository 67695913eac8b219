'use client';

import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '@/trpc/routers';
import { StateBadge } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { Dialog } from '@/ui/kit/dialog';
import { ErrorNote, ErrorState, SkeletonRows } from '@/ui/kit/states';
import { api } from '../api';
import { count, dateTime, zoneName } from '../format';
import { useOnce } from '../use-once';
import type { ViewerRestaurant } from '../viewer';
import { exportFilters, hasWrongAmount, type PaymentFilters } from './filters';

type Export = inferRouterOutputs<AppRouter>['exports']['list']['items'][number];

const POLL_MS = 1_000;
const SHOWN = 5;

/**
 * Has a file made of every payment that the filters show, however many, and follows it to its link. Earlier files stand below,
 * so that closing the dialog or the page loses none.
 */
export function ExportDialog({
  filters,
  restaurant,
  timeZone,
  currency,
  onClose,
}: {
  filters: PaymentFilters;
  restaurant: ViewerRestaurant | null;
  /** Whose days the filters mean. */
  timeZone: string;
  /** Of the amounts among the filters; null: they filter nothing. */
  currency: string | null;
  onClose(): void;
}) {
  const list = api.exports.list.useQuery(restaurant ? { restaurantId: restaurant.id } : {}, {
    refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ? POLL_MS : false),
  });
  const create = api.exports.create.useMutation();
  const once = useOnce('export.payments');
  const isWrong = hasWrongAmount(filters, currency);
  const start = async () => {
    const input = {
      kind: 'payments' as const,
      filters: exportFilters(filters, restaurant, timeZone, currency),
    };
    const made = await once.send(input, (asked) => create.mutateAsync(asked));
    if (made !== null) void list.refetch();
  };
  const files = list.data?.items.filter(({ kind }) => kind === 'payments').slice(0, SHOWN) ?? [];
  return (
    <Dialog
      title="Export payments"
      description="A CSV file of every payment that the filters show now, made in the background."
      isOpen
      isBusy={create.isPending}
      onClose={onClose}
    >
      <div className="grid gap-4">
        <ErrorNote error={create.error} />
        {isWrong && (
          <p role="alert" className="text-sm text-bad">
            An amount of the filters is no amount in {currency}: correct or clear it first.
          </p>
        )}
        <Button look="primary" disabled={isWrong} isBusy={create.isPending} onClick={() => void start()}>
          Make the file
        </Button>
        {list.isPending ? (
          <SkeletonRows rows={2} />
        ) : list.isError ? (
          <ErrorState error={list.error} retry={() => void list.refetch()} />
        ) : files.length === 0 ? (
          <p className="text-sm text-muted">No file of payments was made yet.</p>
        ) : (
          <ul aria-label="Files" aria-live="polite" className="grid gap-3 border-t border-line pt-4">
            {files.map((file) => (
              <FileRow key={file.id} file={file} zone={timeZone} locale={restaurant?.locale} />
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}

function isUnderWay({ state }: Export): boolean {
  return state === 'WAITING' || state === 'RUNNING';
}

/** `500 of 3,000 rows so far`; without a total as long as nobody knows it. */
function progressOf(file: Export, locale: string | undefined): string {
  const rows = (n: number) => `${count(n, locale)} ${n === 1 ? 'row' : 'rows'}`;
  if (!isUnderWay(file)) return rows(file.rowCount);
  if (file.totalRowCount === null) return `${rows(file.rowCount)} so far`;
  return `${count(file.rowCount, locale)} of ${rows(file.totalRowCount)} so far`;
}

function FileRow({ file, zone, locale }: { file: Export; zone: string; locale: string | undefined }) {
  return (
    <li className="grid gap-2 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StateBadge state={file.state} />
        <span>
          {dateTime(file.createdAt, zone, locale)} {zoneName(zone, new Date(file.createdAt))}
        </span>
        <span className="tabular text-muted">{progressOf(file, locale)}</span>
        {file.url && (
          <a href={file.url} className="ml-auto" download>
            Download
          </a>
        )}
      </div>
      {isUnderWay(file) && (
        <progress
          aria-label="The file is being made"
          // Without a value it only says that something is going on.
          {...(file.totalRowCount ? { max: file.totalRowCount, value: file.rowCount } : {})}
          className="h-1.5 w-full accent-accent"
        />
      )}
      {file.failureReason && <p className="text-bad">{file.failureReason}</p>}
      {file.state === 'EXPIRED' && <p className="text-muted">Its link has expired: make it anew.</p>}
    </li>
  );
}
