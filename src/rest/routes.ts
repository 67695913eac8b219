import type { Route } from './call';
import { metricRoutes } from './routes/metrics';
import { orderRoutes } from './routes/orders';
import { paymentRoutes } from './routes/payments';
import { reconciliationRoutes } from './routes/reconciliation';
import { splitCalculationRoutes } from './routes/split-calculations';
import { splitRoutes } from './routes/splits';
import { staffSessionRoutes } from './routes/staff-sessions';
import { tableSessionRoutes } from './routes/table-sessions';

/** The legacy API: every row with its path below /api/v1, who may ask, and what answers. */
export const routes: readonly Route[] = [
  ...paymentRoutes,
  ...metricRoutes,
  ...reconciliationRoutes,
  ...orderRoutes,
  ...tableSessionRoutes,
  ...staffSessionRoutes,
  ...splitCalculationRoutes,
  ...splitRoutes,
];
