import { z } from 'zod';
import { amountMinor, idempotencyKey, paymentId, plainText } from '../payments/schemas';

export const createRefundInput = z.object({
  paymentId,
  /** Without it: all that is left. */
  amountMinor: amountMinor.min(1).optional(),
  /** The tip's part of the amount. Without it: in proportion to what is left of each part. */
  tipRefundMinor: amountMinor.optional(),
  reason: z.string().trim().pipe(plainText(1, 500)),
  idempotencyKey,
});
export type CreateRefundInput = z.input<typeof createRefundInput>;

/** A refund as callers see it. Minor units; times ISO 8601 UTC. PROCESSING until the processor has sent the money. */
export interface RefundView {
  id: string;
  paymentId: string;
  refundMinor: number;
  tipRefundMinor: number;
  status: string;
  reason: string;
  failureReason: string | null;
  processedAt: string | null;
  createdAt: string;
}
