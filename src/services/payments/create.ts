import { lockOrders, readBill } from '@/db/sql/bill';
import { type Actor, payerKey } from '../actor';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { once, operationKey, stepKey } from '../idempotency';
import { parseInput } from '../parse';
import { answerInTime } from './answer-in-time';
import { ensureCustomer } from './ensure-customer';
import { creationInProgress, ensureIntent } from './ensure-intent';
import { openPayment } from './open-payment';
import { type BillRow, dueOf } from './plan';
import { readView } from './read-view';
import { cancelOutdated, reuseOpenPayment, takeNewTip } from './reuse';
import { type CreatePaymentInput, createPaymentInput } from './schemas';
import type { PaymentView } from './view';

/**
 * Opens a card payment for all that is due on an order, and its intent at the processor. The server computes the amount.
 * Repeating it (same key, or same payer and order while the payment is open) answers the same payment.
 * @returns the payment, PENDING, with the client secret that the browser confirms with
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, SESSION_CLOSED, ORDER_CANCELLED, NOTHING_DUE, BALANCE_HELD,
 *   AMOUNT_MISMATCH, AMOUNT_BELOW_MINIMUM, AMOUNT_ABOVE_MAXIMUM, AMOUNT_NOT_CHARGEABLE, CURRENCY_MISMATCH,
 *   SAVE_CARD_NEEDS_SIGN_IN, IDEMPOTENCY_KEY_REUSED, CREATION_IN_PROGRESS, CARD_DECLINED, PROCESSOR_REFUSED,
 *   PROCESSOR_UNAVAILABLE, PROCESSOR_OUTCOME_UNKNOWN
 */
export async function createPayment(ctx: ServiceContext, raw: CreatePaymentInput): Promise<PaymentView> {
  const { idempotencyKey, ...input } = parseInput(createPaymentInput, raw);
  const payer = payerKey(ctx.actor) ?? refuseStranger(ctx.actor, 'payment.create');
  return answerInTime(ctx, create(ctx, payer, input, idempotencyKey), () => {
    throw creationInProgress();
  });
}

type Input = Omit<ReturnType<typeof createPaymentInput.parse>, 'idempotencyKey'>;

async function create(ctx: ServiceContext, payer: string, input: Input, key: string): Promise<PaymentView> {
  const operation = operationKey(ctx.actor, 'payments.create', key, input);
  const customerId = input.saveCard ? await customerToSaveFor(ctx, input) : null;

  await ctx.checkpoint('create.before-first-transaction');
  const opened = await ctx.db.transaction((tx) =>
    once(tx, operation, async () => {
      await tx.query(lockOrders, [[input.orderId]]);
      const bill = await tx.query<BillRow>(readBill, [[input.orderId]]);
      const order = assertPayable(ctx.actor, bill, input.currency);
      assertAmount(bill, input.billMinor);
      return (
        (await reuseOpenPayment(tx, ctx, payer, bill, input)) ??
        openPayment(tx, ctx, { payer, bill, order, shareMinor: null, customerId, ...input })
      );
    }),
  );
  await ctx.checkpoint('create.after-first-transaction');
  const { paymentId, next } = opened.ids;
  if (next === 'CANCEL_FIRST') {
    await cancelOutdated(ctx, paymentId, stepKey(key, 'cancel'));
    return create(ctx, payer, input, stepKey(key, 'again'));
  }
  if (opened.isFirst) ctx.wake('outbox');
  await ensureIntent(ctx, paymentId, { isOpener: opened.isFirst && next === 'CREATE_INTENT' });
  if (next === 'CHANGE_TIP') await takeNewTip(ctx, paymentId, input.tipMinor, stepKey(key, 'tip'));
  return readView(ctx, paymentId);
}

/** Before the lock, as it may call the processor; hence nobody gets a customer there for an order that is not theirs to pay. */
async function customerToSaveFor(ctx: ServiceContext, input: Input): Promise<string> {
  assertPayable(ctx.actor, await ctx.db.query<BillRow>(readBill, [[input.orderId]]), input.currency);
  return ensureCustomer(ctx);
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

/** A client shows what is due before it asks: another figure means that the guest agreed to something else (decision 9). */
function assertAmount(bill: readonly BillRow[], sentMinor: number | undefined): void {
  const { dueMinor } = dueOf(bill);
  // A paid bill is refused as such when it is planned.
  if (sentMinor === undefined || sentMinor === dueMinor || dueMinor === 0) return;
  throw new ServiceError(
    'AMOUNT_MISMATCH',
    'The bill has changed. Show the guest the new amount and try again.',
    {
      details: { sentMinor, dueMinor },
    },
  );
}
