import type { Route } from './call';
import { orderRoutes } from './routes/orders';
import { paymentRoutes } from './routes/payments';
import { splitCalculationRoutes } from './routes/split-calculations';
import { splitRoutes } from './routes/splits';
import { tableSessionRoutes } from './routes/table-sessions';

/** The legacy API: every row with its path below /api/v1, who may ask, and what answers. */
export const routes: readonly Route[] = [
  ...paymentRoutes,
  ...orderRoutes,
  ...tableSessionRoutes,
  ...splitCalculationRoutes,
  ...splitRoutes,
];
