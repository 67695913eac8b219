import * as sessions from '@/services/table-sessions';
import {
  closeTableSessionInput,
  extendTableSessionInput,
  listTableSessionsInput,
  payTableSessionInput,
  tableSessionFiguresInput,
  tableSessionInput,
} from '@/services/table-sessions/schemas';
import { inputOf, procedure, router } from '../trpc';

/** A table's visit and its common bill: amounts in minor units, times ISO 8601 UTC. */
export const tableSessionsRouter = router({
  /** Starts one payer's payment of the bill: a share, or all that is due. Payers may all be at it at once. */
  pay: procedure
    .meta({ action: 'tableSession.pay' })
    .input(inputOf(payTableSessionInput))
    .mutation(({ ctx, input }) => sessions.payTableSession(ctx.service, input)),

  /** The bill by rounds, with its sums. */
  bill: procedure
    .meta({ action: 'tableSession.read' })
    .input(inputOf(tableSessionInput))
    .query(({ ctx, input }) => sessions.getTableBill(ctx.service, input)),

  /** The guests at the table. */
  users: procedure
    .meta({ action: 'tableSession.read' })
    .input(inputOf(tableSessionInput))
    .query(({ ctx, input }) => sessions.getTableUsers(ctx.service, input)),

  /** The orders of the table. */
  orders: procedure
    .meta({ action: 'tableSession.read' })
    .input(inputOf(tableSessionInput))
    .query(({ ctx, input }) => sessions.getTableOrders(ctx.service, input)),

  /** Whether the table is open, and what is paid. */
  status: procedure
    .meta({ action: 'tableSession.read' })
    .input(inputOf(tableSessionInput))
    .query(({ ctx, input }) => sessions.getTableStatus(ctx.service, input)),

  /** The table's payments, newest first. */
  payments: procedure
    .meta({ action: 'tableSession.read' })
    .input(inputOf(tableSessionInput))
    .query(({ ctx, input }) => sessions.listSessionPayments(ctx.service, input)),

  /** Who has paid what, and whether more can be paid. */
  paymentStatus: procedure
    .meta({ action: 'tableSession.read' })
    .input(inputOf(tableSessionInput))
    .query(({ ctx, input }) => sessions.getTablePaymentStatus(ctx.service, input)),

  /** Half an hour more, for the guests of the table. */
  extend: procedure
    .meta({ action: 'tableSession.extend' })
    .input(inputOf(extendTableSessionInput))
    .mutation(({ ctx, input }) => sessions.extendTableSession(ctx.service, input)),

  /** The restaurant's sessions with their sums and what needs somebody; pass `nextCursor` as `cursor` for the next page. */
  list: procedure
    .meta({ action: 'tableSession.list' })
    .input(inputOf(listTableSessionsInput))
    .query(({ ctx, input }) => sessions.listTableSessions(ctx.service, input)),

  /** How many sessions there were in a period, how long and how large, and what they brought. */
  figures: procedure
    .meta({ action: 'tableSession.list' })
    .input(inputOf(tableSessionFiguresInput))
    .query(({ ctx, input }) => sessions.getTableSessionFigures(ctx.service, input)),

  /** Ends a session: nobody pays at it any more, and its open payments are cancelled. */
  close: procedure
    .meta({ action: 'tableSession.close' })
    .input(inputOf(closeTableSessionInput))
    .mutation(({ ctx, input }) => sessions.closeTableSession(ctx.service, input)),
});
