import { readBill } from '@/db/sql/bill';
import { readKey } from '@/db/sql/idempotency';
import { payerKey } from '../actor';
import { answerInTime } from '../answer-in-time';
import { refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { operationKey } from '../idempotency';
import { inProgress } from '../in-progress';
import { parseInput } from '../parse';
import { assertAmount, assertPayable, assertPayableBy } from './assert-payable';
import { ensureCustomer } from './ensure-customer';
import { lockBillOf } from './lock-bill';
import { openPayment } from './open-payment';
import type { BillRow } from './plan';
import { reuseOpenPayment } from './reuse';
import { type CreatePaymentInput, createPaymentInput } from './schemas';
import { startPayment } from './start-payment';
import type { PaymentView } from './view';

/**
 * Opens a card payment for all that is due on an order, and its intent at the processor. The server computes the
 * amount. Repeating it (same key, or same payer and order while the payment is open) answers the same payment.
 * @returns the payment, PENDING, with the client secret that the browser confirms with
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, SESSION_CLOSED, ORDER_CANCELLED, NOTHING_DUE, BALANCE_HELD,
 *   METHOD_NOT_SUPPORTED, AMOUNT_MISMATCH, AMOUNT_BELOW_MINIMUM, AMOUNT_ABOVE_MAXIMUM, AMOUNT_NOT_CHARGEABLE,
 *   CURRENCY_MISMATCH, SAVE_CARD_NEEDS_SIGN_IN, IDEMPOTENCY_KEY_REUSED, CREATION_IN_PROGRESS, CARD_DECLINED,
 *   PROCESSOR_REFUSED, PROCESSOR_UNAVAILABLE, PROCESSOR_OUTCOME_UNKNOWN
 */
export async function createPayment(ctx: ServiceContext, raw: CreatePaymentInput): Promise<PaymentView> {
  const { idempotencyKey, ...input } = parseInput(createPaymentInput, raw);
  const payer = payerKey(ctx.actor) ?? refuseStranger(ctx.actor, 'payment.create');
  return answerInTime(ctx, create(ctx, payer, input, idempotencyKey), () => {
    throw inProgress('payment');
  });
}

const PROCEDURE = 'payments.create';

type Input = Omit<ReturnType<typeof createPaymentInput.parse>, 'idempotencyKey'>;

async function create(ctx: ServiceContext, payer: string, input: Input, key: string): Promise<PaymentView> {
  const customerId = input.saveCard ? await customerToSaveFor(ctx, input, key) : null;
  return startPayment(
    ctx,
    { procedure: PROCEDURE, key, input },
    (tx) => lockBillOf(tx, ctx, payer, input.orderId),
    async (tx, found) => {
      const { bill } = found;
      assertPayable(bill, input.currency);
      assertAmount(bill, input.billMinor);
      return (
        (await reuseOpenPayment(tx, ctx, payer, found, { ...input, isCash: false })) ??
        openPayment(tx, ctx, { payer, bill, scope: 'ORDER', shareMinor: null, customerId, ...input })
      );
    },
  );
}

/**
 * Runs before the lock, as it may call the processor. The order is checked first: no customer is created there for
 * somebody who may not pay it. The repeat of a known key skips that check, as its first call has passed it.
 */
async function customerToSaveFor(ctx: ServiceContext, input: Input, key: string): Promise<string> {
  const { scope } = operationKey(ctx.actor, PROCEDURE, key, input);
  if ((await ctx.db.maybeOne(readKey, [scope, key])) === null) {
    const bill = await ctx.db.query<BillRow>(readBill, [[input.orderId], ctx.clock.now()]);
    assertPayableBy(ctx.actor, bill, input.currency);
  }
  return ensureCustomer(ctx);
}
