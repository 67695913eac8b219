import { z } from 'zod';
import { addDays, dayCount, daysApart } from '@/domain/calendar-day';
import { TIP_POOL_RULES } from '@/domain/tip-pool';
import type { ServiceContext } from '../../context';
import { platformId } from '../../payments/schemas';
import { reportTips } from '../../tips/report';
import type { TipsReportView } from '../../tips/schemas';
import { decimal } from '../amounts';
import { exportKind } from '../kind';

/** So many days are read at a time. */
const DAYS = 31;
/** As long as the books are kept (decision 24). */
const MAX_DAYS = 3660;

const filters = z
  .strictObject({
    restaurantId: platformId,
    fromDay: z.iso.date(),
    toDay: z.iso.date(),
    rule: z.enum(TIP_POOL_RULES).optional(),
  })
  .refine((given) => given.fromDay <= given.toDay, { path: ['toDay'], error: 'must not be before fromDay' })
  .refine((given) => dayCount(given) <= MAX_DAYS, {
    path: ['toDay'],
    error: `a file covers at most ${MAX_DAYS} days`,
  });

/** The days of tips.report: what each server brought, and who gets what by the pool's rule. People are ids of the platform. */
export const tips = exportKind({
  action: 'tips.report',
  filters,
  columns: {
    businessDay: 'Business day',
    currency: 'Currency',
    line: 'Line',
    person: 'Person',
    amount: 'Amount',
    rule: 'Pool rule',
  },
  paper: {
    title: 'Tips',
    columns: { businessDay: 3, line: 3, person: 6, rule: 3, currency: 2, amount: 3 },
    amounts: ['amount'],
    // Collected, refunded and net are lines of one column, and so are servers and shares.
    unsummed: ['amount'],
  },
  rows: async (ctx, given) => days(ctx, given),
});

async function* days(ctx: ServiceContext, { fromDay, toDay, ...rest }: z.output<typeof filters>) {
  const lastOffset = daysApart(fromDay, toDay);
  for (let offset = 0; offset <= lastOffset; offset += DAYS) {
    const lastDay = addDays(fromDay, Math.min(lastOffset, offset + DAYS - 1));
    yield rowsOf(await reportTips(ctx, { ...rest, fromDay: addDays(fromDay, offset), toDay: lastDay }));
  }
}

function rowsOf({ days, rule }: TipsReportView) {
  return days.flatMap((day) => {
    const row = (line: string, person: string | null, minor: number) => ({
      businessDay: day.businessDay,
      currency: day.currency,
      line,
      person,
      amount: decimal(minor, day.currency),
      rule,
    });
    return [
      row('COLLECTED', null, day.collectedMinor),
      row('REFUNDED', null, day.refundedMinor),
      row('NET', null, day.netMinor),
      ...day.servers.map((server) => row('SERVED', server.serverId, server.tipMinor)),
      ...day.shares.map((share) => row('SHARE', share.userId, share.shareMinor)),
    ];
  });
}
