import { z } from 'zod';
import type { PrintedSection } from '@/documents/pdf';
import { notVisible } from '../../errors';
import { platformId } from '../../payments/schemas';
import { getRun, listItems } from '../../reconciliation/read-runs';
import type { ItemView, RunView, WayTotal } from '../../reconciliation/schemas';
import { decimal } from '../amounts';
import { allPages, exportKind, mapPages } from '../kind';

/** Everything of a run that did not match, both sides beside each other. */
export const reconciliationRun = exportKind({
  action: 'reconciliation.read',
  filters: z.strictObject({ restaurantId: platformId.optional(), runId: z.uuid() }),
  columns: {
    number: 'Number',
    way: 'Way',
    class: 'Class',
    severity: 'Severity',
    reason: 'Reason',
    description: 'Description',
    day: 'Business day',
    restaurantId: 'Restaurant',
    subject: 'Subject',
    paymentId: 'Payment',
    orderId: 'Order',
    currency: 'Currency',
    ours: 'Ours',
    theirs: 'Theirs',
    difference: 'Difference',
    discrepancyId: 'Discrepancy',
  },
  paper: {
    title: 'Reconciliation',
    columns: {
      day: 3,
      way: 4,
      class: 4,
      severity: 3,
      description: 12,
      paymentId: 7,
      currency: 2,
      ours: 4,
      theirs: 4,
      difference: 4,
    },
    amounts: ['ours', 'theirs', 'difference'],
    head: async (ctx, { runId }) => headOf(await getRun(ctx, { runId })),
  },
  rows: async (ctx, { restaurantId, runId }) => {
    // A run of all restaurants is not an owner's, whatever restaurant the address names.
    const run = await getRun(ctx, { runId });
    if (restaurantId !== undefined && run.restaurantId !== restaurantId) throw notVisible('Run');
    return mapPages(
      allPages((cursor) => listItems(ctx, { runId, limit: 100, cursor })),
      (item) => [rowOf(item)],
    );
  },
});

/** What the run says as a whole: each way's sums by class, with what they leave unexplained. */
function headOf(run: RunView) {
  return {
    facts: [
      `${run.fromDay} to ${run.toDay}, ${run.kind}, ${run.state}, judged by ${run.asOf} (UTC)`,
      ...(run.days === null
        ? []
        : [`The days on which anything was open or had changed: ${run.days.join(', ')}`]),
      `${run.breakCount} that do not fit, ${run.newCount} of them new`,
    ],
    sections: run.totals.map(totalsOf),
  };
}

function totalsOf({ way, currency, classes, remainderMinor, ...sums }: WayTotal): PrintedSection {
  const amounts = (...minor: number[]) => minor.map((one) => decimal(one, currency));
  const right = { width: 3, align: 'right' } as const;
  return {
    heading: `${way}, ${currency}`,
    columns: [
      { label: 'Class', width: 4 },
      { label: 'Count', width: 2, align: 'right' },
      { label: 'Ours', ...right },
      { label: 'Theirs', ...right },
      { label: 'Difference', ...right },
      { label: 'Unexplained', ...right },
    ],
    rows: classes.map((one) => [
      one.class,
      String(one.count),
      ...amounts(one.oursMinor, one.theirsMinor, one.differenceMinor),
      '',
    ]),
    total: ['All', '', ...amounts(sums.oursMinor, sums.theirsMinor, sums.differenceMinor, remainderMinor)],
  };
}

function rowOf(item: ItemView) {
  const amount = (minor: number | null) => (minor === null ? null : decimal(minor, item.currency));
  return {
    number: item.number,
    way: item.way,
    class: item.class,
    severity: item.severity,
    reason: item.reason,
    description: item.description,
    day: item.day,
    restaurantId: item.restaurantId,
    subject: item.subject,
    paymentId: item.paymentId,
    orderId: item.orderId,
    currency: item.currency,
    ours: amount(item.oursMinor),
    theirs: amount(item.theirsMinor),
    difference: amount((item.theirsMinor ?? 0) - (item.oursMinor ?? 0)),
    discrepancyId: item.discrepancyId,
  };
}
