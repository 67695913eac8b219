import { isChangeable, type PaymentStatus } from '@/domain/payment/status';
import type { ServiceContext } from '../context';
import { ServiceError } from '../errors';
import { refreshFromProcessor } from './refresh';

/** What a payment's row says of a change of its tip or share that has not ended. */
interface Changing {
  pendingTipMinor: number | null;
  pendingShare: unknown;
}

/** Whether the intent may have another amount than the payment shows. */
export function hasPendingAmount(row: Changing): boolean {
  return row.pendingTipMinor !== null || row.pendingShare !== null;
}

/**
 * Ends a change of amount whose answer was lost, by looking at the intent. One whose call may still be going on stays, as
 * does one when the processor cannot be asked: assertAmountSettled refuses it, under the lock.
 */
export async function settleLostChange(
  ctx: ServiceContext,
  seen: Parameters<typeof refreshFromProcessor>[1],
): Promise<void> {
  if (hasPendingAmount(seen)) await refreshFromProcessor(ctx, seen);
}

/**
 * Refuses a payment whose intent a card could pay with another amount than it shows: nobody is charged what they did not
 * see. @throws ServiceError CREATION_IN_PROGRESS
 */
export function assertAmountSettled(
  row: Changing & { status: PaymentStatus; paymentIntentId: string | null },
): void {
  if (row.paymentIntentId === null || !isChangeable(row.status) || !hasPendingAmount(row)) return;
  throw new ServiceError(
    'CREATION_IN_PROGRESS',
    'Another change of this payment is being confirmed. Try again in a moment.',
  );
}
