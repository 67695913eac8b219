import * as tips from '@/services/tips';
import { setTipPoolInput, tipsReportInput } from '@/services/tips/schemas';
import { inputOf, procedure, router } from '../trpc';

/** Tips by business day and server, and how they are shared: amounts in minor units. For the owner and admins. */
export const tipsRouter = router({
  /** The tips of a period, by day, server and share of the pool. */
  report: procedure
    .meta({ action: 'tips.report' })
    .input(inputOf(tipsReportInput))
    .query(({ ctx, input }) => tips.reportTips(ctx.service, input)),

  /** Who takes part in a day's pool, with hours and points. */
  setPool: procedure
    .meta({ action: 'tips.changePool' })
    .input(inputOf(setTipPoolInput))
    .mutation(({ ctx, input }) => tips.setTipPool(ctx.service, input)),
});
