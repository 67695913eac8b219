import type { Tx } from '@/db/transaction';
import { decide } from '@/domain/payment/transition';
import type { ServiceContext } from '../context';
import { keepCash } from '../drawers/keep-cash';
import { ServiceError } from '../errors';
import { factContextOf } from '../payments/fact-context';
import type { PaymentRow } from '../payments/payment-row';
import { settlePayment } from '../payments/settle';
import { checkTender, type Tender } from './tender';

/**
 * Staff took the cash of a PENDING cash payment. Under the lock of its orders. Money beyond the bill becomes guest
 * credit, as with cards.
 * @throws ServiceError AMOUNT_MISMATCH, ILLEGAL_TRANSITION
 */
export async function settleCash(
  tx: Tx,
  ctx: ServiceContext,
  row: PaymentRow,
  tender: Tender,
): Promise<PaymentRow> {
  const facts = factContextOf(ctx);
  const { now } = facts;
  const decision =
    row.provider === 'CASH'
      ? decide(row, { kind: 'CASH_RECEIVED', atSec: Math.floor(now.getTime() / 1000) })
      : null;
  if (decision?.kind !== 'apply') {
    throw new ServiceError(
      'ILLEGAL_TRANSITION',
      row.provider === 'CASH'
        ? 'This cash request is closed. Record the cash anew if it was paid.'
        : 'This is a card payment: only its card completes it.',
      { details: { status: row.status, method: row.method } },
    );
  }
  const { factAtSec, factRank } = decision;
  const settled = await settlePayment(tx, facts, row, {
    by: 'CASH',
    at: now,
    tipMinor: row.tipMinor,
    patch: { status: decision.to, factAtSec, factRank },
    details: { ...checkTender(tender, row.totalMinor) },
  });
  await keepCash(tx, facts, {
    restaurantId: row.restaurantId,
    currency: row.currency,
    paymentId: row.id,
    refundId: null,
    amountMinor: settled.totalMinor,
  });
  return settled;
}
