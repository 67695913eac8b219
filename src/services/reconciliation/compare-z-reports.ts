import { isDeepStrictEqual } from 'node:util';
import { readZDays } from '@/db/sql/reconciliation';
import { countDay } from '@/db/sql/z-reports';
import { judgeZReport, type ZReportFacts } from '@/domain/reconciliation/cash';
import { type DayLine, type ZCurrency, zCurrencies } from '@/domain/z-figures';
import type { SubjectRow } from './checks';
import { type Comparison, heartbeat, insertRunItems } from './comparison';
import { itemOf } from './item';
import type { Period } from './period';

/**
 * Compares the newest Z-report of each day with a recount of that day by the same rules. Days without a report are
 * skipped.
 */
export async function compareZReports(
  comparison: Comparison,
  period: Period,
  restaurantIds: readonly string[],
): Promise<void> {
  const { deps, run, totals } = comparison;
  const reports = await deps.db.query<{
    restaurantId: string;
    day: string;
    number: number;
    figures: { currencies: ZCurrency[] };
    madeAt: Date;
  }>(readZDays, [restaurantIds, period.fromDay, period.toDay]);
  for (const report of reports) {
    await heartbeat(comparison);
    const { restaurantId } = report;
    const { lines } = await deps.db.one<{ lines: DayLine[] }>(countDay, [restaurantId, report.day]);
    const counted = zCurrencies(lines);
    const reported = report.figures.currencies;
    for (const currency of new Set([...counted, ...reported].map((figures) => figures.currency))) {
      const ours = counted.find((figures) => figures.currency === currency);
      const theirs = reported.find((figures) => figures.currency === currency);
      const row: SubjectRow & ZReportFacts & { zReportNumber: number } = {
        subject: `z-report:${restaurantId}:${report.day}:${currency}`,
        day: report.day,
        restaurantId,
        paymentId: null,
        orderId: null,
        currency,
        theirsCurrency: currency,
        oursMinor: ours?.netMinor ?? 0,
        theirsMinor: theirs?.netMinor ?? 0,
        ageSec: Math.max(0, Math.floor((run.asOf.getTime() - report.madeAt.getTime()) / 1000)),
        isSame: isDeepStrictEqual(ours, theirs),
        zReportNumber: report.number,
      };
      const verdict = judgeZReport(row);
      totals.addSubject('CASH', verdict.class, row);
      totals.addControl('CASH', { currency, side: 'ours', minor: row.oursMinor ?? 0 });
      totals.addControl('CASH', { currency, side: 'theirs', minor: row.theirsMinor ?? 0 });
      if (verdict.class !== 'MATCHED') await insertRunItems(comparison, [itemOf('CASH', verdict, row)]);
    }
  }
}
