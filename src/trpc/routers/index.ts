import { router } from '../trpc';
import { analyticsRouter } from './analytics';
import { auditRouter } from './audit';
import { cashRouter } from './cash';
import { disputesRouter } from './disputes';
import { exportsRouter } from './exports';
import { inboxRouter } from './inbox';
import { ledgerRouter } from './ledger';
import { liveRouter } from './live';
import { notificationsRouter } from './notifications';
import { ordersRouter } from './orders';
import { paymentMethodsRouter } from './payment-methods';
import { paymentsRouter } from './payments';
import { payoutsRouter } from './payouts';
import { platformRouter } from './platform';
import { privacyRouter } from './privacy';
import { reconciliationRouter } from './reconciliation';
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
  reconciliation: reconciliationRouter,
  exports: exportsRouter,
  payouts: payoutsRouter,
  splits: splitsRouter,
  splitCalculations: splitCalculationsRouter,
  settings: settingsRouter,
  tips: tipsRouter,
  analytics: analyticsRouter,
  inbox: inboxRouter,
  audit: auditRouter,
  team: teamRouter,
  system: systemRouter,
  notifications: notificationsRouter,
  platform: platformRouter,
  privacy: privacyRouter,
  live: liveRouter,
});

/** What websockets serve: nothing but live events, so that limits of calls hold at one door. */
export const websocketRouter = router({ live: liveRouter });

/** The type that clients import; never the value. */
export type AppRouter = typeof appRouter;
