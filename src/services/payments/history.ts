import { actorNames } from '../audit/actor-names';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { findRow, viewResource } from './read-view';
import { type GetPaymentInput, getPaymentInput } from './schemas';
import type { PaymentHistoryEntry } from './view';

/**
 * Everything that happened to a payment, oldest first, with actor and details; `details.reason` is what a person wrote, until
 * it is erased. For staff and admins.
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
  const written = await ctx.prisma.paymentAuditClient.findMany({
    where: { auditId: { in: entries.map((entry) => entry.id) }, note: { not: null } },
    select: { auditId: true, note: true },
  });
  const notes = new Map(written.map(({ auditId, note }) => [auditId, note]));
  const names = await actorNames(
    ctx,
    entries.map((entry) => entry.actor),
  );
  return entries.map((entry) => ({
    id: entry.id,
    action: entry.action,
    previousStatus: entry.previousStatus,
    newStatus: entry.newStatus,
    actor: entry.actor,
    actorName: names.get(entry.actor) ?? null,
    details: detailsOf(entry.details, notes.get(entry.id) ?? null),
    createdAt: entry.createdAt.toISOString(),
  }));
}

function detailsOf(stored: unknown, note: string | null): Record<string, unknown> | null {
  const details = isRecord(stored) ? stored : null;
  return note === null ? details : { ...details, reason: note };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
