import type { Tx } from '@/db/transaction';
import { openDiscrepancy } from '../discrepancies/open';
import type { ProcessorIntent } from '../ports';
import type { FactOutcome } from './apply-intent';
import { findPaymentOfIntent } from './payments-of-intent';

/** An intent waits for a capture that this service never asks for (decision 16): a person must look. */
export async function noteCapturable(tx: Tx, intent: ProcessorIntent): Promise<FactOutcome> {
  const { row, outcome } = await findPaymentOfIntent(tx, intent.id, intent.metadata.paymentId);
  if (!row) return outcome ?? { kind: 'ignored', reason: 'foreign: no payment of ours' };
  const isNew = await openDiscrepancy(tx, {
    factKey: `capturable:${intent.id}`,
    restaurantId: row.restaurantId,
    type: 'STATUS_MISMATCH',
    reason: 'MANUAL_CAPTURE',
    severity: 'HIGH',
    paymentId: row.id,
    orderId: row.orderId,
    currency: row.currency,
    expectedMinor: row.totalMinor,
    actualMinor: 0,
    description: 'The intent waits for a manual capture. Capture or cancel it at the processor.',
  });
  return isNew ? { kind: 'applied' } : { kind: 'ignored', reason: 'repeat: on the work list' };
}
