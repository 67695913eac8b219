import { freezeSplitRound, linkSharePayment } from '@/db/sql/split-calculations';
import type { Tx } from '@/db/transaction';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { type ResolvedSplit, resolveSplit } from './resolve';
import { calculationOf, splittingGuest } from './run';
import { type CalculationRow, readSplit, type SplitState } from './state';
import { tellSplit } from './tell';

/** A guest's share of the split as it stands under the lock of the session's orders. */
export interface ShareToPay {
  shareMinor: number;
  guestPublicId: string;
  /** Of this round, under way or not. */
  paymentIds: readonly string[];
  isPaying: boolean;
  calculation: CalculationRow;
  state: SplitState;
  resolved: ResolvedSplit;
}

/**
 * What the caller has to pay by the table's split. The caller of this holds the lock on the session's orders.
 * @param sentMinor what the guest was shown; another share means that they agreed to something else (decision 9)
 * @throws ServiceError NOT_FOUND (no split), FORBIDDEN (no guest), NOTHING_DUE (paid, or no share), AMOUNT_MISMATCH
 */
export async function findShareToPay(
  tx: Tx,
  ctx: ServiceContext,
  tableSessionId: string,
  sentMinor: number | undefined,
): Promise<ShareToPay> {
  const state = await readSplit(tx, ctx, 'tableSession.pay', tableSessionId);
  const calculation = calculationOf(state);
  const guestPublicId = splittingGuest(ctx, 'splitCalculation.change');
  const resolved = resolveSplit(calculation, state, ctx.clock.now());
  const own = resolved.shares.find((share) => share.guestPublicId === guestPublicId);
  if (own?.status === 'PAID') throw new ServiceError('NOTHING_DUE', 'Your share is paid already.');
  if (!own || own.shareMinor === 0)
    throw new ServiceError('NOTHING_DUE', 'Nothing of this bill is your share. See how it is split.');
  const { shareMinor } = own;
  if (sentMinor !== undefined && sentMinor !== shareMinor) {
    throw new ServiceError('AMOUNT_MISMATCH', 'Your share is another by now. Look at the split again.', {
      details: { sentMinor, shareMinor },
    });
  }
  const paymentIds = state.payments.map((payment) => payment.id);
  const isPaying = own.status === 'PAYING';
  return { shareMinor, guestPublicId, paymentIds, isPaying, calculation, state, resolved };
}

/** A payment is a share's: the round's first one freezes base and shares, and with them the configuration. */
export async function joinRound(
  tx: Tx,
  ctx: ServiceContext,
  share: ShareToPay,
  paymentId: string,
): Promise<void> {
  const { calculation, resolved, state } = share;
  if (share.paymentIds.includes(paymentId)) return;
  if (!resolved.isFrozen)
    await tx.query(freezeSplitRound, [calculation.id, resolved.baseMinor, JSON.stringify(resolved.planned)]);
  await tx.query(linkSharePayment, [paymentId, calculation.id, calculation.round]);
  if (resolved.hold === null)
    await tellSplit(tx, ctx.clock.now(), state.session.tableSessionId, {
      type: 'split:calculation_locked',
      guestPublicId: share.guestPublicId,
    });
}
