import { lockOrders, readBill } from '@/db/sql/bill';
import { type Actor, payerKey } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { once, operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { ensureCustomer } from './ensure-customer';
import { ensureIntent } from './ensure-intent';
import { openPayment } from './open-payment';
import type { BillRow } from './plan';
import { readView } from './read-view';
import { followUp, reuseOpenPayment } from './reuse';
import { type CreatePaymentInput, createPaymentInput } from './schemas';
import type { PaymentView } from './view';

/**
 * Opens a card payment for all that is due on an order, and its intent at the processor. The server computes the amount.
 * Repeating it (same key, or same payer and order while the payment is open) answers the same payment.
 * @returns the payment, PENDING, with the client secret that the browser confirms with
 * @throws ServiceError NOT_VISIBLE, SESSION_CLOSED, ORDER_CANCELLED, NOTHING_DUE, BALANCE_HELD, AMOUNT_MISMATCH,
 *   AMOUNT_BELOW_MINIMUM, AMOUNT_ABOVE_MAXIMUM, CURRENCY_MISMATCH, SAVE_CARD_NEEDS_SIGN_IN, IDEMPOTENCY_KEY_REUSED,
 *   CREATION_IN_PROGRESS, CARD_DECLINED, PROCESSOR_REFUSED, PROCESSOR_UNAVAILABLE, PROCESSOR_OUTCOME_UNKNOWN
 */
export async function createPayment(ctx: ServiceContext, raw: CreatePaymentInput): Promise<PaymentView> {
  const { idempotencyKey: key, ...input } = parseInput(createPaymentInput, raw);
  const payer = payerKey(ctx.actor) ?? refuseStranger(ctx.actor, 'payment.create');
  const operation = operationKey(ctx.actor, 'payments.create', key, input);
  const customerId = input.saveCard ? await ensureCustomer(ctx) : null;

  const opened = await ctx.db.transaction((tx) =>
    once(tx, operation, async () => {
      await tx.query(lockOrders, [[input.orderId]]);
      const bill = await tx.query<BillRow>(readBill, [[input.orderId]]);
      const order = assertPayable(ctx.actor, bill, input.currency);
      return (
        (await reuseOpenPayment(tx, payer, bill, input)) ??
        openPayment(tx, ctx, { payer, bill, order, shareMinor: null, customerId, ...input })
      );
    }),
  );
  if (opened.ids.next === 'CANCEL_FIRST') {
    await followUp(ctx, opened.ids, input, key);
    return createPayment(ctx, { ...raw, idempotencyKey: `${key}:again` });
  }
  if (opened.isFirst) ctx.wake('outbox');
  await ensureIntent(ctx, opened.ids.paymentId, {
    isOpener: opened.isFirst && opened.ids.next === 'CREATE_INTENT',
  });
  if (opened.ids.next === 'CHANGE_TIP') await followUp(ctx, opened.ids, input, key);
  return readView(ctx, opened.ids.paymentId);
}

/** Refuses what no payment may be opened for. */
function assertPayable(actor: Actor, bill: readonly BillRow[], currency: string | undefined): BillRow {
  const [order] = bill;
  if (!order) throw notVisible('Order');
  authorize(actor, 'payment.create', order, 'Order');
  if (order.sessionClosed)
    throw new ServiceError('SESSION_CLOSED', 'This table session is closed. Ask the staff.');
  if (order.cancelled)
    throw new ServiceError('ORDER_CANCELLED', 'This order was cancelled: there is nothing to pay.');
  if (currency !== undefined && currency.toUpperCase() !== order.currency) {
    throw new ServiceError('CURRENCY_MISMATCH', `This restaurant charges in ${order.currency}.`);
  }
  return order;
}
