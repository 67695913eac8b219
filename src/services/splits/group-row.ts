import { lockOrdersOfGroup, lockSplitGroup, readSplitShares } from '@/db/sql/splits';
import type { Tx } from '@/db/transaction';
import type { SplitState } from '@/domain/split';
import { type Actor, actorLabel } from '../actor';
import { type Action, authorize, type Resource, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { isUuid } from '../ids';
import type { PaymentLeft } from '../refunds/payment-left';
import type { PendingChange } from './plan-share-changes';

/** A group as src/db/sql/splits.ts answers it. */
export type GroupRow = {
  id: string;
  restaurantId: string;
  orderId: string;
  /** Every order that a share covers a part of, in id order. */
  orderIds: string[];
  tableSessionId: string | null;
  currency: string;
  totalMinor: number;
  state: SplitState;
  createdBy: string;
  cancelledAt: Date | null;
  cancelledBy: string | null;
  cancelReason: string | null;
  /** A change of shares that has not ended. */
  pendingChange: PendingChange | null;
};

/** A share with what decisions about its group need. Minor units; see src/db/sql/splits.ts. */
export type ShareRow = PaymentLeft & {
  participantId: string;
  paymentId: string;
  payerKey: string;
  amountMinor: number;
  refundedMinor: number;
  refundFailed: boolean;
  guestSessionId: string | null;
  customerId: string | null;
  email: string | null;
};

/** Locks a group with the orders of its shares, for an actor who may do this. @throws ServiceError NOT_VISIBLE, FORBIDDEN */
export async function lockGroupFor(
  tx: Tx,
  ctx: ServiceContext,
  action: Action,
  groupId: string,
): Promise<{ group: GroupRow; shares: ShareRow[] }> {
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, action);
  const locked = await lockGroup(tx, groupId);
  if (!locked) throw notVisible('Split');
  authorizeGroup(ctx.actor, action, locked.group, locked.shares);
  return locked;
}

/** Null: there is none. */
export async function lockGroup(
  tx: Tx,
  groupId: string,
): Promise<{ group: GroupRow; shares: ShareRow[] } | null> {
  if (!isUuid(groupId)) return null;
  await tx.query(lockOrdersOfGroup, [groupId]);
  const group = await tx.maybeOne<GroupRow>(lockSplitGroup, [groupId]);
  if (!group) return null;
  return { group, shares: await tx.query<ShareRow>(readSplitShares, [groupId]) };
}

/**
 * A group belongs to its restaurant, to its table, and to each of its participants; where it is called off, to who made it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export function authorizeGroup(
  actor: Actor,
  action: Action,
  group: Pick<GroupRow, 'restaurantId' | 'tableSessionId' | 'createdBy'>,
  members: readonly Member[],
): void {
  const { restaurantId, tableSessionId } = group;
  const isTheirs =
    isCreator(actor, group) ||
    (action !== 'split.cancel' && members.some((member) => isMember(actor, member)));
  authorize(actor, action, { restaurantId, tableSessionId, ...(isTheirs ? own(actor) : {}) }, 'Split');
}

type Member = Pick<ShareRow, 'guestSessionId' | 'customerId'>;

export function isCreator(actor: Actor, group: Pick<GroupRow, 'createdBy'>): boolean {
  return actorLabel(actor) === group.createdBy;
}

/** Whether this share is the actor's own to pay. */
export function isMember(actor: Actor, member: Member): boolean {
  if ('userId' in actor && actor.userId === member.customerId) return true;
  const guest = 'guest' in actor ? actor.guest : null;
  return guest !== null && guest.guestSessionId === member.guestSessionId;
}

function own(actor: Actor): Resource {
  const guest = 'guest' in actor ? actor.guest : null;
  return {
    customerId: 'userId' in actor ? actor.userId : null,
    guestSessionId: guest?.guestSessionId ?? null,
  };
}
