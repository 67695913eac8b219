import { readDisputeFunds } from '@/db/sql/disputes';
import { isDisputeOpen } from '@/domain/dispute';
import type { Prisma } from '@/generated/prisma/client';
import type { ServiceContext } from '../context';
import type { DisputeView } from './schemas';

/** What a view needs beside the dispute's own columns. */
export const DISPUTE_INCLUDE = {
  payment: { select: { orderId: true } },
} as const satisfies Prisma.DisputeInclude;
export type DisputeViewRow = Prisma.DisputeGetPayload<{ include: typeof DISPUTE_INCLUDE }>;

type Funds = DisputeView['funds'][number] & { disputeId: string };

/** The disputes with the funds that they have moved, for a caller who was authorised. */
export async function toDisputeViews(
  ctx: ServiceContext,
  rows: readonly DisputeViewRow[],
): Promise<DisputeView[]> {
  const funds = await ctx.db.query<Funds>(readDisputeFunds, [rows.map((row) => row.id)]);
  return rows.map((row) => ({
    id: row.id,
    paymentId: row.paymentId,
    orderId: row.payment.orderId,
    restaurantId: row.restaurantId,
    amountMinor: Number(row.amountMinor),
    currency: row.currency,
    status: row.status,
    isOpen: isDisputeOpen(row.status),
    reason: row.reason,
    evidenceDueAt: row.evidenceDueAt?.toISOString() ?? null,
    hasEvidence: row.hasEvidence,
    submissionCount: row.submissionCount,
    funds: funds.filter(({ disputeId }) => disputeId === row.id).map(({ disputeId: _, ...moved }) => moved),
    openedAt: row.openedAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
  }));
}
