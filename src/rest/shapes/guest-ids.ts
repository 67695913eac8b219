import type { ServiceContext } from '@/services/context';
import type { GuestIdOf } from '@/services/legacy/order-body';
import { readGuestIds } from '@/services/table-sessions';

/**
 * On the legacy wire a guest's id is secret and public in one (decision 4). The secret ids of a table go to the guests of
 * this table alone; everybody else gets the public ids, which open nothing.
 */
export async function guestIds(
  ctx: ServiceContext,
  things: readonly { guestPublicId: string | null }[],
): Promise<GuestIdOf> {
  const own = ctx.actor.kind === 'guest' || ctx.actor.kind === 'customer' ? ctx.actor.guest : null;
  if (own === null) return (publicId) => publicId ?? undefined;
  const onlyOwn = things.every(
    ({ guestPublicId }) => guestPublicId === null || guestPublicId === own.publicId,
  );
  const ids = onlyOwn
    ? new Map([[own.publicId, own.guestSessionId]])
    : await readGuestIds(ctx, { tableSessionId: own.tableSessionId });
  return (publicId) => (publicId === null ? undefined : (ids.get(publicId) ?? publicId));
}
