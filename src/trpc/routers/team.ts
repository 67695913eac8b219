import * as team from '@/services/team';
import { listTeamInput } from '@/services/team/schemas';
import { inputOf, procedure, router } from '../trpc';

/** A restaurant's people, for them and admins. */
export const teamRouter = router({
  /** Owners first, then by name. */
  list: procedure
    .meta({ action: 'team.read' })
    .input(inputOf(listTeamInput))
    .query(({ ctx, input }) => team.listTeam(ctx.service, input)),
});
