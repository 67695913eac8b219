import { lockDiscrepancy } from '@/db/sql/reconciliation-discrepancies';
import type { Tx } from '@/db/transaction';
import { actorLabel } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { type ActionTaken, noteActions } from '../discrepancies/note-actions';
import { notVisible, ServiceError } from '../errors';
import { type OperationKey, once, operationKey } from '../idempotency';
import { getDiscrepancy } from './read-discrepancies';
import type { DiscrepancyDetailView } from './schemas';

export type LockedDiscrepancy = {
  id: string;
  restaurantId: string | null;
  state: 'OPEN' | 'RESOLVED';
  way: string | null;
  subject: string | null;
  paymentId: string | null;
  reason: string;
  assignedTo: string | null;
};

/**
 * Runs a person's action on a discrepancy: lock, authorize, run once per idempotency key, then write the action, its
 * actor and its reason to the history and to the audit log.
 * @returns the discrepancy after the action
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, IDEMPOTENCY_KEY_REUSED, and what `act` throws
 */
export async function actOnDiscrepancy(
  ctx: ServiceContext,
  verb: string,
  { idempotencyKey, ...input }: { discrepancyId: string; reason: string; idempotencyKey: string },
  act: (tx: Tx, row: LockedDiscrepancy) => Promise<ActionTaken>,
): Promise<DiscrepancyDetailView> {
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'reconciliation.work');
  const operation = operationKey(ctx.actor, `discrepancies.${verb}`, idempotencyKey, input);
  await ctx.db.transaction((tx) => actInTransaction(tx, ctx, operation, input, act));
  return getDiscrepancy(ctx, { discrepancyId: input.discrepancyId });
}

/**
 * The same inside a transaction that the caller opened.
 * @returns the details of the action, the first one's for a repeat, and whether this is the first
 */
export async function actInTransaction(
  tx: Tx,
  ctx: ServiceContext,
  operation: OperationKey,
  input: { discrepancyId: string; reason: string },
  act: (tx: Tx, row: LockedDiscrepancy) => Promise<ActionTaken>,
): Promise<{ ids: NonNullable<ActionTaken['details']>; isFirst: boolean }> {
  const row = await lockAuthorizedDiscrepancy(tx, ctx, input.discrepancyId);
  return once(tx, operation, async () => {
    const done = await act(tx, row);
    const by = { actor: actorLabel(ctx.actor), reason: input.reason, requestId: ctx.request.id };
    await noteActions(tx, [row], done, by);
    return { ...done.details };
  });
}

/** Locks the discrepancy's row, then authorizes against it. @throws ServiceError NOT_VISIBLE, FORBIDDEN */
export async function lockAuthorizedDiscrepancy(
  tx: Tx,
  ctx: ServiceContext,
  discrepancyId: string,
): Promise<LockedDiscrepancy> {
  const row = await tx.maybeOne<LockedDiscrepancy>(lockDiscrepancy, [discrepancyId]);
  if (row === null) throw notVisible('Discrepancy');
  authorize(ctx.actor, 'reconciliation.work', row, 'Discrepancy');
  return row;
}

/** @throws ServiceError DISCREPANCY_RESOLVED */
export function assertOpen(row: LockedDiscrepancy): void {
  if (row.state !== 'OPEN')
    throw new ServiceError(
      'DISCREPANCY_RESOLVED',
      'This discrepancy is resolved. Reopen it to go on with it.',
    );
}
