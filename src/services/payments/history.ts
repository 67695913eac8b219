import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { findRow, viewResource } from './read-view';
import { type GetPaymentInput, getPaymentInput } from './schemas';
import type { PaymentHistoryEntry } from './view';

/**
 * Everything that happened to a payment, oldest first, with actor and details. For staff and admins.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function getPaymentHistory(
  ctx: ServiceContext,
  raw: GetPaymentInput,
): Promise<PaymentHistoryEntry[]> {
  const { paymentId } = parseInput(getPaymentInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.history');
  const row = await findRow(ctx, paymentId);
  authorize(ctx.actor, 'payment.history', viewResource(row), 'Payment');
  const entries = await ctx.prisma.paymentAuditEntry.findMany({
    where: { paymentId },
    // Ids are made under the payment's lock; created_at is when a transaction began, perhaps long before it got the lock.
    orderBy: { id: 'asc' },
    take: 1000,
  });
  return entries.map((entry) => ({
    id: entry.id,
    action: entry.action,
    previousStatus: entry.previousStatus,
    newStatus: entry.newStatus,
    actor: entry.actor,
    details: isRecord(entry.details) ? entry.details : null,
    createdAt: entry.createdAt.toISOString(),
  }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
