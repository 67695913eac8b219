import { router } from '../trpc';
import { paymentsRouter } from './payments';
import { platformRouter } from './platform';

export const appRouter = router({
  payments: paymentsRouter,
  platform: platformRouter,
});

/** The type that clients import; never the value. */
export type AppRouter = typeof appRouter;
