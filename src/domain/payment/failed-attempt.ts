/** A failed attempt to pay an intent, as the processor tells it. Ids of the processor's; null: it names none. */
export interface FailedAttempt {
  /** The charge that failed; null: none was made, as when the bank's confirmation failed. */
  chargeId: string | null;
  methodId: string | null;
  /** When it is said to have failed, in Unix seconds. */
  atSec: number;
}

/**
 * What tells one failed attempt of a payment from another, whoever tells of it and how often. Each attempt has a charge of its
 * own (Stripe "How PaymentIntents and SetupIntents work"), so two within one second are two. One without a charge is known by
 * its method and second.
 */
export function attemptKey({ chargeId, methodId, atSec }: FailedAttempt): string {
  return chargeId ?? `${methodId ?? ''}@${atSec}`;
}

/**
 * Whether an attempt is none that is known already. The same failure without a charge may be told with two seconds, by a look at
 * the intent and by its event: while the payment has been FAILED by that method since, it is the same one.
 * @param known keys of the payment's failed attempts, oldest first
 */
export function isNewAttempt(known: readonly string[], isFailed: boolean, attempt: FailedAttempt): boolean {
  if (known.includes(attemptKey(attempt))) return false;
  if (attempt.chargeId !== null || attempt.methodId === null || !isFailed) return true;
  return !known.at(-1)?.startsWith(`${attempt.methodId}@`);
}
