import { insertMovement } from '@/db/sql/drawers';
import { drawerCashPostings } from '@/domain/ledger/postings';
import { actorLabel } from '../actor';
import { authorizedRestaurant } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { recordDrawerFact } from './record-drawer-fact';
import { drawerNotOpen } from './refusals';
import { type MoveCashInput, moveCashInput } from './schemas';
import { type DrawerView, readDrawerView } from './view';

/**
 * Cash put into the open drawer or taken out of it, beside payments and refunds: change fetched, a supplier paid.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DRAWER_NOT_OPEN, IDEMPOTENCY_KEY_REUSED
 */
export async function moveCash(ctx: ServiceContext, raw: MoveCashInput): Promise<DrawerView> {
  const { idempotencyKey, ...input } = parseInput(moveCashInput, raw);
  const operation = operationKey(ctx.actor, 'drawers.move', idempotencyKey, input);
  const amountMinor = input.direction === 'IN' ? input.amountMinor : -input.amountMinor;
  return ctx.db.transaction(async (tx) => {
    const at = await authorizedRestaurant(tx, ctx, 'drawer.manage', input.restaurantId);
    const { ids } = await once(tx, operation, async () => {
      const movementId = newId();
      const moved = await tx.maybeOne<{ drawerId: string }>(insertMovement, [
        movementId,
        at.restaurantId,
        at.currency,
        input.direction === 'IN' ? 'PAY_IN' : 'PAY_OUT',
        amountMinor,
        null,
        null,
        input.reason,
        actorLabel(ctx.actor),
        ctx.clock.now(),
      ]);
      if (moved === null) throw drawerNotOpen();
      await recordDrawerFact(tx, ctx, at, {
        action: 'drawer.moved',
        drawerId: moved.drawerId,
        factKey: `drawer-moved:${movementId}`,
        postings: drawerCashPostings({ amountMinor }),
        details: { amountMinor },
      });
      return moved;
    });
    return readDrawerView(tx, ids.drawerId);
  });
}
