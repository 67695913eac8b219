import { readDisputeStatuses } from '@/db/sql/disputes';
import type { Tx } from '@/db/transaction';
import { blocksRefund } from '@/domain/dispute';
import { ServiceError } from '../errors';

/** Under the lock of the payment's orders. @throws ServiceError DISPUTE_OPEN while a bank decides about the payment's money */
export async function assertUndisputed(tx: Tx, paymentId: string): Promise<void> {
  const disputes = await tx.query<{ status: string }>(readDisputeStatuses, [paymentId]);
  if (!disputes.some(({ status }) => blocksRefund(status))) return;
  throw new ServiceError(
    'DISPUTE_OPEN',
    'The guest’s bank disputes this payment: a refund would give the money back twice. Answer the dispute, or accept it.',
  );
}
