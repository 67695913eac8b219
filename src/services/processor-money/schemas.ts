import { z } from 'zod';
import type { ShareKind } from '@/domain/payout-shares';
import { plainText, platformId } from '../payments/schemas';

export const listPayoutsInput = z.object({
  /** Owners name their restaurant and see their shares; admins may leave it out and see whole payouts. */
  restaurantId: platformId.optional(),
  cursor: z.string().max(512).optional(),
  limit: z.int().min(1).max(100).default(20),
});
export type ListPayoutsInput = z.input<typeof listPayoutsInput>;

export const getPayoutInput = z.object({ payoutId: plainText(1, 255), restaurantId: platformId.optional() });
export type GetPayoutInput = z.input<typeof getPayoutInput>;

export const payoutLinesInput = z.object({
  payoutId: plainText(1, 255),
  restaurantId: platformId.optional(),
  cursor: z.string().max(512).optional(),
  limit: z.int().min(1).max(200).default(50),
});
export type PayoutLinesInput = z.input<typeof payoutLinesInput>;

/** A payout, or a restaurant's share of one. Minor units; times ISO 8601 UTC. */
export interface PayoutView {
  id: string;
  currency: string;
  status: string;
  /** The whole payout; null for an owner, who sees the restaurant's share alone (decision 7). */
  amountMinor: number | null;
  /** Empty until the payout is posted; a restaurant's own, or all of them, which sum to the payout. */
  shares: { kind: ShareKind; restaurantId: string | null; amountMinor: number }[];
  failureCode: string | null;
  /** How the bank's line names it. */
  traceId: string | null;
  arrivalAt: string;
  createdAt: string;
}

/** A payout with what it consists of: sums by what Stripe calls its lines, a restaurant's own or all of them. */
export interface PayoutDetailView extends PayoutView {
  parts: {
    reportingCategory: string;
    count: number;
    grossMinor: number;
    feeMinor: number;
    netMinor: number;
  }[];
}

/** A balance transaction of a payout. Gross less fee is net; minor units. */
export interface PayoutLineView {
  id: string;
  reportingCategory: string;
  sourceId: string | null;
  paymentId: string | null;
  restaurantId: string | null;
  grossMinor: number;
  feeMinor: number;
  netMinor: number;
  currency: string;
  occurredAt: string;
}
