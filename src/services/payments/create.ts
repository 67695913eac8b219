import { readBill } from '@/db/sql/bill';
import { readKey } from '@/db/sql/idempotency';
import { type Actor, payerKey } from '../actor';
import { answerInTime } from '../answer-in-time';
import { authorize, refuseStranger } from '../authorize';
import type { ServiceContext } from '../context';
import { notVisible, ServiceError } from '../errors';
import { operationKey } from '../idempotency';
import { parseInput } from '../parse';
import { ensureCustomer } from './ensure-customer';
import { creationInProgress } from './ensure-intent';
import { openPayment } from './open-payment';
import { type BillRow, dueOf } from './plan';
import { lockBillOf, reuseOpenPayment } from './reuse';
import { type CreatePaymentInput, createPaymentInput } from './schemas';
import { startPayment } from './start-payment';
import type { PaymentView } from './view';

/**
 * Opens a card payment for all that is due on an order, and its intent at the processor. The server computes the amount.
 * Repeating it (same key, or same payer and order while the payment is open) answers the same payment.
 * @returns the payment, PENDING, with the client secret that the browser confirms with
 * @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED, SESSION_CLOSED, ORDER_CANCELLED, NOTHING_DUE, BALANCE_HELD,
 *   METHOD_NOT_SUPPORTED, AMOUNT_MISMATCH, AMOUNT_BELOW_MINIMUM, AMOUNT_ABOVE_MAXIMUM, AMOUNT_NOT_CHARGEABLE, CURRENCY_MISMATCH,
 *   SAVE_CARD_NEEDS_SIGN_IN, IDEMPOTENCY_KEY_REUSED, CREATION_IN_PROGRESS, CARD_DECLINED, PROCESSOR_REFUSED,
 *   PROCESSOR_UNAVAILABLE, PROCESSOR_OUTCOME_UNKNOWN
 */
export async function createPayment(ctx: ServiceContext, raw: CreatePaymentInput): Promise<PaymentView> {
  assertMethod(raw);
  const { idempotencyKey, ...input } = parseInput(createPaymentInput, raw);
  const payer = payerKey(ctx.actor) ?? refuseStranger(ctx.actor, 'payment.create');
  return answerInTime(ctx, create(ctx, payer, input, idempotencyKey), () => {
    throw creationInProgress();
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
      assertPayable(ctx.actor, bill, input.currency);
      assertAmount(bill, input.billMinor);
      return (
        (await reuseOpenPayment(tx, ctx, payer, found, { ...input, isCash: false })) ??
        openPayment(tx, ctx, { payer, bill, scope: 'ORDER', shareMinor: null, customerId, ...input })
      );
    },
  );
}

// Known to older clients, offered by nobody (decision 16).
const UNSUPPORTED_METHODS: readonly unknown[] = ['PAYPAL', 'SQUARE', 'CRYPTO'];

/** What no schema lists but some clients offer gets its own answer, before it reads as a typing mistake. */
function assertMethod(raw: unknown): void {
  const method = raw !== null && typeof raw === 'object' && 'method' in raw ? raw.method : null;
  if (UNSUPPORTED_METHODS.includes(method))
    throw new ServiceError(
      'METHOD_NOT_SUPPORTED',
      `${method} is not supported. Pay by card, wallet or cash.`,
    );
}

/**
 * Before the lock, as it may call the processor; hence nobody gets a customer there for an order that is not theirs to pay.
 * A known key was asked for with the customer at hand: what has become of the order since is no matter for its repeat.
 */
async function customerToSaveFor(ctx: ServiceContext, input: Input, key: string): Promise<string> {
  const { scope } = operationKey(ctx.actor, PROCEDURE, key, input);
  if ((await ctx.db.maybeOne(readKey, [scope, key])) === null) {
    const bill = await ctx.db.query<BillRow>(readBill, [[input.orderId], ctx.clock.now()]);
    assertPayable(ctx.actor, bill, input.currency);
  }
  return ensureCustomer(ctx);
}

/** Refuses what no payment may be opened for. */
export function assertPayable(actor: Actor, bill: readonly BillRow[], currency: string | undefined): void {
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
}

/** A client shows what is due before it asks: another figure means that the guest agreed to something else (decision 9). */
export function assertAmount(bill: readonly BillRow[], sentMinor: number | undefined): void {
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
