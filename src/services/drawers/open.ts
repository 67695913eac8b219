import { insertDrawer } from '@/db/sql/drawers';
import { lockRestaurant } from '@/db/sql/platform';
import { businessDayOf } from '@/domain/business-day';
import { drawerCashPostings } from '@/domain/ledger/postings';
import { actorLabel } from '../actor';
import { authorizedRestaurant } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { recordDrawerFact } from './record-drawer-fact';
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
      // Its currency stays while a drawer is open; locked, so that it is not being changed right now.
      const { currency } = await tx.one<{ currency: string }>(lockRestaurant, [at.restaurantId]);
      const drawerId = newId();
      const now = ctx.clock.now();
      const opened = await tx.maybeOne(insertDrawer, [
        drawerId,
        at.restaurantId,
        currency,
        businessDayOf(now, at.timeZone, at.closingHour),
        input.floatMinor,
        now,
        actorLabel(ctx.actor),
      ]);
      if (opened === null) {
        throw new ServiceError('DRAWER_ALREADY_OPEN', 'A drawer is open already. Count and close it first.');
      }
      const fact = {
        action: 'drawer.opened',
        drawerId,
        factKey: `drawer-opened:${drawerId}`,
        postings: drawerCashPostings({ amountMinor: input.floatMinor }),
        details: { floatMinor: input.floatMinor },
      } as const;
      await recordDrawerFact(tx, ctx, { ...at, currency }, fact);
      return { drawerId };
    });
    return readDrawerView(tx, ids.drawerId);
  });
}
