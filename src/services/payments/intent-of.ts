import type { ProcessorIntent } from '../ports';
import type { PaymentRow } from './payment-row';

/**
 * Whether an intent that names the payment is the one the payment waits for. While no intent is stored, its metadata
 * tells: a payment that became cash has none, and one that became a card payment again waits for a later one than
 * before.
 */
export function isIntentOf(row: PaymentRow, intent: ProcessorIntent): boolean {
  if (row.paymentIntentId !== null) return row.paymentIntentId === intent.id;
  return row.provider === 'STRIPE' && row.creationParams?.metadata.attempt === intent.metadata.attempt;
}

/** The intent of a card payment whose creation has ended well; any other has no such call to make. */
export function requireIntentId(payment: { id: string; paymentIntentId: string | null }): string {
  if (payment.paymentIntentId === null) throw new Error(`payment ${payment.id} has no intent`);
  return payment.paymentIntentId;
}
