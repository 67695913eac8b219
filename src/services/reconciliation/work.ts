import { linkLine } from '@/db/sql/bank-lines';
import {
  assignDiscrepancy,
  isMember,
  lockDiscrepancy,
  reopenDiscrepancy,
  resolveDiscrepancy,
} from '@/db/sql/work-list';
import { actorLabel } from '../actor';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { parseInput } from '../parse';
import { actOn, assertOpen, type LockedDiscrepancy } from './act';
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
 * Says who works on it. Of a restaurant's it is one of its people; of the platform's any user's id.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DISCREPANCY_RESOLVED, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED
 */
export async function assign(ctx: ServiceContext, raw: AssignInput): Promise<DiscrepancyDetailView> {
  const input = parseInput(assignInput, raw);
  return actOn(ctx, 'assign', input, async (tx, row) => {
    assertOpen(row);
    const { userId } = input;
    // Admins work on everything and are members of nothing.
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

/** Notes something about it. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, IDEMPOTENCY_KEY_REUSED */
export async function note(ctx: ServiceContext, raw: ReasonedInput): Promise<DiscrepancyDetailView> {
  return actOn(ctx, 'note', parseInput(reasonedInput, raw), async () => ({ action: 'NOTED' }));
}

/**
 * Accepts it as it is. It stays away as long as its facts stay the same.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DISCREPANCY_RESOLVED, IDEMPOTENCY_KEY_REUSED
 */
export async function accept(ctx: ServiceContext, raw: ReasonedInput): Promise<DiscrepancyDetailView> {
  return actOn(ctx, 'accept', parseInput(reasonedInput, raw), async (tx, row) => {
    assertOpen(row);
    await tx.query(resolveDiscrepancy, [row.id, 'ACCEPTED', actorLabel(ctx.actor), ctx.clock.now()]);
    return { action: 'ACCEPTED' };
  });
}

/**
 * Opens a resolved one again.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DISCREPANCY_OPEN, IDEMPOTENCY_KEY_REUSED
 */
export async function reopen(ctx: ServiceContext, raw: ReasonedInput): Promise<DiscrepancyDetailView> {
  return actOn(ctx, 'reopen', parseInput(reasonedInput, raw), async (tx, row) => {
    if (row.state === 'OPEN') throw new ServiceError('DISCREPANCY_OPEN', 'This discrepancy is open.');
    await tx.query(reopenDiscrepancy, [row.id]);
    return { action: 'REOPENED' };
  });
}

/**
 * Ties it to what it belongs to. A bank line that is tied to a payout is that payout's in every later run; what is tied to
 * another discrepancy is one case with it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DISCREPANCY_RESOLVED, NOT_CORRECTABLE, IDEMPOTENCY_KEY_REUSED
 */
export async function link(ctx: ServiceContext, raw: LinkInput): Promise<DiscrepancyDetailView> {
  const input = parseInput(linkInput, raw);
  return actOn(ctx, 'link', input, async (tx, row) => {
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
