import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { findGroup, membersOf } from './read-group';

/** A group with one of its shares, for looks before a lock. @throws ServiceError NOT_VISIBLE */
export async function findShare(ctx: ServiceContext, groupId: string, participantId: string) {
  const group = await findGroup(ctx, groupId);
  const share = group.participants.find((one) => one.id === participantId);
  if (!share) throw notVisible('Participant');
  return { group, share, members: membersOf(group) };
}
