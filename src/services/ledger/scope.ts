import { authorize } from '../authorize';
import type { ServiceContext } from '../context';
import { parseInput } from '../parse';
import { type LedgerScope, ledgerScope } from './schemas';

/**
 * The books that the caller asks for, as parameters of src/db/sql/ledger-reports.ts.
 * @throws ServiceError NOT_VISIBLE (another tenant's restaurant, or none named by an owner), FORBIDDEN, UNAUTHENTICATED
 */
export function authorizedScope(
  ctx: ServiceContext,
  raw: LedgerScope,
): [restaurantId: string | null, platformOnly: boolean, fromDay: string | null, toDay: string | null] {
  const { restaurantId = null, platformOnly, fromDay = null, toDay = null } = parseInput(ledgerScope, raw);
  authorize(ctx.actor, 'ledger.read', { restaurantId }, 'Ledger');
  return [restaurantId, platformOnly, fromDay, toDay];
}
