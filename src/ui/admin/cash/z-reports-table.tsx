'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import type { AppRouter } from '@/trpc/routers';
import { Button } from '@/ui/kit/button';
import type { Column } from '@/ui/kit/data-table';
import { Field, Input } from '@/ui/kit/field';
import { ActionDialog } from '../action-dialog';
import { api } from '../api';
import { businessDay, dateTime, dayText, money } from '../format';
import { PagedTable } from '../paged-table';
import { useTeam } from '../use-team';
import type { ViewerRestaurant } from '../viewer';
import { ZReportDialog } from './z-report-dialog';

export type ZReport = inferRouterOutputs<AppRouter>['cash']['drawer']['zReports']['items'][number];

/** The numbered reports of business days, newest first. */
export function ZReportsTable({ restaurant, onDone }: { restaurant: ViewerRestaurant; onDone(): void }) {
  const [opened, setOpened] = useState<ZReport | null>(null);
  const [isMaking, setMaking] = useState(false);
  const { nameOf } = useTeam(restaurant.id);
  const make = api.cash.drawer.zReport.useMutation({ onSuccess: setOpened });
  const list = api.cash.drawer.zReports.useInfiniteQuery(
    { restaurantId: restaurant.id, limit: 50 },
    { getNextPageParam: (page) => page.nextCursor },
  );
  const sums = (row: ZReport, key: 'grossMinor' | 'refundedMinor' | 'netMinor') =>
    row.currencies.map((sum) => money(sum[key], sum.currency, restaurant.locale)).join(' · ') || '–';
  const columns: Column<ZReport>[] = [
    { id: 'number', header: 'Number', width: '5rem', isNumber: true, cell: (row) => row.number },
    {
      id: 'day',
      header: 'Business day',
      width: '8rem',
      cell: (row) => dayText(row.businessDay, restaurant.locale),
    },
    { id: 'gross', header: 'Taken', width: '8rem', isNumber: true, cell: (row) => sums(row, 'grossMinor') },
    {
      id: 'refunded',
      header: 'Given back',
      width: '8rem',
      isNumber: true,
      cell: (row) => sums(row, 'refundedMinor'),
    },
    { id: 'net', header: 'Net', width: '8rem', isNumber: true, cell: (row) => sums(row, 'netMinor') },
    { id: 'receipts', header: 'Receipts', width: '5rem', isNumber: true, cell: (row) => row.receipts.count },
    {
      id: 'replaces',
      header: 'Replaces',
      width: '5rem',
      isNumber: true,
      cell: (row) => row.replacesNumber ?? '–',
    },
    {
      id: 'made',
      header: 'Made',
      width: '11.5rem',
      cell: (row) => dateTime(row.madeAt, restaurant.timeZone, restaurant.locale),
    },
    { id: 'by', header: 'By', width: 'minmax(9rem, 1fr)', cell: (row) => nameOf(row.madeBy) },
  ];
  return (
    <>
      <div className="mb-4">
        <Button look="primary" onClick={() => setMaking(true)}>
          Make a Z-report
        </Button>
      </div>
      <PagedTable
        list={list}
        label="Z-reports"
        columns={columns}
        rowKey={(row) => String(row.number)}
        onOpen={(row) => setOpened(row)}
        empty={{ title: 'No Z-report yet', text: 'Close the day’s drawers, then make its report.' }}
      />
      {isMaking && (
        <ActionDialog
          title="Make a Z-report"
          description="The day’s drawers must be closed. While nothing has changed you get the same report again."
          operation={`z-report.${restaurant.id}`}
          submitLabel="Make the report"
          inputOf={(fields) => {
            const businessDay = String(fields.get('businessDay'));
            return { restaurantId: restaurant.id, ...(businessDay && { businessDay }) };
          }}
          mutation={make}
          success="The report is made."
          onClose={() => setMaking(false)}
          onDone={onDone}
        >
          <Field label="Business day" hint="Empty: the one that it is now.">
            {(control) => <Input {...control} type="date" name="businessDay" max={businessDay(restaurant)} />}
          </Field>
        </ActionDialog>
      )}
      {opened && (
        <ZReportDialog
          report={opened}
          restaurant={restaurant}
          nameOf={nameOf}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}
