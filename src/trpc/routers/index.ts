import { router } from '../trpc';
import { auditRouter } from './audit';
import { cashRouter } from './cash';
import { disputesRouter } from './disputes';
import { inboxRouter } from './inbox';
import { ledgerRouter } from './ledger';
import { liveRouter } from './live';
import { notificationsRouter } from './notifications';
import { ordersRouter } from './orders';
import { paymentMethodsRouter } from './payment-methods';
import { paymentsRouter } from './payments';
import { platformRouter } from './platform';
import { refundsRouter } from './refunds';
import { settingsRouter } from './settings';
import { splitCalculationsRouter } from './split-calculations';
import { splitsRouter } from './splits';
import { systemRouter } from './system';
import { tableSessionsRouter } from './table-sessions';
import { teamRouter } from './team';
import { tipsRouter } from './tips';

export const appRouter = router({
  payments: paymentsRouter,
  paymentMethods: paymentMethodsRouter,
  cash: cashRouter,
  orders: ordersRouter,
  tableSessions: tableSessionsRouter,
  refunds: refundsRouter,
  disputes: disputesRouter,
  ledger: ledgerRouter,
  splits: splitsRouter,
  splitCalculations: splitCalculationsRouter,
  settings: settingsRouter,
  tips: tipsRouter,
  inbox: inboxRouter,
  audit: auditRouter,
  team: teamRouter,
  system: systemRouter,
  notifications: notificationsRouter,
  platform: platformRouter,
  live: liveRouter,
});

/** What websockets serve: nothing but live events, so that limits of calls hold at one door. */
export const websocketRouter = router({ live: liveRouter });

/** The type that clients import; never the value. */
export type AppRouter = typeof appRouter;
