import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { once, operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { lockPaymentFor } from '../payments/locked-payment';
import { readView } from '../payments/read-view';
import type { PaymentView } from '../payments/view';
import { type ConfirmCashInput, confirmCashInput } from './schemas';
import { settleCash } from './settle-cash';

/**
 * Staff confirm that a guest has paid what they asked to pay in cash: PENDING becomes COMPLETED. Never by guests
 * (legacy-contract 3.7). Also after the table session has closed: the money is in the drawer. Confirming a completed one
 * answers it.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, ILLEGAL_TRANSITION, AMOUNT_MISMATCH, IDEMPOTENCY_KEY_REUSED
 */
export async function confirmCash(ctx: ServiceContext, raw: ConfirmCashInput): Promise<PaymentView> {
  const { idempotencyKey, ...input } = parseInput(confirmCashInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'cash.confirm');
  const operation = operationKey(ctx.actor, 'cash.confirm', idempotencyKey, input);
  await ctx.db.transaction(async (tx) => {
    const row = await lockPaymentFor(tx, ctx, 'cash.confirm', input.paymentId);
    await once(tx, operation, async () => {
      const isRepeat = row.provider === 'CASH' && row.status === 'COMPLETED';
      if (!isRepeat) await settleCash(tx, ctx, row, input);
      return { paymentId: row.id };
    });
  });
  ctx.wake('outbox');
  return readView(ctx, input.paymentId);
}
