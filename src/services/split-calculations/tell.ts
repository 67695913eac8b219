import { stampSplitCalculation } from '@/db/sql/split-calculations';
import type { Tx } from '@/db/transaction';
import { newId } from '../ids';
import { emitLive } from '../live/emit';
import { type ResolvedSplit, resolveSplit, toSplitView } from './resolve';
import { type CalculationRow, readSplitNow, type SplitState } from './state';

/** What happened to a split. `guestPublicId`: who did it; null: staff, or time. */
export interface SplitFact {
  type:
    | 'split:calculation_updated'
    | 'split:calculation_locked'
    | 'split:calculation_unlocked'
    | 'split:conflict_detected';
  guestPublicId: string | null;
  isTypeChange?: boolean;
  isValueUpdate?: boolean;
}

/**
 * Writes the live event of a change that was just made: the calculation as it is now, in ids and amounts. Its time rises
 * strictly per table session, as clients drop what is not newer (legacy-contract 5.3, rule 4). Under the orders' lock.
 */
export async function tellSplit(tx: Tx, now: Date, tableSessionId: string, fact: SplitFact): Promise<void> {
  const state = await readSplitNow(tx, tableSessionId, now);
  const { calculation, session } = state;
  if (!calculation) throw new Error('an event of a split that does not exist');
  const { at } = await tx.one<{ at: Date }>(stampSplitCalculation, [calculation.id, now]);
  const event = {
    eventId: newId(),
    type: fact.type,
    at: at.toISOString(),
    restaurantId: session.restaurantId,
    orderId: null,
    tableSessionId,
    paymentId: null,
    guestPublicId: fact.guestPublicId,
    isTypeChange: fact.isTypeChange ?? false,
    isValueUpdate: fact.isValueUpdate ?? false,
    ...calculationNow(calculation, state, resolveSplit(calculation, state, now)),
  };
  await emitLive(tx, [event]);
}

function calculationNow(calculation: CalculationRow, state: SplitState, resolved: ResolvedSplit) {
  const view = toSplitView(calculation, state, resolved);
  const { lock } = view;
  return {
    splitType: view.type,
    currency: view.currency,
    isLocked: lock.isLocked,
    lockedBy: lock.lockedBy,
    lockReason: lock.lockReason,
    lockedAt: lock.lockedAt,
    calculation: {
      id: view.id,
      round: view.round,
      baseMinor: view.baseMinor,
      isComplete: view.isComplete,
      participants: view.participants,
      shares: view.shares,
      choices: view.choices,
      updatedBy: view.updatedBy,
      updatedAt: view.updatedAt,
    },
  };
}
