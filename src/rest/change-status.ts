import { confirmCash } from '@/services/cash';
import { ServiceError } from '@/services/errors';
import { cancelPayment, getPayment } from '@/services/payments';
import type { PaymentView } from '@/services/payments/view';
import { createRefund } from '@/services/refunds';
import type { RefundView } from '@/services/refunds/schemas';
import { type Answer, ok, type RestCall } from './call';
import { requiredText, text } from './fields';
import { minorOf } from './money';
import { guestIds } from './shapes/guest-ids';
import { paymentBody } from './shapes/payment';

type Change = (call: RestCall, paymentId: string) => Promise<Answer>;

/** What a status means when restaurant or platform staff send it (legacy-contract 3.7). */
const BY_STAFF: Readonly<Record<string, Change>> = {
  REFUNDED: refund,
  PARTIALLY_REFUNDED: refund,
  COMPLETED: cashReceived,
  CANCELLED: cancel,
};

/** The same for who pays: nobody says of their own cash that it was received. */
const BY_PAYER: Readonly<Record<string, Change>> = { COMPLETED: waitForStaff, CANCELLED: cancel };

/** `PUT /payments/:id/status`: the only way in which the existing clients cancel, take cash and refund. */
export async function changeStatus(call: RestCall): Promise<Answer> {
  const status = requiredText(call.body.status, 'status').toUpperCase();
  const { kind } = call.ctx.actor;
  const isStaff = kind === 'admin' || kind === 'member';
  const changes = isStaff ? BY_STAFF : BY_PAYER;
  const change = Object.hasOwn(changes, status) ? changes[status] : undefined;
  const paymentId = call.params.paymentId ?? '';
  if (change) return change(call, paymentId);
  // Whoever may not even see it learns that first.
  await getPayment(call.ctx, { paymentId });
  if (isStaff) {
    throw new ServiceError('ILLEGAL_TRANSITION', 'Only the processor gives a payment this status.');
  }
  throw new ServiceError('FORBIDDEN', 'Your role may not give a payment this status.');
}

/** `POST /payments/:id/refund` and REFUNDED: all that is left, or `amount` in major units. */
export async function refund(call: RestCall, paymentId: string): Promise<Answer> {
  const { ctx, body } = call;
  const before = await getPayment(ctx, { paymentId });
  const amountMinor = minorOf(body.amount, before.currency, 'amount');
  const reason = text(body.reason)?.trim().slice(0, 500) || 'Requested by the restaurant';
  const input = { paymentId, reason, ...(amountMinor === undefined ? {} : { amountMinor }) };
  // These clients send no key: a double click, or a colleague's, must not refund a part twice (docs/adr/0017). A full refund needs
  // no such care, as it leaves nothing for a second.
  const joins = call.hasOwnKey ? 'NONE' : 'SAME_OF_LAST_MINUTE';
  const made = await createRefund(ctx, { ...input, idempotencyKey: call.idempotencyKey }, joins);
  // Asked for again after it failed at the processor: these clients read success as done.
  if (made.status === 'FAILED') {
    throw new ServiceError('PROCESSOR_REFUSED', made.failureReason ?? 'The refund failed. Try again.');
  }
  const refunded = withRefund(await getPayment(ctx, { paymentId }), before, made);
  return ok({
    ...paymentBody(refunded, { guestIdOf: await guestIds(ctx, [refunded]) }),
    refundId: made.id,
    refundReason: made.reason,
  });
}

/** The screen shows what it asked for at once; a refund that the processor has yet to confirm counts here already. */
function withRefund(now: PaymentView, before: PaymentView, made: RefundView): PaymentView {
  const isCounted = made.status !== 'PROCESSING' || now.refundedMinor > before.refundedMinor;
  if (isCounted) return now;
  const refundedMinor = now.refundedMinor + made.refundMinor;
  return {
    ...now,
    refundedMinor,
    status: refundedMinor >= now.totalMinor ? 'REFUNDED' : 'PARTIALLY_REFUNDED',
  };
}

async function cashReceived(call: RestCall, paymentId: string): Promise<Answer> {
  return answer(call, await confirmCash(call.ctx, { paymentId, idempotencyKey: call.idempotencyKey }));
}

async function cancel(call: RestCall, paymentId: string): Promise<Answer> {
  const reason = text(call.body.reason)?.trim().slice(0, 500);
  const { ctx, idempotencyKey } = call;
  return answer(call, await cancelPayment(ctx, { paymentId, idempotencyKey, ...(reason ? { reason } : {}) }));
}

/** v2 C sends COMPLETED right after asking for cash: it stays PENDING, and the screen waits for staff. */
async function waitForStaff(call: RestCall, paymentId: string): Promise<Answer> {
  const payment = await getPayment(call.ctx, { paymentId });
  if (payment.provider !== 'CASH') {
    throw new ServiceError('FORBIDDEN', 'Only the card completes a card payment.');
  }
  return answer(call, payment);
}

async function answer({ ctx }: RestCall, payment: PaymentView): Promise<Answer> {
  return ok(paymentBody(payment, { guestIdOf: await guestIds(ctx, [payment]) }));
}
