import { insertAudit } from '@/db/sql/audit';
import { readNewestRefunds, readRefunds } from '@/db/sql/refunds';
import type { Tx } from '@/db/transaction';
import { isCaptured } from '@/domain/payment/status';
import { refundable } from '@/domain/refund';
import { actorLabel } from '../actor';
import { answerInTime } from '../answer-in-time';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { once, operationKey, stepKey } from '../idempotency';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { cancelPayment } from '../payments/cancel';
import { lockPayment } from '../payments/locked-payment';
import { findRow } from '../payments/read-view';
import { createRefund } from '../refunds/create';
import { assertWithinPolicy } from '../refunds/policy';
import type { RefundRow } from '../refunds/refund-row';
import { noteUnrefunded } from '../splits/note-unrefunded';
import { unlessRefused } from '../unless-refused';
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
 * goes on, and a paid one is put on the work list. Each step has its own key, so no payment is refunded twice.
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
      for (const payment of state.payments) {
        if (isCaptured(payment.status)) await assertMayRefund(tx, ctx, payment.id);
      }
      await audit(tx, ctx, input.splitCalculationId, state);
      return { paymentIds: state.payments.map(({ id }) => id) };
    });
    return done.ids;
  });
  const reason = input.reason ?? DEFAULT_REASON;
  const ends = endAll(ctx, paymentIds, { reason, key });
  const isCancelled = await answerInTime(ctx, ends, () => false);
  ctx.wake('outbox');
  return { isCancelled, refundsProcessed: (await ctx.db.query(readNewestRefunds, [paymentIds])).length };
}

/** @throws DomainError REFUND_WINDOW_CLOSED, REFUND_ABOVE_LIMIT */
async function assertMayRefund(tx: Tx, ctx: ServiceContext, paymentId: string): Promise<void> {
  const payment = await lockPayment(tx, paymentId);
  if (!payment) throw new Error(`payment ${paymentId} vanished`);
  const refunds = await tx.query<RefundRow>(readRefunds, [paymentId]);
  const amounts = refunds.map(({ refundMinor, status }) => ({ amountMinor: refundMinor, status }));
  if (refundable({ capturedMinor: payment.totalMinor, refunds: amounts }) === 0) return;
  await assertWithinPolicy(tx, ctx, payment, payment.totalMinor);
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
async function endOrLeave(ctx: ServiceContext, step: Step): Promise<boolean> {
  const { paymentId } = step;
  const hasEnded = await end(ctx, step).catch((error: unknown) => {
    ctx.log.warn({ paymentId, error: String(error) }, 'payment of a cancelled split not ended');
    return false;
  });
  if (!hasEnded) await noteLeft(ctx, paymentId);
  return hasEnded;
}

async function noteLeft(ctx: ServiceContext, paymentId: string): Promise<void> {
  const payment = await findRow(ctx, paymentId);
  if (!isCaptured(payment.status)) return;
  const { restaurantId, orderId, currency, totalMinor, refundedMinor } = payment;
  const share = { paymentId, restaurantId, orderId, currency, leftMinor: totalMinor - refundedMinor };
  await ctx.db.transaction((tx) => noteUnrefunded(tx, share));
}

async function end(ctx: ServiceContext, { paymentId, reason, key }: Step): Promise<boolean> {
  const before = await findRow(ctx, paymentId);
  if (before.status === 'PENDING' || before.status === 'FAILED') {
    const idempotencyKey = stepKey(key, `cancel:${paymentId}`);
    await unlessRefused('ILLEGAL_TRANSITION', cancelPayment(ctx, { paymentId, reason, idempotencyKey }));
  }
  // The guest may have paid at this very moment.
  const { status } = await findRow(ctx, paymentId);
  if (!isCaptured(status)) return status === 'CANCELLED';
  // A refund that failed leaves its money to the next try.
  const refunds = await ctx.db.query<RefundRow>(readRefunds, [paymentId]);
  const failed = refunds.filter((refund) => refund.status === 'FAILED').length;
  const idempotencyKey = stepKey(key, `refund:${paymentId}:${failed}`);
  const refund = await unlessRefused(
    'NOTHING_REFUNDABLE',
    createRefund(ctx, { paymentId, reason, idempotencyKey }),
  );
  return refund?.status !== 'FAILED';
}
