import { z } from 'zod';

const id = z.string().min(1).max(255);
/** The `id` of the last message that was received: what came after it is sent first. Clients of tRPC add it by themselves. */
const lastEventId = z.string().min(1).max(64).nullish();

export const watchPaymentInput = z.object({ paymentId: id, lastEventId });
export const watchOrderInput = z.object({ orderId: id, lastEventId });
export const watchTableSessionInput = z.object({ tableSessionId: id, lastEventId });
export const watchRestaurantInput = z.object({ restaurantId: id, lastEventId });
export const watchAllInput = z.object({ lastEventId }).optional();
