import { insertAudit } from '@/db/sql/audit';
import { readNewestRefunds } from '@/db/sql/refunds';
import type { Tx } from '@/db/transaction';
import { isCaptured } from '@/domain/payment/status';
import { leftMinor } from '@/domain/refund-left';
import { actorLabel } from '../actor';
import { answerInTime } from '../answer-in-time';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { once, operationKey, stepKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { assertMayEnd, endPayment } from '../refunds/end-payment';
import { readLeft } from '../refunds/payment-left';
import { noteUnrefunded } from '../splits/note-unrefunded';
import { sessionOfCalculation } from './find-session';
import { type CancelSplitPaymentsInput, cancelSplitPaymentsInput } from './schemas';
import { lockSplit, type SplitState } from './state';

/** `isCancelled`: no payment of the split can bring money any more, and what was paid is on its way back. */
export interface CancelledSplitPayments {
  isCancelled: boolean;
  /** How many of the payments have a refund that did not fail. */
  refundsProcessed: number;
}

const DEFAULT_REASON = 'The split was cancelled';

/**
 * Staff call a live split off: its open payments are cancelled, its paid ones are refunded. It covers the payments of the
 * present bill at the moment of the first call. The caller must be allowed every refund, or nothing happens (decision 17).
 * A payment that cannot end now (it is being processed, or disputed) is left as it is: `isCancelled` is false, a repeat
 * goes on, and a paid one is put on the work list, as is a refund that fails later (refunds/follow-failed.ts). Each step has
 * its own key, so no payment is refunded twice.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, REFUND_WINDOW_CLOSED, REFUND_ABOVE_LIMIT,
 *   IDEMPOTENCY_KEY_REUSED
 */
export async function cancelSplitPayments(
  ctx: ServiceContext,
  raw: CancelSplitPaymentsInput,
): Promise<CancelledSplitPayments> {
  const { idempotencyKey: key, ...input } = parseInput(cancelSplitPaymentsInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'split.manage');
  const tableSessionId = await sessionOfCalculation(ctx, input.splitCalculationId);
  const operation = operationKey(ctx.actor, 'splitCalculations.cancelPayments', key, input);
  const { paymentIds } = await ctx.db.transaction(async (tx) => {
    const state = await lockSplit(tx, ctx, 'split.manage', tableSessionId);
    const done = await once(tx, operation, async () => {
      const paymentIds = state.payments.map(({ id }) => id);
      await assertMayEnd(tx, ctx, paymentIds);
      await audit(tx, ctx, input.splitCalculationId, state);
      return { paymentIds };
    });
    return done.ids;
  });
  const reason = input.reason ?? DEFAULT_REASON;
  const ends = endAll(ctx, paymentIds, { reason, key });
  const isCancelled = await answerInTime(ctx, ends, () => false);
  ctx.wake('outbox');
  return { isCancelled, refundsProcessed: (await ctx.db.query(readNewestRefunds, [paymentIds])).length };
}

async function audit(
  tx: Tx,
  ctx: ServiceContext,
  splitCalculationId: string,
  { session, payments }: SplitState,
): Promise<void> {
  const paid = payments.filter(({ status }) => isCaptured(status)).length;
  await tx.query(insertAudit, [
    newId(),
    actorLabel(ctx.actor),
    'split.payments_cancelled',
    'table_session',
    session.tableSessionId,
    session.restaurantId,
    JSON.stringify({ splitCalculationId, payments: payments.length, paid }),
    ctx.request.id,
  ]);
}

type Step = { paymentId: string; reason: string; key: string };

/** One after the other: all of them wait for the lock of the same orders. @returns whether every payment has ended */
async function endAll(
  ctx: ServiceContext,
  paymentIds: readonly string[],
  how: Omit<Step, 'paymentId'>,
): Promise<boolean> {
  let areAllEnded = true;
  for (const paymentId of paymentIds)
    areAllEnded = (await endOrLeave(ctx, { paymentId, ...how })) && areAllEnded;
  return areAllEnded;
}

/** One payment's refusal must not stop the others. @returns whether the payment has ended */
async function endOrLeave(ctx: ServiceContext, { paymentId, reason, key }: Step): Promise<boolean> {
  await endPayment(ctx, paymentId, {
    reason,
    cancelKey: stepKey(key, `cancel:${paymentId}`),
    // A refund that failed, here or elsewhere, leaves its money to the next try.
    refundKey: ({ claimedMinor, failedRefunds }) =>
      stepKey(key, `refund:${paymentId}:${claimedMinor}:${failedRefunds}`),
  }).catch((error: unknown) =>
    ctx.log.warn({ paymentId, error: String(error) }, 'payment of a cancelled split not ended'),
  );
  const { status, ...left } = await readLeft(ctx.db, paymentId);
  if (!isCaptured(status)) return status === 'CANCELLED';
  if (leftMinor(left) === 0) return true;
  const { restaurantId, orderId, currency, failedRefunds } = left;
  const share = { paymentId, restaurantId, orderId, currency, failedRefunds, leftMinor: leftMinor(left) };
  await ctx.db.transaction((tx) => noteUnrefunded(tx, share));
  return false;
}
