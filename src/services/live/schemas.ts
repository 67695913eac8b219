import { z } from 'zod';
import { platformId } from '../payments/schemas';

/** The `id` of the last message that was received: what came after it is sent first. Clients of tRPC add it by themselves. */
const lastEventId = z.string().min(1).max(64).nullish();

export const watchPaymentInput = z.object({ paymentId: platformId, lastEventId });
export const watchOrderInput = z.object({ orderId: platformId, lastEventId });
export const watchTableSessionInput = z.object({ tableSessionId: platformId, lastEventId });
export const watchRestaurantInput = z.object({ restaurantId: platformId, lastEventId });
export const watchAllInput = z.object({ lastEventId }).optional();
