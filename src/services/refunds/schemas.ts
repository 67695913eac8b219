import { z } from 'zod';
import { amountMinor, idempotencyKey, moment, paymentId, plainText, platformId } from '../payments/schemas';

const REFUND_STATUSES = ['PROCESSING', 'COMPLETED', 'FAILED'] as const;

export const createRefundInput = z
  .object({
    paymentId,
    /** Without it: all that is left, of `part` if that is given. */
    amountMinor: amountMinor.min(1).optional(),
    /** Only the tip, or only the bill (subtotal and tax). Without it: in proportion to what is left of each. */
    part: z.enum(['TIP', 'BILL']).optional(),
    /** The tip's part of the amount, to the cent. */
    tipRefundMinor: amountMinor.optional(),
    /** Take the refunded part off the bill too, so that it does not become due again (decision 12). */
    reduceBill: z.boolean().default(false),
    reason: z.string().trim().pipe(plainText(1, 500)),
    idempotencyKey,
  })
  .refine((input) => input.part === undefined || input.tipRefundMinor === undefined, {
    path: ['tipRefundMinor'],
    error: 'is decided by part: send one of both',
  });
export type CreateRefundInput = z.input<typeof createRefundInput>;

export const getRefundInput = z.object({ refundId: z.uuid() });
export type GetRefundInput = z.input<typeof getRefundInput>;

export const listRefundsInput = z.object({
  restaurantId: platformId.optional(),
  paymentId: paymentId.optional(),
  status: z.array(z.enum(REFUND_STATUSES)).min(1).optional(),
  createdFrom: moment.optional(),
  createdTo: moment.optional(),
  cursor: z.string().max(512).optional(),
  limit: z.int().min(1).max(100).default(20),
});
export type ListRefundsInput = z.input<typeof listRefundsInput>;

/** A refund as callers see it. Minor units; times ISO 8601 UTC. PROCESSING until the processor has sent the money. */
export interface RefundView {
  id: string;
  paymentId: string;
  restaurantId: string;
  currency: string;
  method: 'CARD' | 'CASH';
  refundMinor: number;
  tipRefundMinor: number;
  taxRefundMinor: number;
  /** Whether the refunded part was taken off the bill. */
  reducesBill: boolean;
  status: string;
  reason: string;
  failureReason: string | null;
  /** Who asked, as the audit names them; null: made at the processor. */
  requestedBy: string | null;
  processedAt: string | null;
  createdAt: string;
}

/** A refund of a list, with who asked as that person is called now; null: unknown, or no person. */
export interface ListedRefund extends RefundView {
  requestedByName: string | null;
}
