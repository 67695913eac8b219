import * as inbox from '@/services/inbox';
import { getEventInput, listInboxInput, replayInput } from '@/services/inbox/schemas';
import { inputOf, procedure, router } from '../trpc';

/** Stripe's events as they were received: what waits, what failed and why. For admins. */
export const inboxRouter = router({
  /** Events by state, newest first; without a state those that are dead, retried or waiting. */
  list: procedure
    .meta({ action: 'inbox.manage' })
    .input(inputOf(listInboxInput))
    .query(({ ctx, input }) => inbox.listInbox(ctx.service, input)),

  /** One event with what Stripe sent. */
  get: procedure
    .meta({ action: 'inbox.manage' })
    .input(inputOf(getEventInput))
    .query(({ ctx, input }) => inbox.getInboxEvent(ctx.service, input)),

  /** How long events took to be applied, by hour, over the last day. */
  lag: procedure.meta({ action: 'inbox.manage' }).query(({ ctx }) => inbox.inboxLag(ctx.service)),

  /** Tries events again now. Safe to repeat: an applied event stays as it is. */
  replay: procedure
    .meta({ action: 'inbox.manage' })
    .input(inputOf(replayInput))
    .mutation(({ ctx, input }) => inbox.replayEvents(ctx.service, input)),
});
