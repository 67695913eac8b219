import { z } from 'zod';
import { amountMinor, idempotencyKey, platformId } from '../payments/schemas';

export const getOrderInput = z.object({ orderId: platformId });
export type GetOrderInput = z.input<typeof getOrderInput>;

/** The order's own tip, which everybody who pays it shares. */
export const changeOrderTipInput = z.object({ orderId: platformId, tipMinor: amountMinor, idempotencyKey });
export type ChangeOrderTipInput = z.input<typeof changeOrderTipInput>;
