import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { authorizeGroup } from './group-row';
import { findGroup, membersOf, toGroupView } from './read-group';
import { type SplitInput, splitInput } from './schemas';
import type { SplitGroupView } from './view';

/**
 * How a group stands: who has paid, what is left. For its restaurant, its table and its participants; also long after.
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED
 */
export async function getSplit(ctx: ServiceContext, raw: SplitInput): Promise<SplitGroupView> {
  const { groupId } = parseInput(splitInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'split.read');
  const group = await findGroup(ctx, groupId);
  authorizeGroup(ctx.actor, 'split.read', group, membersOf(group));
  return toGroupView(ctx, group);
}
