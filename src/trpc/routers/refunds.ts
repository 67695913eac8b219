import * as refunds from '@/services/refunds';
import { createRefundInput } from '@/services/refunds/schemas';
import { inputOf, procedure, router } from '../trpc';

/** Money given back: amounts in minor units of the payment's currency. */
export const refundsRouter = router({
  /** Refunds a card payment, wholly or in part; PROCESSING until Stripe has sent the money. For staff and admins. */
  create: procedure
    .meta({ action: 'refund.create' })
    .input(inputOf(createRefundInput))
    .mutation(({ ctx, input }) => refunds.createRefund(ctx.service, input)),
});
