import { requestCash } from '@/services/cash';
import { ServiceError } from '@/services/errors';
import { getOrder } from '@/services/orders';
import { createPayment } from '@/services/payments';
import type { PaymentView } from '@/services/payments/view';
import { type Answer, created, type RestCall } from './call';
import { keepMeaning, knownMeaning } from './meaning';
import { parseMethod } from './methods';
import { meansDue, minorOf } from './money';
import { guestIds } from './shapes/guest-ids';
import { intentBody } from './shapes/payment';

/**
 * Starts paying an order: one handler behind `/payments/intent`, `/payments/order` and `/orders/:orderId/payments`
 * (legacy-contract section 7, row 13). The server computes the amount; one that is sent must mean the same.
 */
export async function startOrderPayment(call: RestCall, orderId: string): Promise<Answer> {
  const { ctx, body, idempotencyKey } = call;
  const method = parseMethod(body.paymentMethod ?? 'CARD');
  // Most clients send ids alone; the order's currency is needed for amounts only.
  const hasAmounts = body.amount !== undefined || body.tipAmount !== undefined;
  const amounts = hasAmounts
    ? ((await knownMeaning<Amounts>(call)) ?? (await keepMeaning(call, await amountsOf(call, orderId))))
    : {};
  const input = { orderId, ...amounts, idempotencyKey };
  const payment =
    method === 'CASH' ? await requestCash(ctx, input) : await createPayment(ctx, { ...input, method });
  return created(await startedBody(call, payment));
}

async function startedBody({ ctx }: Pick<RestCall, 'ctx'>, payment: PaymentView) {
  return intentBody(payment, { guestIdOf: await guestIds(ctx, [payment]) });
}

type Amounts = { tipMinor: number; billMinor?: number };

async function amountsOf({ ctx, body }: RestCall, orderId: string): Promise<Amounts> {
  const order = await getOrder(ctx, { orderId });
  const tipMinor = minorOf(body.tipAmount, order.currency, 'tipAmount') ?? 0;
  if (body.amount === undefined || body.amount === null || body.amount === '') return { tipMinor };
  const dueMinor = order.remainingMinor;
  // Of a paid order the verb says so.
  if (dueMinor > 0 && !meansDue(body.amount, dueMinor, order.currency)) {
    throw new ServiceError(
      'AMOUNT_MISMATCH',
      'The amount is not what is due on this order. Leave it out, or show the guest the new amount.',
      { details: { dueMinor } },
    );
  }
  return dueMinor > 0 ? { tipMinor, billMinor: dueMinor } : { tipMinor };
}
