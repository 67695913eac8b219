import { list } from '@/db/json-list';
import { insertActions, insertAudits, lockDiscrepancy } from '@/db/sql/work-list';
import type { Tx } from '@/db/transaction';
import { actorLabel } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { type OperationKey, once, operationKey } from '../idempotency';
import { newId } from '../ids';
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

/** What an action did, for its history. Ids and words of ours: the reason stands beside it. */
export interface Done {
  action: 'ASSIGNED' | 'NOTED' | 'LINKED' | 'ACCEPTED' | 'CORRECTED' | 'REOPENED';
  details?: Readonly<Record<string, string | number | null | undefined>>;
}

/**
 * How every action on a discrepancy goes: locked, allowed, done once per key, and written into its history and the audit log
 * with who and why.
 */
export async function actOn(
  ctx: ServiceContext,
  verb: string,
  { idempotencyKey, ...input }: { discrepancyId: string; reason: string; idempotencyKey: string },
  act: (tx: Tx, row: LockedDiscrepancy) => Promise<Done>,
): Promise<DiscrepancyDetailView> {
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'reconciliation.work');
  const operation = operationKey(ctx.actor, `discrepancies.${verb}`, idempotencyKey, input);
  await ctx.db.transaction((tx) => actWithin(tx, ctx, operation, input, act));
  return getDiscrepancy(ctx, { discrepancyId: input.discrepancyId });
}

/** The same inside a transaction of the caller's. */
export async function actWithin(
  tx: Tx,
  ctx: ServiceContext,
  operation: OperationKey,
  input: { discrepancyId: string; reason: string },
  act: (tx: Tx, row: LockedDiscrepancy) => Promise<Done>,
): Promise<void> {
  const row = await lockFor(tx, ctx, input.discrepancyId);
  await once(tx, operation, async () => {
    const done = await act(tx, row);
    const actionId = newId();
    await tx.query(insertActions, [
      list({
        id: actionId,
        discrepancy_id: row.id,
        action: done.action,
        actor: actorLabel(ctx.actor),
        reason: input.reason,
        details: done.details,
      }),
    ]);
    await tx.query(insertAudits, [
      list({
        id: newId(),
        actor: actorLabel(ctx.actor),
        action: `discrepancy.${done.action.toLowerCase()}`,
        subject_id: row.id,
        restaurant_id: row.restaurantId,
        details: { ...done.details, actionId },
        request_id: ctx.request.id,
      }),
    ]);
    return { actionId };
  });
}

/** @throws ServiceError NOT_VISIBLE, FORBIDDEN */
export async function lockFor(
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
