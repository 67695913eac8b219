import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { ensureIntent } from '../payments/ensure-intent';

/**
 * Brings up the intents of a group's card shares, each with its own key. A share that the processor refuses is closed with its
 * reason and frees only itself; one whose outcome is not known is left to a repeat or the janitor.
 */
export async function ensureIntents(
  ctx: ServiceContext,
  groupId: string,
  role: { isOpener: boolean },
): Promise<void> {
  const shares = await ctx.prisma.payment.findMany({
    where: { splitGroupId: groupId, provider: 'STRIPE' },
    select: { id: true },
  });
  const ends = await Promise.allSettled(shares.map(({ id }) => ensureIntent(ctx, id, role)));
  for (const end of ends) {
    if (end.status === 'rejected' && !(end.reason instanceof ServiceError)) throw end.reason;
  }
}
