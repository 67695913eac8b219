import * as notifications from '@/services/notifications';
import { optOutInput } from '@/services/notifications/schemas';
import { inputOf, publicProcedure, router } from '../trpc';

/** Mails about payments. Everything else about them happens by itself. */
export const notificationsRouter = router({
  /** Stops the mails of the restaurant to who got this one: the token is the end of the link in every mail. */
  optOut: publicProcedure
    .meta({ action: 'notification.optOut' })
    .input(inputOf(optOutInput))
    .mutation(({ ctx, input }) => notifications.optOut(ctx.service, input)),
});
