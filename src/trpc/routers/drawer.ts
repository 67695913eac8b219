import * as drawers from '@/services/drawers';
import {
  closeDrawerInput,
  currentDrawerInput,
  listPageInput,
  makeZReportInput,
  moveCashInput,
  openDrawerInput,
} from '@/services/drawers/schemas';
import { inputOf, procedure, router } from '../trpc';

/** The restaurant's cash drawer, from float to count, and its Z-reports: amounts in minor units. For staff and admins. */
export const drawerRouter = router({
  /** Opens the drawer with its float. One is open at a time; cash taken from now on lies in it. */
  open: procedure
    .meta({ action: 'drawer.manage' })
    .input(inputOf(openDrawerInput))
    .mutation(({ ctx, input }) => drawers.openDrawer(ctx.service, input)),

  /** The open drawer with what should lie in it now, or null. */
  current: procedure
    .meta({ action: 'drawer.read' })
    .input(inputOf(currentDrawerInput))
    .query(({ ctx, input }) => drawers.currentDrawer(ctx.service, input)),

  /** Puts cash in or takes it out beside payments, with a reason. */
  move: procedure
    .meta({ action: 'drawer.manage' })
    .input(inputOf(moveCashInput))
    .mutation(({ ctx, input }) => drawers.moveCash(ctx.service, input)),

  /** Closes the drawer with what was counted: expected, counted, difference. */
  close: procedure
    .meta({ action: 'drawer.manage' })
    .input(inputOf(closeDrawerInput))
    .mutation(({ ctx, input }) => drawers.closeDrawer(ctx.service, input)),

  /** A page of drawers, newest first. */
  list: procedure
    .meta({ action: 'drawer.read' })
    .input(inputOf(listPageInput))
    .query(({ ctx, input }) => drawers.listDrawers(ctx.service, input)),

  /** Makes the numbered Z-report of a business day; the same one again while nothing has changed. */
  zReport: procedure
    .meta({ action: 'drawer.manage' })
    .input(inputOf(makeZReportInput))
    .mutation(({ ctx, input }) => drawers.makeZReport(ctx.service, input)),

  /** A page of Z-reports, newest first. */
  zReports: procedure
    .meta({ action: 'drawer.read' })
    .input(inputOf(listPageInput))
    .query(({ ctx, input }) => drawers.listZReports(ctx.service, input)),
});
