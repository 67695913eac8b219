'use client';

import { Download } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Button } from '@/ui/kit/button';
import { PageHeader } from '@/ui/kit/panel';
import { api } from '../api';
import { useDayZone } from '../day-zone';
import { zoneName } from '../format';
import { PagedTable } from '../paged-table';
import { useAdminHref } from '../use-admin-href';
import { useLive } from '../use-live';
import { useRefetch } from '../use-refresh';
import { useRestaurant, useViewer } from '../viewer';
import { ColumnChoice, useHiddenColumns } from './column-choice';
import { paymentColumns } from './columns';
import { ExportDialog } from './export-dialog';
import { FilterBar } from './filter-bar';
import { currencyInSight, listInput, usePaymentFilters } from './filters';
import { SavedViews } from './saved-views';
import { useLiveRows } from './use-live-rows';

/** Every payment, newest first. Known rows change where they stand; new ones wait until they are asked for. */
export function PaymentsPage() {
  const href = useAdminHref();
  const { restaurants } = useViewer();
  const { restaurant } = useRestaurant();
  const [filters, setFilters] = usePaymentFilters();
  const timeZone = useDayZone();
  const currency = currencyInSight(restaurant, restaurants);
  const input = listInput(filters, restaurant, timeZone, currency);
  const list = api.payments.list.useInfiniteQuery(input, {
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (before) => before,
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const refresh = useRefetch(list);
  const { waiting, fresh, onEvent, showNew } = useLiveRows(rows, JSON.stringify(input), refresh);
  useLive(onEvent, refresh);

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
      <FilterBar filters={filters} set={setFilters} zone={zoneName(timeZone)} currency={currency} />
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
        hrefOf={(row) => href(`/admin/payments/${row.id}`)}
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
          currency={currency}
          onClose={() => setExporting(false)}
        />
      )}
    </>
  );
}
