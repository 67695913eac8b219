import * as cards from '@/services/payment-methods';
import { savedCardInput, setupCardInput } from '@/services/payment-methods/schemas';
import { inputOf, procedure, router } from '../trpc';

/** Cards that signed-in customers keep for the next time. */
export const paymentMethodsRouter = router({
  /** Begins to save a card: the browser confirms with the client secret. */
  setupIntent: procedure
    .meta({ action: 'paymentMethod.manage' })
    .input(inputOf(setupCardInput))
    .mutation(({ ctx, input }) => cards.setupCard(ctx.service, input)),

  /** The caller's cards, the default first: brand, last four digits, expiry. */
  list: procedure
    .meta({ action: 'paymentMethod.manage' })
    .query(({ ctx }) => cards.listSavedCards(ctx.service)),

  /** Makes a card the one that is offered first; answers the list. */
  setDefault: procedure
    .meta({ action: 'paymentMethod.manage' })
    .input(inputOf(savedCardInput))
    .mutation(({ ctx, input }) => cards.setDefaultSavedCard(ctx.service, input)),

  /** Removes a card for good, here and at Stripe; answers the list. */
  remove: procedure
    .meta({ action: 'paymentMethod.manage' })
    .input(inputOf(savedCardInput))
    .mutation(({ ctx, input }) => cards.removeSavedCard(ctx.service, input)),
});
