import * as splits from '@/services/splits';
import {
  cancelSplitInput,
  changeParticipantInput,
  createSplitInput,
  listSplitsInput,
  remindParticipantInput,
  splitInput,
  takeShareInCashInput,
} from '@/services/splits/schemas';
import { inputOf, procedure, router } from '../trpc';

/** Bills divided into shares that were fixed beforehand: amounts in minor units. Each share is a payment of its own. */
export const splitsRouter = router({
  /** Divides what is due on an order or a table: parts that sum to it, one payment and one intent per participant. */
  create: procedure
    .meta({ action: 'split.create' })
    .input(inputOf(createSplitInput))
    .mutation(({ ctx, input }) => splits.createSplit(ctx.service, input)),

  /** How a group stands: paid, remaining, and each participant's payment. */
  get: procedure
    .meta({ action: 'split.read' })
    .input(inputOf(splitInput))
    .query(({ ctx, input }) => splits.getSplit(ctx.service, input)),

  /** A page of a restaurant's groups, newest first; `state: ['OPEN']` for those that somebody can still pay. */
  list: procedure
    .meta({ action: 'split.list' })
    .input(inputOf(listSplitsInput))
    .query(({ ctx, input }) => splits.listSplits(ctx.service, input)),

  /** Changes what one participant pays; other open shares that are named take the difference. For staff and admins. */
  changeParticipant: procedure
    .meta({ action: 'split.manage' })
    .input(inputOf(changeParticipantInput))
    .mutation(({ ctx, input }) => splits.changeParticipant(ctx.service, input)),

  /** Mails a participant whose share is open. For staff and admins. */
  remind: procedure
    .meta({ action: 'split.manage' })
    .input(inputOf(remindParticipantInput))
    .mutation(({ ctx, input }) => splits.remindParticipant(ctx.service, input)),

  /** Staff took a share in cash: its open intent is cancelled first. */
  takeCash: procedure
    .meta({ action: 'split.manage' })
    .input(inputOf(takeShareInCashInput))
    .mutation(({ ctx, input }) => splits.takeShareInCash(ctx.service, input)),

  /** Calls a group off: open intents are cancelled, paid shares refunded; CANCELLING until all of that is done. */
  cancel: procedure
    .meta({ action: 'split.cancel' })
    .input(inputOf(cancelSplitInput))
    .mutation(({ ctx, input }) => splits.cancelSplit(ctx.service, input)),
});
