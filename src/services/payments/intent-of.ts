import type { ProcessorIntent } from '../ports';
import type { PaymentRow } from './payment-row';

/**
 * Whether an intent that names the payment is the one the payment waits for. While no intent is stored, its metadata tells:
 * a payment that became cash has none, and one that became a card payment again waits for a later one than before.
 */
export function isIntentOf(row: PaymentRow, intent: ProcessorIntent): boolean {
  if (row.paymentIntentId !== null) return row.paymentIntentId === intent.id;
  return row.provider === 'STRIPE' && row.creationParams?.metadata.attempt === intent.metadata.attempt;
}
