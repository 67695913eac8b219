import { list } from '@/db/json-list';
import { lockOrdersOfIntents, readPaymentsOfIntents } from '@/db/sql/read-payment';
import type { Tx } from '@/db/transaction';
import type { PaymentRow } from './payment-row';

/** How a fact names its payment: by intent, and by the payment id in the intent's metadata (a UUID, or null). */
export interface IntentReference {
  intentId: string | null;
  claimedId: string | null;
}

/** The payments that an intent may mean, their orders locked. Two: the intent that names one belongs to another. */
export async function lockPaymentsOfIntent(
  tx: Tx,
  intentId: string | null,
  claimedId: string | null,
): Promise<PaymentRow[]> {
  const asked = [listOfIntents([{ intentId, claimedId }])];
  // Sent together: the second statement sees what is true once the first has its locks.
  const [, rows] = await Promise.all([
    tx.query(lockOrdersOfIntents, asked),
    tx.query<PaymentRow>(readPaymentsOfIntents, asked),
  ]);
  const claimed = claimedId?.toLowerCase();
  return rows.filter((row) => (intentId !== null && row.paymentIntentId === intentId) || row.id === claimed);
}

/** The parameter of the statements above. */
export function listOfIntents(references: readonly IntentReference[]): string {
  return list(...references.map((of) => ({ intent_id: of.intentId, payment_id: of.claimedId })));
}
