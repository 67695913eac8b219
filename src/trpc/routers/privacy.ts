import * as privacy from '@/services/privacy';
import { eraseCustomerInput, eraseGuestInput } from '@/services/privacy/schemas';
import { inputOf, procedure, router } from '../trpc';

/** People who ask to be forgotten: the books stay, by id. For admins. */
export const privacyRouter = router({
  /** Forgets a guest of a table, or somebody known by one payment alone. */
  eraseGuest: procedure
    .meta({ action: 'privacy.erase' })
    .input(inputOf(eraseGuestInput))
    .mutation(({ ctx, input }) => privacy.eraseGuest(ctx.service, input)),

  /** Forgets a customer with account and saved cards. */
  eraseCustomer: procedure
    .meta({ action: 'privacy.erase' })
    .input(inputOf(eraseCustomerInput))
    .mutation(({ ctx, input }) => privacy.eraseCustomer(ctx.service, input)),
});
