import * as refunds from '@/services/refunds';
import { createRefundInput, getRefundInput, listRefundsInput } from '@/services/refunds/schemas';
import { inputOf, procedure, router } from '../trpc';

/** Money given back: amounts in minor units of the payment's currency. */
export const refundsRouter = router({
  /**
   * Refunds a payment, wholly or in part, on request only its tip or only its bill, and on request taken off the bill too.
   * Cash at once; a card is PROCESSING until Stripe has sent the money. For staff, within their window and limit, and admins.
   */
  create: procedure
    .meta({ action: 'refund.create' })
    .input(inputOf(createRefundInput))
    .mutation(({ ctx, input }) => refunds.createRefund(ctx.service, input)),

  /** One refund, for the restaurant and admins. */
  get: procedure
    .meta({ action: 'refund.read' })
    .input(inputOf(getRefundInput))
    .query(({ ctx, input }) => refunds.getRefund(ctx.service, input)),

  /** A page of a restaurant's refunds, newest first; pass `nextCursor` as `cursor` for the next. */
  list: procedure
    .meta({ action: 'refund.read' })
    .input(inputOf(listRefundsInput))
    .query(({ ctx, input }) => refunds.listRefunds(ctx.service, input)),
});
