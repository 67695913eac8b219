import { readTipChange, startTipChange } from '@/db/sql/tip-change';
import type { Tx } from '@/db/transaction';
import { isChangeable } from '@/domain/payment/status';
import { totalWithTip } from '@/domain/payment/total';
import { checkTip } from '@/domain/tip';
import { answerInTime } from '../answer-in-time';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey, replaceResult } from '../idempotency';
import { parseInput } from '../parse';
import { waitUntilOver } from '../wait-until-over';
import { assertCardAmount, assertCashAmount } from './card-amount';
import { originOf } from './fact-context';
import { lockPaymentFor } from './locked-payment';
import type { PaymentRow } from './payment-row';
import { findRow, readView, viewResource } from './read-view';
import { recordChange } from './record-change';
import { type ChangeTipInput, changeTipInput } from './schemas';
import { settlePendingTip } from './settle-pending-tip';
import { assertAmountSettled, settleLostChange } from './settled-amount';
import { tellAmount } from './tell-amount';
import type { PaymentView } from './view';

/**
 * Changes the payer's own tip while the payment is open. The processor's amount follows and the client secret stays, so
 * a mounted card form goes on working. The new tip is stored as pending before the processor is told: whichever of both
 * amounts the guest's card then pays, the payment settles with it, even when the processor's answer is lost. A repeat
 * with the same key starts the change again when the first try had no effect, and does nothing when a later change has
 * followed.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, ILLEGAL_TRANSITION, CREATION_IN_PROGRESS,
 *   AMOUNT_ABOVE_MAXIMUM, AMOUNT_BELOW_MINIMUM, AMOUNT_NOT_CHARGEABLE, IDEMPOTENCY_KEY_REUSED, PROCESSOR_REFUSED,
 *   PROCESSOR_UNAVAILABLE, PROCESSOR_OUTCOME_UNKNOWN
 */
export async function changeTip(ctx: ServiceContext, raw: ChangeTipInput): Promise<PaymentView> {
  const { idempotencyKey, ...input } = parseInput(changeTipInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'payment.change');
  return answerInTime(ctx, change(ctx, idempotencyKey, input), () => {
    throw new ServiceError(
      'PROCESSOR_OUTCOME_UNKNOWN',
      'The change of tip takes longer than usual. Repeat with the same key in a moment to see how it ended.',
    );
  });
}

type Input = { paymentId: string; tipMinor: number };
/** `sequence` null: the processor has nothing to be told. */
type Started = { totalMinor: number; sequence: number | null };

async function change(ctx: ServiceContext, key: string, input: Input, mayWait = true): Promise<PaymentView> {
  const seen = await findRow(ctx, input.paymentId);
  authorize(ctx.actor, 'payment.change', viewResource(seen), 'Payment');
  // A change whose answer was lost is settled by looking, before the next one starts.
  await settleLostChange(ctx, seen);

  const operation = operationKey(ctx.actor, 'payments.changeTip', key, input);
  const started = await ctx.db.transaction(async (tx) => {
    const row = await lockPaymentFor(tx, ctx, 'payment.change', input.paymentId);
    const { ids, isFirst } = await once<Started>(tx, operation, () => start(tx, ctx, row, input.tipMinor));
    if (isFirst) return { row, ...ids };
    const isUnderWay = row.pendingTipMinor !== null && row.changeSequence === ids.sequence;
    if (isUnderWay && mayWait) return 'UNDER_WAY';
    const cameToNothing = row.changeSequence === ids.sequence && row.totalMinor !== ids.totalMinor;
    if (!cameToNothing) {
      assertAmountSettled(row);
      return null;
    }
    const again = await start(tx, ctx, row, input.tipMinor);
    await replaceResult(tx, operation, again);
    return { row, ...again };
  });
  if (started === 'UNDER_WAY') {
    await waitUntilOver(async () => (await ctx.db.maybeOne(readTipChange, [input.paymentId])) === null);
    return change(ctx, key, input, false);
  }
  if (started && started.sequence !== null) {
    const { row, totalMinor, sequence } = started;
    await tellAmount(ctx, { row, totalMinor, sequence }, { settle: settlePendingTip, assertChangeable });
  }
  return readView(ctx, input.paymentId);
}

/** Stores the change as pending, where the processor has to be told. */
async function start(tx: Tx, ctx: ServiceContext, row: PaymentRow, tipMinor: number): Promise<Started> {
  assertChangeable(row.status);
  if (row.provider === 'CASH')
    return { totalMinor: await changeCashTip(tx, ctx, row, tipMinor), sequence: null };
  assertAmountSettled(row);
  // Nor while its method changes: the next intent is created with what the payment says once this one is cancelled.
  if (row.creationState !== 'CREATED' || row.pendingMethod !== null)
    throw new ServiceError('CREATION_IN_PROGRESS', 'This payment is being prepared. Try again in a moment.');
  const newTipMinor = withBillTip(row, tipMinor);
  const totalMinor = totalWithTip(row, newTipMinor);
  if (newTipMinor === row.tipMinor) return { totalMinor, sequence: null };
  assertCardAmount(ctx.settings, row, { totalMinor, remainingAfterMinor: 0 });
  await recordChange(tx, originOf(ctx), row, {
    action: 'tip_change_requested',
    patch: { pendingTipMinor: newTipMinor },
    details: { fromMinor: row.tipMinor, toMinor: newTipMinor },
    events: [],
  });
  const { sequence } = await tx.one<{ sequence: number }>(startTipChange, [row.id, newTipMinor]);
  return { totalMinor, sequence };
}

/** Cash has no intent that must follow. @returns the new total */
async function changeCashTip(
  tx: Tx,
  ctx: ServiceContext,
  row: PaymentRow,
  tipMinor: number,
): Promise<number> {
  const newTipMinor = withBillTip(row, tipMinor);
  const totalMinor = totalWithTip(row, newTipMinor);
  assertCashAmount(totalMinor);
  await recordChange(tx, originOf(ctx), row, {
    action: 'tip_changed',
    patch: { tipMinor: newTipMinor },
    details: { fromMinor: row.tipMinor, toMinor: newTipMinor },
    events: ['payment:status_updated'],
  });
  return totalMinor;
}

/** The tip as the row stores it: the orders' own tips, and the payer's. @throws DomainError what checkTip throws */
function withBillTip(row: PaymentRow, ownTipMinor: number): number {
  const billTipMinor = row.allocations.reduce((sum, a) => sum + a.tipMinor, 0);
  return billTipMinor + checkTip(ownTipMinor);
}

function assertChangeable(status: PaymentRow['status']): void {
  if (isChangeable(status)) return;
  throw new ServiceError('ILLEGAL_TRANSITION', 'The tip can be changed until the payment is on its way.', {
    details: { status },
  });
}
