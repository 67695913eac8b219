import {
  watchAllInput,
  watchOrderInput,
  watchPaymentInput,
  watchRestaurantInput,
  watchTableSessionInput,
} from '@/services/live/schemas';
import { parseInput } from '@/services/parse';
import { inputOf, procedure, router } from '../trpc';
import { watchRoom } from '../watch-room';

/**
 * Live events over the websocket at /api/trpc: each once and in order, also over reconnects, with minor units inside. The first
 * message is `live:ready`; `live:resync` says that events were missed which are no longer kept.
 */
export const liveRouter = router({
  /** One payment, for who may see it. */
  payment: procedure
    .meta({ action: 'payment.read' })
    .input(inputOf(watchPaymentInput))
    .subscription(({ ctx, input, signal }) => {
      const { paymentId, lastEventId } = parseInput(watchPaymentInput, input);
      return watchRoom(ctx, { kind: 'payment', paymentId }, lastEventId, signal);
    }),

  /** One order, with the payments that cover a part of it. */
  order: procedure
    .meta({ action: 'order.read' })
    .input(inputOf(watchOrderInput))
    .subscription(({ ctx, input, signal }) => {
      const { orderId, lastEventId } = parseInput(watchOrderInput, input);
      return watchRoom(ctx, { kind: 'order', orderId }, lastEventId, signal);
    }),

  /** A table's visit: its orders, payments, splits and guests. Ends with SESSION_CLOSED for its guests. */
  tableSession: procedure
    .meta({ action: 'tableSession.read' })
    .input(inputOf(watchTableSessionInput))
    .subscription(({ ctx, input, signal }) => {
      const { tableSessionId, lastEventId } = parseInput(watchTableSessionInput, input);
      return watchRoom(ctx, { kind: 'tableSession', tableSessionId }, lastEventId, signal);
    }),

  /** Everything of a restaurant, for its people. */
  restaurant: procedure
    .meta({ action: 'live.restaurant' })
    .input(inputOf(watchRestaurantInput))
    .subscription(({ ctx, input, signal }) => {
      const { restaurantId, lastEventId } = parseInput(watchRestaurantInput, input);
      return watchRoom(ctx, { kind: 'restaurant', restaurantId }, lastEventId, signal);
    }),

  /** Everything, for admins. */
  admin: procedure
    .meta({ action: 'live.admin' })
    .input(inputOf(watchAllInput))
    .subscription(({ ctx, input, signal }) =>
      watchRoom(ctx, { kind: 'admin' }, parseInput(watchAllInput, input)?.lastEventId, signal),
    ),

  /** The states of all payments, for the platform's service role. */
  platform: procedure
    .meta({ action: 'live.platform' })
    .input(inputOf(watchAllInput))
    .subscription(({ ctx, input, signal }) =>
      watchRoom(ctx, { kind: 'platform' }, parseInput(watchAllInput, input)?.lastEventId, signal),
    ),
});
