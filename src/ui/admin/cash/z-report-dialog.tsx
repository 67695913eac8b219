'use client';

import { stateText } from '@/ui/kit/badge';
import { Button } from '@/ui/kit/button';
import { Dialog } from '@/ui/kit/dialog';
import { Facts } from '@/ui/kit/facts';
import { PlainTable } from '@/ui/kit/plain-table';
import { dateTime, dayText, money, zoneName } from '../format';
import type { ViewerRestaurant } from '../viewer';
import { Difference } from './drawer-facts';
import type { ZReport } from './z-reports-table';

/** A business day as it was reported: payments and refunds by method, what of it is sales, tax and tips, and its drawers. */
export function ZReportDialog({
  report,
  restaurant,
  nameOf,
  onClose,
}: {
  report: ZReport;
  restaurant: ViewerRestaurant;
  nameOf(actor: string): string;
  onClose(): void;
}) {
  const { locale, timeZone } = restaurant;
  const at = (iso: string) => dateTime(iso, timeZone, locale);
  const { receipts } = report;
  return (
    <Dialog
      title={`Z-report ${report.number} of ${dayText(report.businessDay, locale)}`}
      description={`Made ${at(report.madeAt)} ${zoneName(timeZone, new Date(report.madeAt))} by ${nameOf(report.madeBy)}${report.replacesNumber === null ? '' : `, replaces number ${report.replacesNumber}`}`}
      isOpen
      onClose={onClose}
    >
      <div className="grid grid-cols-1 gap-6">
        {report.currencies.length === 0 && <p className="text-sm text-muted">No money moved on this day.</p>}
        {report.currencies.map((sums) => {
          const amount = (minor: number) => money(minor, sums.currency, locale);
          const lines = [
            ...sums.payments.map((line) => ({ ...line, what: 'Paid', sign: 1 })),
            ...sums.refunds.map((line) => ({ ...line, what: 'Given back', sign: -1 })),
          ];
          return (
            <section key={sums.currency} aria-label={sums.currency} className="grid grid-cols-1 gap-4">
              <PlainTable
                label={`Payments and refunds in ${sums.currency}`}
                rows={lines}
                rowKey={(line) => `${line.what} ${line.method}`}
                columns={[
                  {
                    id: 'what',
                    header: 'What',
                    cell: (line) => `${line.what}, ${stateText(line.method).toLowerCase()}`,
                  },
                  { id: 'count', header: 'Count', isNumber: true, cell: (line) => line.count },
                  {
                    id: 'total',
                    header: 'Total',
                    isNumber: true,
                    cell: (line) => amount(line.sign * line.totalMinor),
                  },
                ]}
              />
              <Facts
                rows={[
                  ['Net', <strong key="net">{amount(sums.netMinor)}</strong>],
                  ['of it sales', amount(sums.netSalesMinor)],
                  ['of it tax', amount(sums.netTaxMinor)],
                  ['of it tips', amount(sums.netTipsMinor)],
                  ...(sums.netGuestCreditMinor === undefined
                    ? []
                    : [['of it owed to guests', amount(sums.netGuestCreditMinor)] as const]),
                  ['In cash', amount(sums.netCashMinor)],
                  ['Cash through no drawer', amount(sums.cashOutsideDrawersMinor)],
                ]}
              />
            </section>
          );
        })}
        <Facts
          rows={[
            [
              'Receipts',
              receipts.count === 0 ? 'None' : `${receipts.count}, ${receipts.first} to ${receipts.last}`,
            ],
          ]}
        />
        {report.drawers.length > 0 && (
          <PlainTable
            label="Drawers of the day"
            rows={report.drawers}
            rowKey={(drawer) => drawer.id}
            columns={[
              { id: 'opened', header: 'Opened', isWhole: true, cell: (drawer) => at(drawer.openedAt) },
              {
                id: 'counted',
                header: 'Counted',
                isNumber: true,
                cell: (drawer) =>
                  drawer.countedMinor === null ? '–' : money(drawer.countedMinor, drawer.currency, locale),
              },
              {
                id: 'difference',
                header: 'Difference',
                cell: (drawer) => (
                  <Difference
                    minor={drawer.differenceMinor}
                    amount={(minor) => money(minor, drawer.currency, locale)}
                  />
                ),
              },
            ]}
          />
        )}
        <div className="flex flex-wrap justify-end gap-2 print:hidden">
          <Button asChild>
            <a
              href={`/api/exports/z-report.pdf?${new URLSearchParams({ restaurantId: restaurant.id, number: String(report.number) })}`}
              download
            >
              PDF
            </a>
          </Button>
          <Button look="primary" onClick={() => window.print()}>
            Print
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
