import * as platform from '@/services/platform';
import { paymentStatesInput } from '@/services/platform/payment-states';
import {
  syncOrdersInput,
  syncRestaurantsInput,
  syncSessionsInput,
  syncTablesInput,
  syncUsersInput,
} from '@/services/platform/schemas';
import { inputOf, procedure, router } from '../trpc';

/**
 * The platform's facts, pushed by its service role. Rows are applied by version: an older one answers STALE, and
 * one answer per row comes back in input order.
 */
export const platformRouter = router({
  restaurants: router({
    /** Restaurants with their currency, time zone and members. */
    sync: procedure
      .meta({ action: 'platform.sync' })
      .input(inputOf(syncRestaurantsInput))
      .mutation(({ ctx, input }) => platform.syncRestaurants(ctx.service, input)),
  }),
  users: router({
    /** People with an account: where their receipts go. */
    sync: procedure
      .meta({ action: 'platform.sync' })
      .input(inputOf(syncUsersInput))
      .mutation(({ ctx, input }) => platform.syncUsers(ctx.service, input)),
  }),
  tables: router({
    /** Tables of restaurants that are known here. */
    sync: procedure
      .meta({ action: 'platform.sync' })
      .input(inputOf(syncTablesInput))
      .mutation(({ ctx, input }) => platform.syncTables(ctx.service, input)),
  }),
  sessions: router({
    /** Table sessions with the guests who have joined. */
    sync: procedure
      .meta({ action: 'platform.sync' })
      .input(inputOf(syncSessionsInput))
      .mutation(({ ctx, input }) => platform.syncSessions(ctx.service, input)),
  }),
  orders: router({
    /** Orders with their items; the tip is taken on first insert only (decision 1). */
    sync: procedure
      .meta({ action: 'platform.sync' })
      .input(inputOf(syncOrdersInput))
      .mutation(({ ctx, input }) => platform.syncOrders(ctx.service, input)),

    /** What orders have received, in the order of changes: keep the answered cursor and pass it next time. */
    paymentStates: procedure
      .meta({ action: 'platform.sync' })
      .input(inputOf(paymentStatesInput))
      .query(({ ctx, input }) => platform.listPaymentStates(ctx.service, input)),
  }),
});
