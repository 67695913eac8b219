import { findSessionOfCalculationId } from '@/db/sql/split-calculations';
import type { ServiceContext } from '../context';
import { notVisible } from '../errors';
import { isUuid } from '../ids';

/** The table session of a calculation; null: there is no such calculation. For callers who authorize afterwards. */
export async function findSessionOfCalculation(
  ctx: Pick<ServiceContext, 'db'>,
  splitCalculationId: string,
): Promise<string | null> {
  if (!isUuid(splitCalculationId)) return null;
  const found = await ctx.db.maybeOne<{ tableSessionId: string }>(findSessionOfCalculationId, [
    splitCalculationId,
  ]);
  return found?.tableSessionId ?? null;
}

/** @throws ServiceError NOT_VISIBLE */
export async function sessionOfCalculation(
  ctx: Pick<ServiceContext, 'db'>,
  splitCalculationId: string,
): Promise<string> {
  const tableSessionId = await findSessionOfCalculation(ctx, splitCalculationId);
  if (tableSessionId === null) throw notVisible('Split');
  return tableSessionId;
}
