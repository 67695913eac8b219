import * as exports from '@/services/exports';
import { createExportInput, getExportInput, listExportsInput } from '@/services/exports/schemas';
import { inputOf, procedure, router } from '../trpc';

/** Files for people, made in the background. Short ones stream at once from /api/exports/<kind>.csv or .pdf instead. */
export const exportsRouter = router({
  /** Has a file made; ask `get` for its progress and link. */
  create: procedure
    .meta({ action: 'export.manage' })
    .input(inputOf(createExportInput))
    .mutation(({ ctx, input }) => exports.createExport(ctx.service, input)),

  /** One export with its progress and, once it is there, its link. */
  get: procedure
    .meta({ action: 'export.manage' })
    .input(inputOf(getExportInput))
    .query(({ ctx, input }) => exports.getExport(ctx.service, input)),

  /** A page of exports, newest first; of one restaurant, or of all for admins. */
  list: procedure
    .meta({ action: 'export.manage' })
    .input(inputOf(listExportsInput))
    .query(({ ctx, input }) => exports.listExports(ctx.service, input)),
});
