import { authorizedRestaurant } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { type ListTeamInput, listTeamInput, type TeamMemberView } from './schemas';

/** More than any restaurant employs. */
const MOST_PEOPLE = 1000;

/**
 * Who works at a restaurant: owners first, then by name. The platform decides who does (decision 1).
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED
 */
export async function listTeam(ctx: ServiceContext, raw: ListTeamInput): Promise<TeamMemberView[]> {
  const { restaurantId } = parseInput(listTeamInput, raw);
  await authorizedRestaurant(ctx.db, ctx, 'team.read', restaurantId);
  const memberships = await ctx.prisma.membership.findMany({
    where: { restaurantId },
    select: { role: true, user: { select: { id: true, name: true, email: true } } },
    orderBy: [{ role: 'asc' }, { user: { name: 'asc' } }, { userId: 'asc' }],
    take: MOST_PEOPLE,
  });
  return memberships.map(({ role, user }) => ({
    userId: user.id,
    name: user.name,
    email: user.email,
    role: role === 'OWNER' ? 'OWNER' : 'STAFF',
  }));
}
