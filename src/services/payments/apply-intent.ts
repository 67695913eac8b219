import type { Tx } from '@/db/transaction';
import type { PaymentStatus } from '@/domain/payment/status';
import { decide, isHeldByReceipt, type PaymentFact } from '@/domain/payment/transition';
import { isUuid } from '../ids';
import type { ProcessorIntent } from '../ports';
import { becomeCash } from './become-cash';
import { capture } from './capture';
import type { FactContext } from './fact-context';
import { isIntentOf } from './intent-of';
import { keepUnmatchedReceipt } from './keep-unmatched-receipt';
import { failAgain, failureWordsOf, noteFailure } from './note-failure';
import type { PaymentEventType } from './payment-event';
import { lockPaymentsOfIntent } from './payments-of-intent';
import { type PaymentPatch, recordChange } from './record-change';

/** What became of a fact. `waiting`: its payment is not here yet; `for` is the id whose arrival wakes it. */
export type FactOutcome =
  | { kind: 'applied' }
  | { kind: 'ignored'; reason: string }
  | { kind: 'waiting'; for: string };

export type IntentFact = Extract<PaymentFact, `INTENT_${string}`>;

/**
 * Applies what the processor says about an intent: by webhook, sweep, refresh or expiry, in any order and as often as it
 * comes. The payment is found by intent id, or by the payment id in the metadata while the intent id is not stored
 * yet (legacy-contract section 7, number 8).
 * @param atSec the processor's own second of the fact
 * @param seenFrom for a look at the intent, which has no second of its own: the payment's status when it was taken. It
 *   counts as newer than what was known then, and not at all when something was told meanwhile
 */
export async function applyIntentFact(
  tx: Tx,
  ctx: FactContext,
  fact: { kind: IntentFact; intent: ProcessorIntent; atSec: number; seenFrom?: PaymentStatus },
): Promise<FactOutcome> {
  const { intent } = fact;
  const claimedId = isUuid(intent.metadata.paymentId) ? intent.metadata.paymentId : null;
  const rows = await lockPaymentsOfIntent(tx, intent.id, claimedId);
  const row = rows.find((r) => r.paymentIntentId === intent.id) ?? rows[0];
  if (!row) {
    if (claimedId) return { kind: 'waiting', for: claimedId };
    return { kind: 'ignored', reason: 'foreign: no payment of ours' };
  }
  if (!isIntentOf(row, intent)) {
    if (fact.kind !== 'INTENT_SUCCEEDED') return { kind: 'ignored', reason: 'another intent of the payment' };
    return keepUnmatchedReceipt(tx, ctx, row, fact, 'ANOTHER_INTENT');
  }
  // Only a success may change it: else the same facts would end differently in another order of arrival.
  if (isHeldByReceipt(row) && fact.kind !== 'INTENT_SUCCEEDED') {
    return { kind: 'ignored', reason: 'an unmatched receipt waits for a person' };
  }
  if (fact.seenFrom !== undefined && fact.seenFrom !== row.status) {
    return { kind: 'ignored', reason: 'stale: told meanwhile' };
  }
  // By a whole second: within one, rank would keep a retry in the second of its decline FAILED for good.
  const newerSec = row.factAtSec === null ? fact.atSec : Math.max(fact.atSec, row.factAtSec + 1);
  const atSec = fact.seenFrom === undefined ? fact.atSec : newerSec;
  const decision = decide(row, { kind: fact.kind, atSec });
  if (decision.kind === 'ignore') {
    const isAnother = fact.kind === 'INTENT_FAILED' && (await failAgain(tx, ctx, row, { intent, atSec }));
    return isAnother ? { kind: 'applied' } : { kind: 'ignored', reason: decision.reason };
  }
  if (decision.kind === 'refuse') return keepUnmatchedReceipt(tx, ctx, row, fact, 'SECOND_MONEY');

  const seen: PaymentPatch = {
    status: decision.to,
    factAtSec: decision.factAtSec,
    factRank: decision.factRank,
    paymentIntentId: intent.id,
    transactionId: intent.id,
    clientSecret: row.clientSecret ?? intent.clientSecret,
    creationState: 'CREATED',
  };
  if (fact.kind === 'INTENT_SUCCEEDED') return capture(tx, ctx, row, fact, seen);
  if (fact.kind === 'INTENT_CANCELED' && row.pendingMethod !== null) return becomeCash(tx, ctx, row);
  await recordChange(tx, ctx, row, {
    action: ACTIONS[fact.kind],
    patch: {
      ...seen,
      ...failureWordsOf(intent, fact.kind === 'INTENT_FAILED' ? row.failureReason : null),
    },
    details: { intentId: intent.id, atSec, declineCode: intent.lastError?.declineCode ?? null },
    events: row.status === decision.to ? [] : EVENTS[fact.kind],
  });
  if (fact.kind === 'INTENT_FAILED') await noteFailure(tx, row, { intent, atSec });
  return { kind: 'applied' };
}

type OpenFact = Exclude<IntentFact, 'INTENT_SUCCEEDED'>;

const ACTIONS: Record<OpenFact, string> = {
  INTENT_REQUIRES_ACTION: 'authentication_required',
  INTENT_PROCESSING: 'processing',
  INTENT_FAILED: 'failed',
  INTENT_CANCELED: 'cancelled',
};

const EVENTS: Record<OpenFact, readonly PaymentEventType[]> = {
  INTENT_REQUIRES_ACTION: ['payment:status_updated'],
  INTENT_PROCESSING: ['payment:status_updated', 'payment:processing'],
  INTENT_FAILED: ['payment:status_updated', 'payment:failed'],
  INTENT_CANCELED: ['payment:status_updated', 'payment:cancelled'],
};
