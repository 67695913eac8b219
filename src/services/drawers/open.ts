import { insertDrawer } from '@/db/sql/drawers';
import { businessDayOf } from '@/domain/business-day';
import { drawerCashPostings } from '@/domain/ledger/postings';
import { actorLabel } from '../actor';
import { authorizedRestaurant } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { bookDrawerFact } from './book-cash';
import { type OpenDrawerInput, openDrawerInput } from './schemas';
import { type DrawerView, readDrawerView } from './view';

/**
 * Opens the restaurant's drawer with a float from the safe. One is open at a time: cash that staff take from now on lies in it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DRAWER_ALREADY_OPEN, IDEMPOTENCY_KEY_REUSED
 */
export async function openDrawer(ctx: ServiceContext, raw: OpenDrawerInput): Promise<DrawerView> {
  const { idempotencyKey, ...input } = parseInput(openDrawerInput, raw);
  const operation = operationKey(ctx.actor, 'drawers.open', idempotencyKey, input);
  return ctx.db.transaction(async (tx) => {
    const at = await authorizedRestaurant(tx, ctx, 'drawer.manage', input.restaurantId);
    const { ids } = await once(tx, operation, async () => {
      const drawerId = newId();
      const now = ctx.clock.now();
      const opened = await tx.maybeOne(insertDrawer, [
        drawerId,
        at.restaurantId,
        at.currency,
        businessDayOf(now, at.timeZone, at.closingHour),
        input.floatMinor,
        now,
        actorLabel(ctx.actor),
      ]);
      if (opened === null) {
        throw new ServiceError('DRAWER_ALREADY_OPEN', 'A drawer is open already. Count and close it first.');
      }
      await bookDrawerFact(tx, ctx, at, {
        action: 'drawer.opened',
        drawerId,
        factKey: `drawer-opened:${drawerId}`,
        postings: drawerCashPostings({ amountMinor: input.floatMinor }),
        details: { floatMinor: input.floatMinor },
      });
      return { drawerId };
    });
    return readDrawerView(tx, ids.drawerId);
  });
}
