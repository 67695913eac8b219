import * as cash from '@/services/cash';
import { confirmCashInput, recordCashInput, requestCashInput } from '@/services/cash/schemas';
import { inputOf, procedure, router } from '../trpc';
import { drawerRouter } from './drawer';

/** Money in the drawer: amounts in minor units. Asked for by guests, taken by staff. */
export const cashRouter = router({
  drawer: drawerRouter,

  /** Asks to pay an order, or a share of the table's bill, in cash: PENDING until staff confirm it. */
  request: procedure
    .meta({ action: 'payment.create' })
    .input(inputOf(requestCashInput))
    .mutation(({ ctx, input }) => cash.requestCash(ctx.service, input)),

  /** Staff took the cash of an order: COMPLETED at once, with receipt. */
  record: procedure
    .meta({ action: 'cash.record' })
    .input(inputOf(recordCashInput))
    .mutation(({ ctx, input }) => cash.recordCash(ctx.service, input)),

  /** Staff took the cash that a guest asked to pay. */
  confirm: procedure
    .meta({ action: 'cash.confirm' })
    .input(inputOf(confirmCashInput))
    .mutation(({ ctx, input }) => cash.confirmCash(ctx.service, input)),
});
