import { upsertSplitCalculation } from '@/db/sql/split-calculations';
import type { Tx } from '@/db/transaction';
import { assertWithinBase, type SplitChoices, type SplitType } from '@/domain/split-calculation';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { newId } from '../ids';
import { parseInput } from '../parse';
import { agrees, assertOfTable, choicesFor, merged, NO_CHOICES, type SentChoices } from './choices';
import { tellConflict } from './conflict';
import { participantsOf, type ResolvedSplit, resolveSplit } from './resolve';
import { assertSessionOpen, changeSplit, type SplitChange, splitLocked, splittingGuest, viewOf } from './run';
import { type SetSplitInput, setSplitInput } from './schemas';
import type { CalculationRow, SplitState } from './state';
import type { SplitCalculationView } from './view';

/**
 * Says how a table's bill is divided, for any of its guests; the last one counts. While somebody pays or has paid of the
 * round, the same again answers what is stored, anything else is refused and told to the restaurant. Once all have paid, it
 * starts a new round on what is due then. Nothing changes: nothing is told.
 * @throws ServiceError NOT_VISIBLE, FORBIDDEN, UNAUTHENTICATED, SESSION_CLOSED, NOTHING_DUE (no orders yet), SPLIT_LOCKED,
 *   SPLIT_PERCENTAGES_ABOVE_WHOLE, SPLIT_AMOUNTS_ABOVE_BALANCE (`details.excessMinor`), INVALID_INPUT (somebody or something
 *   of another table), IDEMPOTENCY_KEY_REUSED
 */
export async function setSplit(ctx: ServiceContext, raw: SetSplitInput): Promise<SplitCalculationView> {
  const { idempotencyKey: key, ...input } = parseInput(setSplitInput, raw);
  const action = 'splitCalculation.change';
  const request = { procedure: 'splitCalculations.set', key, action, input } as const;
  const { state } = await tellConflict(ctx, input.tableSessionId, () =>
    changeSplit(ctx, request, (tx, found) => set(tx, ctx, found, splittingGuest(ctx, action), input)),
  );
  return viewOf(ctx, state);
}

type Input = SentChoices & { type: SplitType; participants?: string[] | undefined };

async function set(
  tx: Tx,
  ctx: ServiceContext,
  state: SplitState,
  guestPublicId: string,
  input: Input,
): Promise<SplitChange> {
  assertSessionOpen(state);
  const { calculation } = state;
  if (state.orders.length === 0)
    throw new ServiceError('NOTHING_DUE', 'There is nothing to pay at this table yet.');
  assertOfTable(state, input.participants ?? [], input);
  const resolved = calculation && resolveSplit(calculation, state, ctx.clock.now());
  if (calculation && resolved?.hold) return { ids: {}, fact: assertSame(calculation, resolved, input) };

  const isNewRound = resolved?.isOver ?? false;
  const isTypeChange = calculation?.type !== input.type;
  const before = !calculation || isTypeChange || isNewRound ? NO_CHOICES : calculation.choices;
  const next = {
    type: input.type,
    participants: participantsOf(state, input.participants),
    choices: onceEach(choicesFor(input.type, input, before)),
  };
  assertWithinBase({ ...next, orders: state.orders });
  if (calculation && !isNewRound && isSame(calculation, next)) return { ids: {}, fact: null };
  const round = (calculation?.round ?? 0) + (isNewRound || !calculation ? 1 : 0);
  await writeSplit(tx, ctx, state, {
    ...next,
    round,
    firstRound: isNewRound ? round : (calculation?.firstRound ?? round),
    updatedBy: guestPublicId,
  });
  return {
    ids: {},
    fact: {
      type: 'split:calculation_updated',
      guestPublicId,
      isTypeChange,
      isValueUpdate: !isTypeChange,
    },
  };
}

/** Stores a configuration. Under the lock of the session's orders. */
export async function writeSplit(
  tx: Tx,
  ctx: ServiceContext,
  { session, calculation }: SplitState,
  next: Pick<CalculationRow, 'type' | 'participants' | 'choices' | 'round' | 'firstRound' | 'updatedBy'>,
): Promise<void> {
  await tx.query(upsertSplitCalculation, [
    calculation?.id ?? newId(),
    session.tableSessionId,
    next.type,
    JSON.stringify(next.participants),
    JSON.stringify(next.choices),
    next.round,
    next.firstRound,
    next.updatedBy,
    ctx.clock.now(),
  ]);
}

/** @throws ServiceError SPLIT_LOCKED */
function assertSame(calculation: CalculationRow, resolved: ResolvedSplit, input: Input): null {
  const unpaid = resolved.shares
    .filter((share) => share.status !== 'PAID')
    .map((share) => share.guestPublicId);
  if (input.type !== calculation.type || !agrees(calculation.choices, input, unpaid)) throw splitLocked();
  return null;
}

/** One row per guest and item: of several the last counts. */
function onceEach(choices: SplitChoices): SplitChoices {
  return {
    percentages: merged([], choices.percentages, (row) => row.guestPublicId),
    amounts: merged([], choices.amounts, (row) => row.guestPublicId),
    items: merged([], choices.items, (row) => row.itemId),
  };
}

function isSame(
  stored: CalculationRow,
  next: Pick<CalculationRow, 'type' | 'participants' | 'choices'>,
): boolean {
  const { type, participants, choices } = stored;
  return JSON.stringify({ type, participants, choices }) === JSON.stringify(next);
}
