import { actorUserId } from '../actor';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { customerCreateKey } from '../processor-keys';
import { unwrap } from './processor-refusal';

/**
 * The processor's customer of the signed-in actor, created on first need. Two at once create one: the key is the user's.
 * @throws ServiceError SAVE_CARD_NEEDS_SIGN_IN, PROCESSOR_*
 */
export async function ensureCustomer(ctx: ServiceContext): Promise<string> {
  const userId = actorUserId(ctx.actor);
  const user = userId === null ? null : await ctx.prisma.user.findUnique({ where: { id: userId } });
  if (!user)
    throw new ServiceError('SAVE_CARD_NEEDS_SIGN_IN', 'Sign in to save a card, or pay without saving it.');
  if (user.stripeCustomerId) return user.stripeCustomerId;
  const { id } = unwrap(await ctx.processor.createCustomer(user.id, customerCreateKey(user.id)));
  await ctx.prisma.user.update({ where: { id: user.id }, data: { stripeCustomerId: id } });
  return id;
}
