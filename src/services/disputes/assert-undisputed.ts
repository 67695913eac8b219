import { readDisputesOf } from '@/db/sql/disputes';
import type { Tx } from '@/db/transaction';
import { blocksRefund } from '@/domain/dispute';
import { sumMinor } from '@/domain/money';
import { ServiceError } from '../errors';
import type { PaymentRow } from '../payments/payment-row';

/**
 * Under the lock of the payment's orders.
 * @returns what banks have taken back for good, and given to who paid: a refund of it would give it a second time
 * @throws ServiceError DISPUTE_OPEN while a bank decides about the payment's money
 */
export async function assertUndisputed(
  tx: Tx,
  payment: Pick<PaymentRow, 'id' | 'currency'>,
): Promise<{ chargedBackMinor: number }> {
  const disputes = await tx.query<DisputeLine>(readDisputesOf, [payment.id]);
  if (!disputes.some(({ status }) => blocksRefund(status)))
    return { chargedBackMinor: chargedBackOf(disputes, payment.currency) };
  throw new ServiceError(
    'DISPUTE_OPEN',
    'The guest’s bank disputes this payment: a refund would give the money back twice. Answer the dispute, or accept it.',
  );
}

/** As readDisputesOf answers it. */
export type DisputeLine = { status: string; amountMinor: number; currency: string };

/** What banks have taken back for good of a payment in this currency. Minor units. */
export function chargedBackOf(disputes: readonly DisputeLine[], currency: string): number {
  const lost = disputes.filter((one) => one.status === 'lost' && one.currency === currency);
  return sumMinor(lost.map((one) => one.amountMinor));
}
