import { keepDispute, readDispute } from '@/db/sql/disputes';
import type { Tx } from '@/db/transaction';
import { disputeRank, isDisputeOpen, isNewerDispute } from '@/domain/dispute';
import { emitLive } from '../live/emit';
import { tellRestaurant } from '../notifications';
import type { FactOutcome } from '../payments/apply-intent';
import type { FactContext } from '../payments/fact-context';
import { paymentEvent } from '../payments/payment-event';
import type { PaymentRow } from '../payments/payment-row';
import { missingOrForeign, paymentOfIntent } from '../payments/payments-of-intent';
import { recordChange } from '../payments/record-change';
import type { ProcessorDispute } from '../ports';
import { keepTransactions } from '../processor-money/keep-transactions';
import { postTransactions } from '../processor-money/post-transactions';
import type { DisputeRow } from './dispute-row';

/**
 * Applies a snapshot of a dispute, in any order and as often as it comes: the newest one is kept with its deadline, and each
 * movement of funds posts once, whichever event brings it. The payment keeps its status (decision 12). A dispute names nothing
 * but its intent, so one of an intent unknown here waits for it.
 * @param atSec the second of the event; null: an answer, which has none and counts as of the second that is known
 */
export async function applyDisputeFact(
  tx: Tx,
  ctx: FactContext,
  fact: { dispute: ProcessorDispute; atSec: number | null },
): Promise<FactOutcome> {
  const { dispute } = fact;
  const payment = await paymentOfIntent(tx, dispute.intentId, undefined);
  if (!payment) return missingOrForeign(dispute.intentId, undefined);
  const known = await tx.maybeOne<DisputeRow>(readDispute, [dispute.id]);
  const atSec = fact.atSec ?? known?.factAtSec ?? Math.floor(ctx.now.getTime() / 1000);
  const isNewer = known === null || isNewerDispute(known, { atSec, status: dispute.status });
  if (isNewer) await keepSnapshot(tx, payment, dispute, atSec);
  await keepTransactions(tx, dispute.transactions);
  const moved = await postTransactions(
    tx,
    dispute.transactions.map(({ id }) => id),
    { ...ctx, waitSec: Number.POSITIVE_INFINITY },
  );
  const isChanged = isNewer && (known === null || hasChanged(known, dispute));
  if (!isChanged && moved.length === 0) return { kind: 'ignored', reason: 'repeat: the dispute is known so' };
  await tell(tx, ctx, payment, dispute, { isNew: known === null, movedMinor: sumOf(dispute, moved) });
  return { kind: 'applied' };
}

async function keepSnapshot(
  tx: Tx,
  payment: PaymentRow,
  dispute: ProcessorDispute,
  atSec: number,
): Promise<void> {
  const { dueBySec } = dispute;
  await tx.query(keepDispute, [
    dispute.id,
    payment.id,
    payment.restaurantId,
    dispute.chargeId,
    dispute.amountMinor,
    dispute.currency,
    dispute.status,
    dispute.reason,
    dueBySec === null ? null : new Date(dueBySec * 1000),
    dispute.hasEvidence,
    dispute.submissionCount,
    new Date((dispute.createdSec ?? atSec) * 1000),
    isDisputeOpen(dispute.status) ? null : new Date(atSec * 1000),
    atSec,
    disputeRank(dispute.status),
  ]);
}

function hasChanged(known: DisputeRow, dispute: ProcessorDispute): boolean {
  return (
    known.status !== dispute.status ||
    known.amountMinor !== dispute.amountMinor ||
    known.submissionCount < dispute.submissionCount ||
    (!known.hasEvidence && dispute.hasEvidence) ||
    (known.evidenceDueAt?.getTime() ?? null) !== (dispute.dueBySec === null ? null : dispute.dueBySec * 1000)
  );
}

/** History, live event and, for a new one, a mail to the restaurant. */
async function tell(
  tx: Tx,
  ctx: FactContext,
  payment: PaymentRow,
  dispute: ProcessorDispute,
  { isNew, movedMinor }: { isNew: boolean; movedMinor: number },
): Promise<void> {
  const facts = { disputeId: dispute.id, amountMinor: dispute.amountMinor };
  await recordChange(tx, ctx, payment, {
    action: isNew ? 'dispute_opened' : 'dispute_updated',
    patch: {},
    details: {
      ...facts,
      status: dispute.status,
      reason: dispute.reason,
      dueBySec: dispute.dueBySec,
      movedMinor,
    },
    events: [],
  });
  await emitLive(tx, [
    {
      ...paymentEvent('dispute:created', payment, payment, ctx.now),
      type: isNew ? 'dispute:created' : 'dispute:updated',
      disputeId: dispute.id,
      disputeStatus: dispute.status,
      disputedMinor: dispute.amountMinor,
    },
  ]);
  if (!isNew) return;
  await tellRestaurant(tx, {
    kind: 'DISPUTE_OPENED',
    factKey: `dispute:${dispute.id}`,
    restaurantId: payment.restaurantId,
    paymentId: payment.id,
    details: { ...facts, currency: dispute.currency, dueBySec: dispute.dueBySec },
  });
}

/** What these transactions moved, fees included; negative: it left. */
function sumOf(dispute: ProcessorDispute, ids: readonly string[]): number {
  return dispute.transactions
    .filter(({ id }) => ids.includes(id))
    .reduce((sum, transaction) => sum + transaction.netMinor, 0);
}
