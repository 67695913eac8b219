import * as orders from '@/services/orders';
import { changeOrderTipInput, getOrderInput } from '@/services/orders/schemas';
import { inputOf, procedure, router } from '../trpc';

/** Orders with what their bill has received: amounts in minor units, times ISO 8601 UTC. */
export const ordersRouter = router({
  /** One order with its lines and payments. */
  get: procedure
    .meta({ action: 'order.read' })
    .input(inputOf(getOrderInput))
    .query(({ ctx, input }) => orders.getOrder(ctx.service, input)),

  /** Changes the order's own tip, until a part of the order is paid or being paid. */
  changeTip: procedure
    .meta({ action: 'order.changeTip' })
    .input(inputOf(changeOrderTipInput))
    .mutation(({ ctx, input }) => orders.changeOrderTip(ctx.service, input)),
});
