import { isDeepStrictEqual } from 'node:util';
import { lockRestaurant } from '@/db/sql/platform';
import { countDay, insertZReport, readLastZNumber, readZReport, readZReportOfDay } from '@/db/sql/z-reports';
import type { Tx } from '@/db/transaction';
import { businessDayOf } from '@/domain/business-day';
import { type DayLine, zCurrencies } from '@/domain/z-figures';
import { actorLabel } from '../actor';
import { authorizedRestaurant } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { type MakeZReportInput, makeZReportInput } from './schemas';
import { type DrawerView, readDrawerView } from './view';
import { toZReportView, type ZDrawer, type ZFigures, type ZReportRow, type ZReportView } from './z-view';

/**
 * The Z-report of a business day, once its drawers are closed. Asked again it answers the same one, unless the day's facts
 * have changed since (money that was told late): then a new one with the next number replaces it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, DRAWER_STILL_OPEN, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED
 */
export async function makeZReport(ctx: ServiceContext, raw: MakeZReportInput): Promise<ZReportView> {
  const { idempotencyKey, ...input } = parseInput(makeZReportInput, raw);
  const operation = operationKey(ctx.actor, 'drawers.zReport', idempotencyKey, input);
  return ctx.db.transaction(async (tx) => {
    const at = await authorizedRestaurant(tx, ctx, 'drawer.manage', input.restaurantId);
    // One after the other, so that numbers have no gaps.
    await tx.query(lockRestaurant, [at.restaurantId]);
    const today = businessDayOf(ctx.clock.now(), at.timeZone, at.closingHour);
    const day = input.businessDay ?? today;
    if (day > today) throw new ServiceError('INVALID_INPUT', 'This business day has not begun.');
    const { ids } = await once(tx, operation, () => report(tx, ctx, at.restaurantId, day));
    const row = await tx.one<ZReportRow>(readZReport, [at.restaurantId, ids.number]);
    return toZReportView(at.restaurantId, row);
  });
}

async function report(
  tx: Tx,
  ctx: ServiceContext,
  restaurantId: string,
  day: string,
): Promise<{ number: number }> {
  const figures = await count(tx, restaurantId, day);
  const known = await tx.maybeOne<ZReportRow>(readZReportOfDay, [restaurantId, day]);
  if (known && isDeepStrictEqual(known.figures, figures)) return { number: known.number };
  const { last } = await tx.one<{ last: number }>(readLastZNumber, [restaurantId]);
  await tx.query(insertZReport, [
    restaurantId,
    last + 1,
    day,
    known?.number ?? null,
    JSON.stringify(figures),
    actorLabel(ctx.actor),
    ctx.clock.now(),
  ]);
  return { number: last + 1 };
}

async function count(tx: Tx, restaurantId: string, day: string): Promise<ZFigures> {
  const counted = await tx.one<{
    lines: DayLine[];
    receipts: ZFigures['receipts'];
    drawerIds: string[];
    isDrawerOpen: boolean;
  }>(countDay, [restaurantId, day]);
  if (counted.isDrawerOpen) {
    throw new ServiceError('DRAWER_STILL_OPEN', 'A drawer of this day is open. Count and close it first.');
  }
  const drawers: ZDrawer[] = [];
  for (const drawerId of counted.drawerIds) drawers.push(toZDrawer(await readDrawerView(tx, drawerId)));
  return { currencies: zCurrencies(counted.lines), receipts: counted.receipts, drawers };
}

function toZDrawer(drawer: DrawerView): ZDrawer {
  const {
    restaurantId: _at,
    businessDay: _day,
    movements: _moves,
    openedBy: _o,
    closedBy: _c,
    ...kept
  } = drawer;
  return kept;
}
