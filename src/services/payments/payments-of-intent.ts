import { list } from '@/db/json-list';
import { lockOrdersOfIntents, readPaymentsOfIntents } from '@/db/sql/read-payment';
import type { Tx } from '@/db/transaction';
import { isUuid } from '../ids';
import type { FactOutcome } from './apply-intent';
import { assertAllLocked } from './locked-payment';
import type { PaymentRow } from './payment-row';

/** How a fact names its payment: by intent, and by the payment id in the intent's metadata (a UUID, or null). */
export interface IntentReference {
  intentId: string | null;
  claimedId: string | null;
}

/**
 * The payments that an intent may mean, their orders locked. Two when its metadata names one and another has stored it.
 * @throws OutdatedLocksError, which repeats the transaction
 */
export async function lockPaymentsOfIntent(
  tx: Tx,
  intentId: string | null,
  claimedId: string | null,
): Promise<PaymentRow[]> {
  const asked = [listOfIntents([{ intentId, claimedId }])];
  // Sent together: the second statement sees what is true once the first has its locks.
  const [locked, rows] = await Promise.all([
    tx.query<{ orderId: string }>(lockOrdersOfIntents, asked),
    tx.query<PaymentRow>(readPaymentsOfIntents, asked),
  ]);
  const claimed = claimedId?.toLowerCase();
  const meant = rows.filter(
    (row) => (intentId !== null && row.paymentIntentId === intentId) || row.id === claimed,
  );
  assertAllLocked(
    meant,
    locked.map(({ orderId }) => orderId),
  );
  return meant;
}

/** The parameter of the statements above. */
export function listOfIntents(references: readonly IntentReference[]): string {
  return list(...references.map((of) => ({ intent_id: of.intentId, payment_id: of.claimedId })));
}

type Found = { row: PaymentRow; outcome?: undefined } | { row: null; outcome: FactOutcome | null };

/**
 * The payment of an intent, its orders locked: by intent id, or by the payment id of the metadata while the intent id
 * is not stored yet. Without a row, `outcome` says what becomes of the fact: it waits for the payment that it names, or
 * is ignored when that payment has another intent. `outcome` null: it names no payment.
 */
export async function findPaymentOfIntent(
  tx: Tx,
  intentId: string | null,
  claimedId: string | undefined,
): Promise<Found> {
  const claimed = isUuid(claimedId) ? claimedId : null;
  const rows = await lockPaymentsOfIntent(tx, intentId, claimed);
  const row =
    rows.find((r) => r.paymentIntentId === intentId) ?? rows.find((r) => r.paymentIntentId === null);
  if (row) return { row };
  if (rows.length > 0)
    return { row: null, outcome: { kind: 'ignored', reason: 'another intent of the payment' } };
  return { row: null, outcome: claimed === null ? null : { kind: 'waiting', for: claimed } };
}

/** The payment of an intent, its orders locked; null when there is none here, or it has another intent. */
export async function paymentOfIntent(
  tx: Tx,
  intentId: string | null,
  claimedId: string | undefined,
): Promise<PaymentRow | null> {
  return (await findPaymentOfIntent(tx, intentId, claimedId)).row;
}

/** For facts that name only an intent: ours but not here yet, or somebody else's on the same account. */
export function missingOrForeign(intentId: string | null, claimedId: string | undefined): FactOutcome {
  if (isUuid(claimedId)) return { kind: 'waiting', for: claimedId };
  if (intentId === null) return { kind: 'ignored', reason: 'foreign: no intent' };
  return { kind: 'waiting', for: intentId };
}
