import { readDisputesOf } from '@/db/sql/disputes';
import { readRefunds } from '@/db/sql/refunds';
import { isCaptured } from '@/domain/payment/status';
import { type Refundable, refundableAmounts } from '@/domain/refund-amount';
import { isHouse } from '../actor';
import type { ServiceContext } from '../context';
import { chargedBackOf, type DisputeLine } from '../disputes/assert-undisputed';
import type { PaymentView } from '../payments/view';
import type { RefundRow } from './refund-row';

/**
 * What one refund of the payment could give back at this moment, by the rule that createRefund decides with; limits of the
 * restaurant and an open dispute may still refuse it. Null: to who may not refund, and before money was taken.
 */
export async function readRefundable(ctx: ServiceContext, payment: PaymentView): Promise<Refundable | null> {
  if (!isHouse(ctx.actor, payment.restaurantId) || !isCaptured(payment.status)) return null;
  const [refunds, disputes] = await Promise.all([
    ctx.db.query<RefundRow>(readRefunds, [payment.id]),
    ctx.db.query<DisputeLine>(readDisputesOf, [payment.id]),
  ]);
  return refundableAmounts(payment, refunds, chargedBackOf(disputes, payment.currency));
}
