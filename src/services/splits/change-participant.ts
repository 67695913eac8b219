import { readSplitChange, startSplitChange } from '@/db/sql/splits';
import type { Tx } from '@/db/transaction';
import type { ShareStep } from '@/domain/split-change';
import { answerInTime } from '../answer-in-time';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { type OperationKey, once, operationKey, replaceResult } from '../idempotency';
import { parseInput } from '../parse';
import { assertCardAmount, assertCashAmount } from '../payments/card-amount';
import { lockPayment } from '../payments/locked-payment';
import { billPart, ownTip } from '../payments/payment-row';
import { waitUntilOver } from '../wait-until-over';
import { type GroupRow, lockGroupFor } from './group-row';
import { type PendingChange, planShareChanges, type ShareChange } from './plan-share-changes';
import { readGroup } from './read-group';
import { type ChangeParticipantInput, changeParticipantInput } from './schemas';
import { takeSteps } from './take-steps';
import type { SplitGroupView } from './view';

/**
 * Changes what one participant pays: the share, the own tip, or both. Other open shares, named in `takenBy`, take the
 * difference (decision 15). Stripe's amounts follow one after the other, those that shrink first, so that the sum is never
 * more than the bill; client secrets stay. When one cannot follow (paid in this moment), those before it are put back. Where
 * a crash or a lost answer ended the first try, a repeat with the same key goes on, or the janitor without one; what failed for
 * good is refused again, whatever the shares are by then.
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
  await answerInTime(ctx, change(ctx, operation, input), () => {
    throw new ServiceError(
      'PROCESSOR_OUTCOME_UNKNOWN',
      'The change takes longer than usual. Repeat with the same key in a moment to see how it ended.',
    );
  });
  ctx.wake('outbox');
  return readGroup(ctx, input.groupId);
}

type Input = ShareChange & { groupId: string };

async function change(ctx: ServiceContext, operation: OperationKey, input: Input): Promise<void> {
  const attempt = () => ctx.db.transaction((tx) => begin(tx, ctx, operation, input));
  let begun = await attempt();
  if (begun.isUnderWay) {
    await waitUntilOver(async () => (await ctx.db.maybeOne(readSplitChange, [input.groupId])) === null);
    begun = await attempt();
  }
  if (begun.steps.length > 0) await takeSteps(ctx, input.groupId, begun);
}

/** isUnderWay: this very change was begun before and has not ended, here, elsewhere, or for ever. */
type Begun = PendingChange & { isFirst: boolean; isUnderWay: boolean };

/** What the operation's key keeps: the steps that are left of it, or why it will not be done. */
type Kept = Pick<PendingChange, 'steps' | 'refused'>;

/** Keeps the change with its group, so that it ends even when this process does not live to see it. */
async function begin(tx: Tx, ctx: ServiceContext, operation: OperationKey, input: Input): Promise<Begun> {
  const { group, shares } = await lockGroupFor(tx, ctx, 'split.manage', input.groupId);
  const plan = async (): Promise<Kept> => {
    assertNoOther(group, operation);
    const steps = planShareChanges(group, shares, input);
    for (const step of steps) await assertPossible(tx, ctx, step);
    return { steps };
  };
  const { ids, isFirst } = await once<Kept>(tx, operation, plan);
  if (ids.refused) throw new ServiceError(ids.refused.code, ids.refused.message, ids.refused);
  if (ids.steps.length === 0) return { operation, steps: [], isFirst, isUnderWay: false };
  assertNoOther(group, operation);
  // It came to nothing before: the shares may be others by now.
  const isAgain = !isFirst && group.pendingChange === null;
  const { steps } = isAgain ? await plan() : ids;
  if (isAgain) await replaceResult(tx, operation, { steps });
  await tx.query(startSplitChange, [group.id, JSON.stringify({ operation, steps })]);
  return { operation, steps, isFirst: isFirst || isAgain, isUnderWay: !isFirst && !isAgain };
}

/** One change after the other: another would build on shares that are still to move. */
function assertNoOther({ pendingChange }: GroupRow, { scope, key }: OperationKey): void {
  const other = pendingChange?.operation;
  if (!other || (other.scope === scope && other.key === key)) return;
  throw new ServiceError(
    'CREATION_IN_PROGRESS',
    'Another change of this split is being finished. Try again in a moment.',
  );
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
