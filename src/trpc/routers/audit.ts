import * as audit from '@/services/audit';
import { listAuditInput } from '@/services/audit/schemas';
import { inputOf, procedure, router } from '../trpc';

/** Who did what beside payments: settings, drawers, replays, sign-ins. For owners, of their restaurants, and admins. */
export const auditRouter = router({
  /** A page of the audit, newest first; pass `nextCursor` as `cursor` for the next. */
  list: procedure
    .meta({ action: 'audit.read' })
    .input(inputOf(listAuditInput))
    .query(({ ctx, input }) => audit.listAudit(ctx.service, input)),
});
