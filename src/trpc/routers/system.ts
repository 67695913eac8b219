import * as system from '@/services/system';
import { procedure, router } from '../trpc';

/** How the service itself stands. For admins. */
export const systemRouter = router({
  /** Versions, migrations, jobs, queues, connections and whether the processor answers. */
  status: procedure.meta({ action: 'system.read' }).query(({ ctx }) => system.systemStatus(ctx.service)),
});
