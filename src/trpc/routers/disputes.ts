import * as disputes from '@/services/disputes';
import { getDisputeInput, listDisputesInput, submitEvidenceInput } from '@/services/disputes/schemas';
import { inputOf, procedure, router } from '../trpc';

/** Payments that a guest's bank questions: amounts in minor units. For the restaurant and admins. */
export const disputesRouter = router({
  /** A page of disputes, newest first; of one restaurant, or of all that the caller may see. */
  list: procedure
    .meta({ action: 'dispute.read' })
    .input(inputOf(listDisputesInput))
    .query(({ ctx, input }) => disputes.listDisputes(ctx.service, input)),

  /** One dispute with its deadline, the funds that it moved, and what the restaurant has answered. */
  get: procedure
    .meta({ action: 'dispute.read' })
    .input(inputOf(getDisputeInput))
    .query(({ ctx, input }) => disputes.getDispute(ctx.service, input)),

  /** Answers the bank, once: texts, and files that were uploaded to the processor. */
  submitEvidence: procedure
    .meta({ action: 'dispute.submitEvidence' })
    .input(inputOf(submitEvidenceInput))
    .mutation(({ ctx, input }) => disputes.submitEvidence(ctx.service, input)),
});
