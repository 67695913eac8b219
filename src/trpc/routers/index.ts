import { router } from '../trpc';
import { inboxRouter } from './inbox';
import { paymentsRouter } from './payments';
import { platformRouter } from './platform';
import { refundsRouter } from './refunds';

export const appRouter = router({
  payments: paymentsRouter,
  refunds: refundsRouter,
  inbox: inboxRouter,
  platform: platformRouter,
});

/** The type that clients import; never the value. */
export type AppRouter = typeof appRouter;
