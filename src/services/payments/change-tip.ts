import { readTipChange, startTipChange } from '@/db/sql/tip-change';
import type { Tx } from '@/db/transaction';
import { assertChargeable } from '@/domain/money';
import { checkLimits } from '@/domain/payment/amounts';
import { checkTip } from '@/domain/tip';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { intentAmountKey } from '../processor-keys';
import { lockPaymentFor } from './locked-payment';
import { limitsOf } from './open-payment';
import { billPart, type PaymentRow } from './payment-row';
import { processorRefusal } from './processor-refusal';
import { readView } from './read-view';
import { refreshFromProcessor } from './refresh';
import { type ChangeTipInput, changeTipInput } from './schemas';
import { settlePendingTip } from './settle-pending-tip';
import type { PaymentView } from './view';

/**
 * Changes the payer's own tip while the payment is open. The processor's amount follows and the client secret stays, so a
 * mounted card form goes on working. The new tip is noted before the processor is told: whichever of both amounts the
 * guest's card then pays, the payment settles with it, and nothing is lost when the answer is.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, ILLEGAL_TRANSITION, CREATION_IN_PROGRESS, AMOUNT_ABOVE_MAXIMUM,
 *   AMOUNT_BELOW_MINIMUM, PROCESSOR_UNAVAILABLE, PROCESSOR_OUTCOME_UNKNOWN
 */
export async function changeTip(ctx: ServiceContext, raw: ChangeTipInput): Promise<PaymentView> {
  const { idempotencyKey, ...input } = parseInput(changeTipInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.change');
  const operation = operationKey(ctx.actor, 'payments.changeTip', idempotencyKey, input);
  await settleOldChange(ctx, input.paymentId);

  const change = await ctx.db.transaction(async (tx) => {
    const row = await lockPaymentFor(tx, ctx, 'payment.change', input.paymentId);
    const { ids, isFirst } = await once(tx, operation, () => start(tx, ctx, row, input.tipMinor));
    return isFirst && ids.sequence !== null ? { row, ...ids, sequence: ids.sequence } : null;
  });
  if (change) {
    const { row, totalMinor, sequence } = change;
    const intentId = row.paymentIntentId ?? '';
    const answer = await ctx.processor.changeAmount(
      intentId,
      totalMinor,
      intentAmountKey(row.id, totalMinor, sequence),
    );
    if (answer.kind === 'ok') {
      await settlePendingTip(ctx, row.id, answer.value);
    } else {
      if (answer.kind !== 'unknown') await settlePendingTip(ctx, row.id, null);
      if (answer.kind === 'refused') await refreshFromProcessor(ctx, row);
      throw processorRefusal(answer.kind, answer.error);
    }
  }
  return readView(ctx, input.paymentId);
}

/** Notes the change. sequence null: the tip is that already. */
async function start(
  tx: Tx,
  ctx: ServiceContext,
  row: PaymentRow,
  tipMinor: number,
): Promise<{ totalMinor: number; sequence: number | null }> {
  if (row.status !== 'PENDING' && row.status !== 'FAILED') {
    throw new ServiceError('ILLEGAL_TRANSITION', 'The tip can be changed until the payment is on its way.', {
      details: { status: row.status },
    });
  }
  if (row.creationState !== 'CREATED' || row.pendingTipMinor !== null) {
    throw new ServiceError('CREATION_IN_PROGRESS', 'This payment is being prepared. Try again in a moment.');
  }
  const billTipMinor = row.allocations.reduce((sum, a) => sum + a.tipMinor, 0);
  const newTipMinor = billTipMinor + checkTip({ tipMinor, billMinor: billPart(row) });
  const totalMinor = row.amountMinor + row.taxMinor + newTipMinor;
  if (newTipMinor === row.tipMinor) return { totalMinor, sequence: null };
  checkLimits({ totalMinor, ...limitsOf(ctx.settings, row), remainingAfterMinor: 0 });
  assertChargeable(totalMinor, row.currency);
  const { sequence } = await tx.one<{ sequence: number }>(startTipChange, [row.id, newTipMinor]);
  return { totalMinor, sequence };
}

/** A change whose answer was lost is settled by looking, before the next one starts. */
async function settleOldChange(ctx: ServiceContext, paymentId: string): Promise<void> {
  const old = await ctx.db.maybeOne<{ isRunning: boolean }>(readTipChange, [paymentId]);
  if (!old || old.isRunning) return;
  const row = await ctx.prisma.payment.findUniqueOrThrow({ where: { id: paymentId } });
  await refreshFromProcessor(ctx, row);
}
