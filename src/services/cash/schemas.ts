import { z } from 'zod';
import { amountMinor, idempotencyKey, paymentId, platformId } from '../payments/schemas';

/** A guest asks to pay in cash: an order, or a share of a table session's bill. */
export const requestCashInput = z.union([
  z.object({
    orderId: platformId,
    /** What the client shows as due, without tip. Must match the server's figure exactly. */
    billMinor: amountMinor.optional(),
    tipMinor: amountMinor.default(0),
    idempotencyKey,
  }),
  z.object({
    tableSessionId: platformId,
    orderIds: z.array(platformId).min(1).max(500).optional(),
    shareMinor: amountMinor.min(1).optional(),
    tipMinor: amountMinor.default(0),
    idempotencyKey,
  }),
]);
export type RequestCashInput = z.input<typeof requestCashInput>;

/** What was handed over and given back; checked against the payment's total where sent. */
const tender = { tenderedMinor: amountMinor.optional(), changeMinor: amountMinor.optional() };

export const recordCashInput = z.object({
  orderId: platformId,
  billMinor: amountMinor.optional(),
  tipMinor: amountMinor.default(0),
  ...tender,
  idempotencyKey,
});
export type RecordCashInput = z.input<typeof recordCashInput>;

export const confirmCashInput = z.object({ paymentId, ...tender, idempotencyKey });
export type ConfirmCashInput = z.input<typeof confirmCashInput>;
