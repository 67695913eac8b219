import type { Tx } from '@/db/transaction';
import type { FactOutcome } from '../payments/apply-intent';
import type { ProcessorPayout } from '../ports';
import { keepPayout } from './keep-payout';

/** Applies what an event says about a payout. Its transactions are fetched and posted by the worker (sync.ts). */
export async function applyPayoutFact(tx: Tx, payout: ProcessorPayout): Promise<FactOutcome> {
  const isNew = await keepPayout(tx, payout);
  return isNew ? { kind: 'applied' } : { kind: 'ignored', reason: 'repeat: the payout is known so' };
}
