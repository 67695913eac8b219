import {
  keepCard,
  lockUserOfCustomer,
  lockUserOfMethod,
  promoteNewestCard,
  readCardOfMethod,
  rememberRemoved,
  removeCard,
} from '@/db/sql/payment-methods';
import type { Tx } from '@/db/transaction';
import { newId } from '../ids';
import type { FactOutcome } from '../payments/apply-intent';
import type { ProcessorMethod } from '../ports';

/**
 * The processor keeps a card for a customer: it was saved by itself, or while paying. Brand, last four digits and expiry are
 * all that is stored. Told again, or told that the bank renewed it, it is brought up to date.
 */
export async function keepMethod(tx: Tx, method: ProcessorMethod): Promise<FactOutcome> {
  const user = await tx.maybeOne<{ id: string }>(lockUserOfCustomer, [method.customerId]);
  if (user === null) return { kind: 'ignored', reason: 'foreign: no customer of ours' };
  await tx.query(keepCard, [
    newId(),
    user.id,
    method.id,
    method.type,
    method.cardBrand,
    method.cardLast4,
    method.cardExpMonth,
    method.cardExpYear,
    new Date(method.createdSec * 1000),
  ]);
  return { kind: 'applied' };
}

/** The processor has let go of a card, by our wish or in its dashboard. For good, so one that was never seen is remembered. */
export async function forgetMethod(tx: Tx, method: ProcessorMethod): Promise<FactOutcome> {
  const user = await tx.maybeOne<{ id: string }>(lockUserOfMethod, [method.id]);
  if (user === null) {
    await tx.query(rememberRemoved, [newId(), method.id, method.type]);
    return { kind: 'applied' };
  }
  const card = await tx.one<{ id: string }>(readCardOfMethod, [method.id]);
  await tx.query(removeCard, [card.id, false]);
  await tx.query(promoteNewestCard, [user.id]);
  return { kind: 'applied' };
}
