import { closeDrawerSession, lockOpenDrawer, sumMovements } from '@/db/sql/drawers';
import type { Tx } from '@/db/transaction';
import { drawerClosedPostings } from '@/domain/ledger/postings';
import { actorLabel } from '../actor';
import { authorizedRestaurant, type RestaurantRules } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { once, operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { recordDrawerFact } from './record-drawer-fact';
import { drawerNotOpen } from './refusals';
import { type CloseDrawerInput, closeDrawerInput } from './schemas';
import { type DrawerView, readDrawerView } from './view';

/**
 * Closes the open drawer with what was counted: expected against counted, the difference over or short. What lay in it goes
 * to the safe, so that the drawer's account is empty again.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DRAWER_NOT_OPEN, IDEMPOTENCY_KEY_REUSED
 */
export async function closeDrawer(ctx: ServiceContext, raw: CloseDrawerInput): Promise<DrawerView> {
  const { idempotencyKey, ...input } = parseInput(closeDrawerInput, raw);
  const operation = operationKey(ctx.actor, 'drawers.close', idempotencyKey, input);
  return ctx.db.transaction(async (tx) => {
    const at = await authorizedRestaurant(tx, ctx, 'drawer.manage', input.restaurantId);
    const { ids } = await once(tx, operation, () => count(tx, ctx, at, input.countedMinor));
    return readDrawerView(tx, ids.drawerId);
  });
}

async function count(
  tx: Tx,
  ctx: ServiceContext,
  at: RestaurantRules,
  countedMinor: number,
): Promise<{ drawerId: string }> {
  const drawer = await tx.maybeOne<{ id: string; currency: string; floatMinor: number }>(lockOpenDrawer, [
    at.restaurantId,
  ]);
  if (drawer === null) throw drawerNotOpen();
  const { movedMinor } = await tx.one<{ movedMinor: number }>(sumMovements, [drawer.id]);
  const expectedMinor = drawer.floatMinor + movedMinor;
  const differenceMinor = countedMinor - expectedMinor;
  await tx.query(closeDrawerSession, [
    drawer.id,
    ctx.clock.now(),
    actorLabel(ctx.actor),
    expectedMinor,
    countedMinor,
    differenceMinor,
  ]);
  await recordDrawerFact(
    tx,
    ctx,
    { ...at, currency: drawer.currency },
    {
      action: 'drawer.closed',
      drawerId: drawer.id,
      factKey: `drawer-closed:${drawer.id}`,
      postings: drawerClosedPostings({ expectedMinor, countedMinor }),
      details: { expectedMinor, countedMinor, differenceMinor },
    },
  );
  return { drawerId: drawer.id };
}
