import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { type TableSessionInput, tableSessionInput } from '../table-sessions/schemas';
import { lockViewOf, viewOf } from './run';
import { readSplit, type SplitState } from './state';
import type { SplitCalculationView, SplitLockView } from './view';

/** How a table divides its bill; null: nobody has said yet. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED */
export async function getSplit(
  ctx: ServiceContext,
  raw: TableSessionInput,
): Promise<SplitCalculationView | null> {
  const state = await readNow(ctx, raw);
  return state.calculation && viewOf(ctx, state);
}

/** Whether a table's split may be changed now. @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED */
export async function getSplitLockStatus(
  ctx: ServiceContext,
  raw: TableSessionInput,
): Promise<SplitLockView> {
  return lockViewOf(ctx, await readNow(ctx, raw));
}

/** Configuration, bill and payments of one moment. */
function readNow(ctx: ServiceContext, raw: TableSessionInput): Promise<SplitState> {
  const { tableSessionId } = parseInput(tableSessionInput, raw);
  return ctx.db.transaction((tx) => readSplit(tx, ctx, 'tableSession.read', tableSessionId), {
    isolation: 'REPEATABLE READ',
  });
}
