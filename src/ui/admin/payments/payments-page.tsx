'use client';

import { Download } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { Button } from '@/ui/kit/button';
import { PageHeader } from '@/ui/kit/panel';
import { api } from '../api';
import { useDayZone } from '../day-zone';
import { zoneName } from '../format';
import { PagedTable } from '../paged-table';
import { type LiveEvent, useLive } from '../use-live';
import { useRestaurant, useViewer } from '../viewer';
import { ColumnChoice, useHiddenColumns } from './column-choice';
import { paymentColumns } from './columns';
import { ExportDialog } from './export-dialog';
import { FilterBar } from './filter-bar';
import { listInput, usePaymentFilters } from './filters';
import { SavedViews } from './saved-views';

/** Every payment, newest first. Known rows change where they stand; new ones wait until they are asked for. */
export function PaymentsPage() {
  const router = useRouter();
  const { restaurants } = useViewer();
  const { restaurant } = useRestaurant();
  const [filters, setFilters] = usePaymentFilters();
  const timeZone = useDayZone();
  const input = listInput(filters, restaurant, timeZone);
  const list = api.payments.list.useInfiniteQuery(input, {
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (before) => before,
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const { waiting, fresh, onEvent, showNew } = useLiveRows(rows, () => void list.refetch());
  useLive(onEvent, () => void list.refetch());

  const [isExporting, setExporting] = useState(false);
  const [hidden, setHidden] = useHiddenColumns();
  const all = useMemo(
    () => paymentColumns((id) => restaurants.find((one) => one.id === id) ?? null),
    [restaurants],
  );
  const columns = all.filter(({ id }) => !hidden.includes(id));

  return (
    <>
      <PageHeader
        title="Payments"
        actions={
          <>
            <Button onClick={() => setExporting(true)}>
              <Download size={16} aria-hidden />
              Export
            </Button>
            <SavedViews />
            <ColumnChoice columns={all} hidden={hidden} onChange={setHidden} />
          </>
        }
      >
        {restaurant
          ? `Times are in the restaurant’s zone, ${zoneName(restaurant.timeZone)}.`
          : `Times are in each restaurant’s zone, days of the filter are in ${zoneName(timeZone)}.`}
      </PageHeader>
      <FilterBar filters={filters} set={setFilters} zone={zoneName(timeZone)} />
      <div className="mb-2 min-h-8" aria-live="polite">
        {waiting > 0 && (
          <Button size="small" look="primary" onClick={showNew}>
            Show {waiting} new
          </Button>
        )}
      </div>
      <PagedTable
        list={list}
        label="Payments"
        columns={columns}
        rowKey={(row) => row.id}
        fresh={fresh}
        onOpen={(row) => router.push(`/admin/payments/${row.id}`)}
        empty={{
          title: 'No payments here',
          text: 'Nothing matches these filters. Clear them, or wait: new payments appear by themselves.',
        }}
      />
      {isExporting && (
        <ExportDialog
          filters={filters}
          restaurant={restaurant}
          timeZone={timeZone}
          onClose={() => setExporting(false)}
        />
      )}
    </>
  );
}

/** What live events do to the rows on the page: known ones are asked for anew, unknown ones counted. */
function useLiveRows(rows: readonly { id: string }[], refresh: () => void) {
  const [unseen, setUnseen] = useState<ReadonlySet<string>>(new Set());
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const onEvent = (event: LiveEvent) => {
    const { paymentId } = event;
    if (paymentId === null || !event.type.startsWith('payment:')) return;
    if (rows.some(({ id }) => id === paymentId)) {
      setFresh((before) => new Set(before).add(paymentId));
      refresh();
    } else setUnseen((before) => new Set(before).add(paymentId));
  };
  return {
    waiting: unseen.size,
    fresh,
    onEvent,
    showNew: () => {
      setFresh(unseen);
      setUnseen(new Set());
      refresh();
    },
  };
}
