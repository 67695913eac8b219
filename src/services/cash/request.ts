import { payerKey } from '../actor';
import { answerInTime } from '../answer-in-time';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { inProgress } from '../in-progress';
import { parseInput } from '../parse';
import { assertAmount, assertPayable } from '../payments/assert-payable';
import { lockBillOf } from '../payments/lock-bill';
import { openPayment } from '../payments/open-payment';
import { reuseOpenPayment } from '../payments/reuse';
import { startPayment } from '../payments/start-payment';
import type { PaymentView } from '../payments/view';
import { payTableSession } from '../table-sessions/pay';
import { type RequestCashInput, requestCashInput } from './schemas';

/**
 * Asks to pay in cash: all that is due on an order, or a share of a table session's bill. The payment is PENDING and
 * holds its part until staff confirm it, it is cancelled, or its time is over. A repeat answers the open request; an
 * open card payment of the same payer is cancelled first.
 * @throws ServiceError as createPayment (orders) or payTableSession (shares), without the limits of cards
 */
export async function requestCash(ctx: ServiceContext, raw: RequestCashInput): Promise<PaymentView> {
  const parsed = parseInput(requestCashInput, raw);
  if ('tableSessionId' in parsed) return payTableSession(ctx, { ...parsed, method: 'CASH' });
  const { idempotencyKey, ...input } = parsed;
  const payer = payerKey(ctx.actor) ?? refuseStranger(ctx.actor, 'payment.create');
  const work = startPayment(
    ctx,
    { procedure: 'cash.request', key: idempotencyKey, input },
    (tx) => lockBillOf(tx, ctx, payer, input.orderId),
    async (tx, found) => {
      const { bill } = found;
      assertPayable(bill, undefined);
      assertAmount(bill, input.billMinor);
      const wanted = { ...input, saveCard: false, method: 'CASH' as const };
      return (
        (await reuseOpenPayment(tx, ctx, payer, found, { ...wanted, isCash: true })) ??
        openPayment(tx, ctx, { payer, bill, scope: 'ORDER', shareMinor: null, customerId: null, ...wanted })
      );
    },
  );
  return answerInTime(ctx, work, () => {
    throw inProgress('payment');
  });
}
