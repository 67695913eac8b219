import * as ledger from '@/services/ledger';
import { ledgerPaymentInput, ledgerScope } from '@/services/ledger/schemas';
import { inputOf, procedure, router } from '../trpc';

/** The books, for owners and admins: amounts in minor units. The journal itself comes as CSV from /api/exports/ledger.csv. */
export const ledgerRouter = router({
  /** Sums per account of each restaurant and currency, of all time or a period; debits equal credits. */
  trialBalance: procedure
    .meta({ action: 'ledger.read' })
    .input(inputOf(ledgerScope))
    .query(({ ctx, input }) => ledger.trialBalance(ctx.service, input)),

  /** Everything that a payment posted, and the state that it explains. */
  payment: procedure
    .meta({ action: 'ledger.read' })
    .input(inputOf(ledgerPaymentInput))
    .query(({ ctx, input }) => ledger.ledgerOfPayment(ctx.service, input)),
});
