import { authorizedRestaurant } from '@/services/authorized-restaurant';
import type { ServiceContext } from '@/services/context';
import { ServiceError } from '@/services/errors';
import { isUuid } from '@/services/ids';
import { getOrder } from '@/services/orders';
import { getCoveredOrders } from '@/services/payments';
import { findSessionOfCalculation } from '@/services/split-calculations';
import { getSplit } from '@/services/splits';
import { getTableStatus } from '@/services/table-sessions';
import { text } from './fields';

const MAX_ID_LENGTH = 255;

/**
 * Refuses ids that can belong to nothing: malformed ones, and the words that v2 R puts into its paths when it has none.
 * @throws ServiceError NOT_FOUND
 */
export function assertPossibleIds(params: Readonly<Record<string, string>>): void {
  for (const [name, id] of Object.entries(params)) {
    const isWord = id === '' || id === 'undefined' || id === 'null' || id.length > MAX_ID_LENGTH;
    if (isWord || id.includes('\0') || (name === 'paymentId' && !isUuid(id))) throw notFound();
  }
}

/**
 * Verbs do not tell a stranger's thing from one that is not there (decision 6); this wire does: 403 and 404. Asks again in
 * the system's name whether the things that a refused request names exist.
 */
export async function namesNothing(
  ctx: ServiceContext,
  params: Readonly<Record<string, string>>,
  body: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const asSystem: ServiceContext = { ...ctx, actor: { kind: 'system', name: 'rest' } };
  const { paymentId, sessionId, restaurantId, splitGroupId: groupId } = params;
  const orderId = params.orderId ?? text(body.orderId);
  const looks = [
    paymentId === undefined ? null : getCoveredOrders(asSystem, { paymentId }),
    orderId === undefined ? null : getOrder(asSystem, { orderId }),
    groupId === undefined ? null : findSplit(asSystem, groupId),
    restaurantId === undefined ? null : authorizedRestaurant(ctx.db, asSystem, 'payment.list', restaurantId),
    sessionId === undefined ? null : getTableStatus(asSystem, { tableSessionId: sessionId }),
  ].filter((look) => look !== null);
  const found = await Promise.all(looks.map(isThere));
  return found.includes(false);
}

/** v2 R names a live calculation where the path has a group's id. */
async function findSplit(ctx: ServiceContext, id: string): Promise<unknown> {
  return (await findSessionOfCalculation(ctx, id)) ?? getSplit(ctx, { groupId: id });
}

export function notFound(): ServiceError {
  return new ServiceError('NOT_FOUND', 'Not found. Check the id.');
}

async function isThere(look: Promise<unknown>): Promise<boolean> {
  try {
    await look;
    return true;
  } catch (error) {
    if (error instanceof ServiceError && (error.kind === 'NOT_VISIBLE' || error.kind === 'INVALID'))
      return false;
    throw error;
  }
}
