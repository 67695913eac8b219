import type { Tx } from '@/db/transaction';
import { assertWithinBase, type SplitChoices, type SplitType } from '@/domain/split-calculation';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { parseInput } from '../parse';
import { assertOfTable, merged } from './choices';
import { tellConflict } from './conflict';
import { resolveSplit } from './resolve';
import {
  assertSessionOpen,
  calculationOf,
  changeSplit,
  type SplitChange,
  splitLocked,
  splittingGuest,
  viewOf,
} from './run';
import { type ChangeOwnSplitInput, changeOwnSplitInput } from './schemas';
import { writeSplit } from './set';
import type { SplitState } from './state';
import type { SplitCalculationView } from './view';

/**
 * A guest's own percentage or amount, or who had which items, which any guest may say; what others chose stays.
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, FORBIDDEN (another guest's value), NOT_FOUND (no split yet),
 *   SESSION_CLOSED, SPLIT_LOCKED, SPLIT_PERCENTAGES_ABOVE_WHOLE, SPLIT_AMOUNTS_ABOVE_BALANCE, INVALID_INPUT (the split is of
 *   another type), IDEMPOTENCY_KEY_REUSED
 */
export async function changeOwnSplit(
  ctx: ServiceContext,
  raw: ChangeOwnSplitInput,
): Promise<SplitCalculationView> {
  const { idempotencyKey: key, ...input } = parseInput(changeOwnSplitInput, raw);
  const action = 'splitCalculation.change';
  const request = { procedure: 'splitCalculations.changeOwn', key, action, input } as const;
  const { state } = await tellConflict(ctx, input.tableSessionId, () =>
    changeSplit(ctx, request, (tx, found) => change(tx, ctx, found, splittingGuest(ctx, action), input)),
  );
  return viewOf(ctx, state);
}

type Input = Omit<ReturnType<typeof changeOwnSplitInput.parse>, 'idempotencyKey'>;

async function change(
  tx: Tx,
  ctx: ServiceContext,
  state: SplitState,
  own: string,
  input: Input,
): Promise<SplitChange> {
  const isOfOther = input.guestPublicId !== undefined && input.guestPublicId !== own;
  if (isOfOther && (input.sharePpm !== undefined || input.amountMinor !== undefined))
    throw new ServiceError('FORBIDDEN', 'Each guest changes only their own share.');
  assertSessionOpen(state);
  const calculation = calculationOf(state);
  if (resolveSplit(calculation, state, ctx.clock.now()).hold) throw splitLocked();
  assertOfTable(state, [], { items: input.items });
  const choices = withOwn(calculation.choices, calculation.type, own, input);
  const next = { ...calculation, choices };
  assertWithinBase({ ...next, orders: state.orders });
  await writeSplit(tx, ctx, state, { ...next, updatedBy: own });
  return {
    ids: {},
    fact: { type: 'split:calculation_updated', guestPublicId: own, isValueUpdate: true },
  };
}

/** @throws ServiceError INVALID_INPUT for a value that this type of split does not use, or for none at all */
function withOwn(before: SplitChoices, type: SplitType, own: string, input: Input): SplitChoices {
  const { sharePpm, amountMinor, items } = input;
  if (type === 'BY_PERCENTAGE' && sharePpm !== undefined) {
    const row = { guestPublicId: own, sharePpm };
    return { ...before, percentages: merged(before.percentages, [row], (one) => one.guestPublicId) };
  }
  if (type === 'BY_AMOUNT' && amountMinor !== undefined) {
    const row = { guestPublicId: own, amountMinor };
    return { ...before, amounts: merged(before.amounts, [row], (one) => one.guestPublicId) };
  }
  if (type === 'BY_ITEMS' && items !== undefined) {
    return { ...before, items: merged(before.items, items, (one) => one.itemId) };
  }
  throw new ServiceError('INVALID_INPUT', `This bill is split ${type}: send what that needs.`, {
    details: { splitType: type },
  });
}
