import { linkLine } from '@/db/sql/bank-lines';
import {
  assignDiscrepancy,
  isMember,
  lockDiscrepancy,
  reopenDiscrepancy,
  resolveDiscrepancy,
} from '@/db/sql/reconciliation-discrepancies';
import { actorLabel } from '../actor';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { parseInput } from '../parse';
import { actOnDiscrepancy, assertOpen, type LockedDiscrepancy } from './act-on-discrepancy';
import {
  type AssignInput,
  assignInput,
  type DiscrepancyDetailView,
  type LinkInput,
  linkInput,
  type ReasonedInput,
  reasonedInput,
} from './schemas';

/**
 * Assigns a discrepancy to a user, or to nobody. A restaurant's discrepancy goes to one of its members, the platform's
 * to any user.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DISCREPANCY_RESOLVED, INVALID_INPUT,
 *   IDEMPOTENCY_KEY_REUSED
 */
export async function assign(ctx: ServiceContext, raw: AssignInput): Promise<DiscrepancyDetailView> {
  const input = parseInput(assignInput, raw);
  return actOnDiscrepancy(ctx, 'assign', input, async (tx, row) => {
    assertOpen(row);
    const { userId } = input;
    // Admins may assign to anyone, and anyone to themselves.
    const isStranger =
      userId !== null && row.restaurantId !== null && ctx.actor.kind !== 'admin' && userId !== ownId(ctx);
    if (isStranger && (await tx.maybeOne(isMember, [userId, row.restaurantId])) === null)
      throw new ServiceError('INVALID_INPUT', 'Assign it to somebody of the restaurant.', {
        details: { field: 'userId' },
      });
    await tx.query(assignDiscrepancy, [row.id, userId]);
    return { action: 'ASSIGNED', details: { userId, previousUserId: row.assignedTo } };
  });
}

/** Adds a note. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, IDEMPOTENCY_KEY_REUSED */
export async function note(ctx: ServiceContext, raw: ReasonedInput): Promise<DiscrepancyDetailView> {
  return actOnDiscrepancy(ctx, 'note', parseInput(reasonedInput, raw), async () => ({ action: 'NOTED' }));
}

/**
 * Accepts a discrepancy as it is. Later runs reopen it only when its facts change.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DISCREPANCY_RESOLVED, IDEMPOTENCY_KEY_REUSED
 */
export async function accept(ctx: ServiceContext, raw: ReasonedInput): Promise<DiscrepancyDetailView> {
  return actOnDiscrepancy(ctx, 'accept', parseInput(reasonedInput, raw), async (tx, row) => {
    assertOpen(row);
    await tx.query(resolveDiscrepancy, [row.id, 'ACCEPTED', actorLabel(ctx.actor), ctx.clock.now()]);
    return { action: 'ACCEPTED' };
  });
}

/**
 * Opens a resolved discrepancy again.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DISCREPANCY_OPEN, IDEMPOTENCY_KEY_REUSED
 */
export async function reopen(ctx: ServiceContext, raw: ReasonedInput): Promise<DiscrepancyDetailView> {
  return actOnDiscrepancy(ctx, 'reopen', parseInput(reasonedInput, raw), async (tx, row) => {
    if (row.state === 'OPEN') throw new ServiceError('DISCREPANCY_OPEN', 'This discrepancy is open.');
    await tx.query(reopenDiscrepancy, [row.id]);
    return { action: 'REOPENED' };
  });
}

/**
 * Links a discrepancy to a payout or to another discrepancy. A bank line linked to a payout belongs to it in every
 * later run. A discrepancy linked to another one is one case with it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DISCREPANCY_RESOLVED, NOT_CORRECTABLE,
 *   IDEMPOTENCY_KEY_REUSED
 */
export async function link(ctx: ServiceContext, raw: LinkInput): Promise<DiscrepancyDetailView> {
  const input = parseInput(linkInput, raw);
  return actOnDiscrepancy(ctx, 'link', input, async (tx, row) => {
    assertOpen(row);
    const { to } = input;
    if (to.kind === 'DISCREPANCY') {
      const other = await tx.maybeOne<LockedDiscrepancy>(lockDiscrepancy, [to.discrepancyId]);
      if (other === null || other.restaurantId !== row.restaurantId) throw notVisible('Discrepancy');
      return { action: 'LINKED', details: { discrepancyId: to.discrepancyId } };
    }
    const lineId = /^bank:(.+)$/.exec(row.subject ?? '')?.[1];
    if (row.way !== 'BANK' || lineId === undefined)
      throw new ServiceError('NOT_CORRECTABLE', 'Only a line of the bank belongs to a payout.');
    if ((await tx.maybeOne(linkLine, [lineId, to.payoutId])) === null) throw notVisible('Payout');
    return { action: 'LINKED', details: { payoutId: to.payoutId, bankLineId: lineId } };
  });
}

function ownId(ctx: ServiceContext): string | null {
  return 'userId' in ctx.actor ? ctx.actor.userId : null;
}
