import type { Action } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { readSessionFor } from '../table-sessions/session';
import { sessionOfCalculation } from './find-session';

/**
 * A payment of a live split, for an actor who may do this at its table.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, NOT_FOUND (the payment is not one of this split)
 */
export async function findSplitPayment(
  ctx: ServiceContext,
  action: Action,
  input: { splitCalculationId: string; paymentId: string },
): Promise<{ provider: 'STRIPE' | 'CASH' }> {
  const { splitCalculationId, paymentId } = input;
  const tableSessionId = await sessionOfCalculation(ctx, splitCalculationId);
  await readSessionFor(ctx.db, ctx, action, tableSessionId);
  const payment = await ctx.prisma.payment.findUnique({
    where: { id: paymentId },
    select: { splitCalculationId: true, provider: true },
  });
  if (payment?.splitCalculationId !== splitCalculationId)
    throw new ServiceError('NOT_FOUND', 'This split has no such payment.');
  return { provider: payment.provider === 'CASH' ? 'CASH' : 'STRIPE' };
}
