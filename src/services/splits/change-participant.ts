import type { Tx } from '@/db/transaction';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { once, operationKey, replaceResult } from '../idempotency';
import { parseInput } from '../parse';
import { answerInTime } from '../payments/answer-in-time';
import { assertCardAmount, assertCashAmount } from '../payments/card-amount';
import { changeShare } from '../payments/change-share';
import { lockPayment } from '../payments/locked-payment';
import { billPart, ownTip } from '../payments/payment-row';
import { lockGroupFor } from './group-row';
import { planShareChanges, type ShareStep } from './plan-share-changes';
import { readGroup } from './read-group';
import { type ChangeParticipantInput, changeParticipantInput } from './schemas';
import type { SplitGroupView } from './view';

/**
 * Changes what one participant pays: the share, the own tip, or both. Other open shares, named in `takenBy`, take the
 * difference (decision 15). Stripe's amounts follow one after the other, those that shrink first, so that the sum is never
 * more than the bill; client secrets stay. When one cannot follow (paid in this moment), those before it are put back. A
 * repeat with the same key goes on where a crash or a lost answer ended the first try.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, ILLEGAL_TRANSITION, SPLIT_CONFLICT, CREATION_IN_PROGRESS,
 *   AMOUNT_BELOW_MINIMUM, AMOUNT_ABOVE_MAXIMUM, AMOUNT_NOT_CHARGEABLE, AMOUNT_ABOVE_AVAILABLE, BALANCE_HELD,
 *   IDEMPOTENCY_KEY_REUSED, PROCESSOR_*
 */
export async function changeParticipant(
  ctx: ServiceContext,
  raw: ChangeParticipantInput,
): Promise<SplitGroupView> {
  const { idempotencyKey, ...input } = parseInput(changeParticipantInput, raw);
  if (ctx.actor.kind === 'anonymous') refuseStranger(ctx.actor, 'split.manage');
  const operation = operationKey(ctx.actor, 'splits.changeParticipant', idempotencyKey, input);
  const steps = await ctx.db.transaction(async (tx) => {
    const { group, shares } = await lockGroupFor(tx, ctx, 'split.manage', input.groupId);
    const { ids } = await once<{ steps: ShareStep[] }>(tx, operation, async () => {
      const steps = planShareChanges(group, shares, input);
      for (const step of steps) await assertPossible(tx, ctx, step);
      return { steps };
    });
    return ids.steps;
  });
  const work = (async () => {
    await takeSteps(ctx, steps);
    // Done: what follows later is not undone by a late repeat.
    await ctx.db.transaction((tx) => replaceResult(tx, operation, { steps: [] }));
  })();
  await answerInTime(ctx, work, () => {
    throw new ServiceError(
      'PROCESSOR_OUTCOME_UNKNOWN',
      'The change takes longer than usual. Repeat with the same key in a moment to see how it ended.',
    );
  });
  ctx.wake('outbox');
  return readGroup(ctx, input.groupId);
}

/** Refused as a whole before any step is taken. */
async function assertPossible(tx: Tx, ctx: ServiceContext, step: ShareStep): Promise<void> {
  const row = await lockPayment(tx, step.paymentId);
  if (!row) throw new Error(`share ${step.paymentId} vanished`);
  const totalMinor = step.billPartMinor + (step.ownTipMinor ?? ownTip(row));
  if (row.provider === 'CASH') assertCashAmount(totalMinor);
  else assertCardAmount(ctx.settings, row, { totalMinor, remainingAfterMinor: 0 });
  if (billPart(row) !== step.fromMinor) throw new Error(`share ${step.paymentId} does not add up`);
}

async function takeSteps(ctx: ServiceContext, steps: readonly ShareStep[]): Promise<void> {
  const taken: ShareStep[] = [];
  for (const step of steps) {
    try {
      await changeShare(ctx, step);
      taken.push(step);
    } catch (error) {
      if (isOver(error)) await putBack(ctx, taken);
      throw error;
    }
  }
}

/** It will not be done, however often it is repeated. */
function isOver(error: unknown): boolean {
  if (!(error instanceof ServiceError) || error.code === 'CREATION_IN_PROGRESS') return false;
  return error.kind !== 'UNAVAILABLE' || error.code === 'PROCESSOR_REFUSED';
}

/** As far as that can be: what was paid meanwhile stays, and the rest of the bill is free for anybody. */
async function putBack(ctx: ServiceContext, taken: readonly ShareStep[]): Promise<void> {
  for (const { paymentId, fromMinor } of taken.toReversed()) {
    await changeShare(ctx, { paymentId, billPartMinor: fromMinor, ownTipMinor: null }).catch(
      (error: unknown) =>
        ctx.log.warn({ paymentId, error: String(error) }, 'share not put back after a change that failed'),
    );
  }
}
