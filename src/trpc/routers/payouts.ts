import * as processorMoney from '@/services/processor-money';
import { getPayoutInput, listPayoutsInput, payoutLinesInput } from '@/services/processor-money/schemas';
import { inputOf, procedure, router } from '../trpc';

/** What the processor paid out: amounts in minor units. Whole payouts for admins, the restaurant's part for its owners. */
export const payoutsRouter = router({
  /** A page of payouts with their shares, newest first. */
  list: procedure
    .meta({ action: 'ledger.read' })
    .input(inputOf(listPayoutsInput))
    .query(({ ctx, input }) => processorMoney.listPayouts(ctx.service, input)),

  /** One payout: its shares, and the sums of its lines by kind. */
  get: procedure
    .meta({ action: 'ledger.read' })
    .input(inputOf(getPayoutInput))
    .query(({ ctx, input }) => processorMoney.getPayout(ctx.service, input)),

  /** A page of the balance transactions that a payout pays out. */
  lines: procedure
    .meta({ action: 'ledger.read' })
    .input(inputOf(payoutLinesInput))
    .query(({ ctx, input }) => processorMoney.payoutLines(ctx.service, input)),
});
