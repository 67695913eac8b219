import { router } from '../trpc';
import { cashRouter } from './cash';
import { inboxRouter } from './inbox';
import { ordersRouter } from './orders';
import { paymentsRouter } from './payments';
import { platformRouter } from './platform';
import { refundsRouter } from './refunds';
import { tableSessionsRouter } from './table-sessions';

export const appRouter = router({
  payments: paymentsRouter,
  cash: cashRouter,
  orders: ordersRouter,
  tableSessions: tableSessionsRouter,
  refunds: refundsRouter,
  inbox: inboxRouter,
  platform: platformRouter,
});

/** The type that clients import; never the value. */
export type AppRouter = typeof appRouter;
