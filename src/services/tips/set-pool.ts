import { insertAudit } from '@/db/sql/audit';
import { lockRestaurant } from '@/db/sql/platform';
import { readPoolShares, replacePoolShares } from '@/db/sql/tips';
import type { PoolMember } from '@/domain/tip-pool';
import { actorLabel } from '../actor';
import { authorizedRestaurant } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { type SetTipPoolInput, setTipPoolInput, type TipPoolView } from './schemas';

/**
 * Says who takes part in a business day's tip pool, with how many minutes and points; replaces what was said before. For the
 * owner and admins. @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED
 */
export async function setTipPool(ctx: ServiceContext, raw: SetTipPoolInput): Promise<TipPoolView> {
  const { idempotencyKey, ...input } = parseInput(setTipPoolInput, raw);
  const operation = operationKey(ctx.actor, 'tips.setPool', idempotencyKey, input);
  const { restaurantId, businessDay, members } = input;
  return ctx.db.transaction(async (tx) => {
    await authorizedRestaurant(tx, ctx, 'tips.changePool', restaurantId);
    await tx.query(lockRestaurant, [restaurantId]);
    await once(tx, operation, async () => {
      await tx.query(replacePoolShares, [
        restaurantId,
        businessDay,
        members.map((m) => m.userId),
        members.map((m) => m.minutesWorked),
        members.map((m) => m.points),
      ]);
      await tx.query(insertAudit, [
        newId(),
        actorLabel(ctx.actor),
        'tips.pool_set',
        'tip_pool',
        `${restaurantId} ${businessDay}`.slice(0, 255),
        restaurantId,
        JSON.stringify({ businessDay, members }),
        ctx.request.id,
      ]);
      return { businessDay };
    });
    const rows = await tx.query<PoolMember & { businessDay: string }>(readPoolShares, [
      restaurantId,
      businessDay,
      businessDay,
    ]);
    return { businessDay, members: rows.map(({ businessDay: _day, ...member }) => member) };
  });
}
