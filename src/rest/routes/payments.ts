import { findRecordedCash, recordCash } from '@/services/cash';
import { ServiceError } from '@/services/errors';
import { wireMethod } from '@/services/legacy/wire-method';
import { getOrder } from '@/services/orders';
import { cancelPayment, changeMethod, changeTip, getPayment, getReceipt } from '@/services/payments';
import type { PaymentView } from '@/services/payments/view';
import { created, ok, type RestCall, type Route } from '../call';
import { changeStatus, refund } from '../change-status';
import { requiredText } from '../fields';
import { legacyList } from '../list';
import { parseMethod } from '../methods';
import { major, minorOf, requiredMinorOf } from '../money';
import { guestIds } from '../shapes/guest-ids';
import { paymentBody, publicPaymentBody } from '../shapes/payment';
import { splitTypes } from '../shapes/split-types';
import { simulateWebhook } from '../simulate';
import { startOrderPayment } from '../start-payment';

/** Legacy-contract 3.2, without splits and figures. */
export const paymentRoutes: readonly Route[] = [
  { method: 'GET', path: '/payments', who: 'admin', handle: allPayments },
  { method: 'POST', path: '/payments/intent', who: 'verb', limit: 'payment', handle: startPayment },
  { method: 'POST', path: '/payments/order', who: 'verb', limit: 'payment', handle: startPayment },
  // Without the payment limit: staff record cash that they already have (docs/adr/0017).
  { method: 'POST', path: '/payments/cash', who: 'verb', handle: recordCashPayment },
  {
    method: 'GET',
    path: '/payments/:paymentId',
    who: 'verb',
    strangerGuestGets401: true,
    handle: onePayment,
  },
  {
    method: 'GET',
    path: '/payments/:paymentId/receipt',
    who: 'verb',
    strangerGuestGets401: true,
    handle: receipt,
  },
  { method: 'GET', path: '/payments/:paymentId/public', who: 'anyone', handle: publicPayment },
  { method: 'DELETE', path: '/payments/:paymentId', who: 'admin', handle: deletePayment },
  { method: 'PATCH', path: '/payments/:paymentId', who: 'verb', handle: changePaymentTip },
  { method: 'PUT', path: '/payments/:paymentId/status', who: 'verb', handle: changeStatus },
  {
    method: 'PUT',
    path: '/payments/:paymentId/method',
    who: 'verb',
    limit: 'payment',
    handle: changePaymentMethod,
  },
  {
    method: 'POST',
    path: '/payments/:paymentId/refund',
    who: 'verb',
    handle: (call) => refund(call, id(call)),
  },
  { method: 'POST', path: '/payments/:paymentId/simulate-webhook', who: 'verb', handle: simulateWebhook },
];

async function allPayments({ ctx, query }: RestCall) {
  const payments = await legacyList(ctx, query, query.get('restaurantId') || undefined);
  const guestIdOf = await guestIds(ctx, payments);
  const splitTypeOf = await splitTypes(ctx, payments);
  return ok(payments.map((payment) => paymentBody(payment, { guestIdOf, splitTypeOf })));
}

function startPayment(call: RestCall) {
  return startOrderPayment(call, requiredText(call.body.orderId, 'orderId'));
}

/** Clients without keys repeat it after a lost answer: nothing is due then, and what they recorded is the answer. */
async function recordCashPayment({ ctx, body, idempotencyKey, hasOwnKey }: RestCall) {
  const orderId = requiredText(body.orderId, 'orderId');
  const { currency } = await getOrder(ctx, { orderId });
  const given = {
    orderId,
    idempotencyKey,
    billMinor: minorOf(body.amount, currency, 'amount'),
    tipMinor: minorOf(body.tipAmount, currency, 'tipAmount'),
    tenderedMinor: minorOf(body.receivedAmount, currency, 'receivedAmount'),
    changeMinor: minorOf(body.change, currency, 'change'),
  };
  const payment = await recordCash(ctx, given).catch(async (error: unknown) => {
    const isPaid = error instanceof ServiceError && error.code === 'NOTHING_DUE';
    const recorded = isPaid && !hasOwnKey ? await findRecordedCash(ctx, given) : null;
    if (recorded) return recorded;
    throw error;
  });
  return created(await bodyOf(ctx, payment));
}

async function onePayment(call: RestCall) {
  return ok(await bodyOf(call.ctx, await getPayment(call.ctx, { paymentId: id(call) })));
}

/**
 * C opens the link in a new tab without headers, so the link needs no login. The success page may ask before the webhook: the
 * answer for a card that is being paid has no link, and C writes a text file itself (legacy-contract 3.2, 3.6). That file says
 * paid, so a declined card and cash that nobody has taken are refused.
 */
async function receipt(call: RestCall) {
  const payment = await getPayment(call.ctx, { paymentId: id(call) });
  const isBeingPaid = payment.status === 'PENDING' || payment.status === 'PROCESSING';
  if (isBeingPaid && payment.provider !== 'CASH')
    return ok({ paymentId: payment.id, currency: payment.currency });
  const found = await getReceipt(call.ctx, { paymentId: id(call) });
  const amount = (minor: number) => major(minor, found.currency);
  return ok({
    receiptId: found.number,
    receiptUrl: found.url,
    paymentId: found.paymentId,
    currency: found.currency,
    receiptData: {
      orderTotal: amount(found.subtotalMinor),
      tax: amount(found.taxMinor),
      tip: amount(found.tipMinor),
      total: amount(found.totalMinor),
      paymentMethod: wireMethod(payment.method, payment.cardFunding),
      timestamp: found.issuedAt,
    },
  });
}

/** For anybody who knows the id (legacy-contract 3.2). Clients call it after a 401, so no caller is known. */
async function publicPayment(call: RestCall) {
  const ctx = { ...call.ctx, actor: { kind: 'system', name: 'public-payment' } as const };
  return ok(publicPaymentBody(await getPayment(ctx, { paymentId: id(call) })));
}

/** Cancels the payment and keeps its row. A payment that took money is refused. */
async function deletePayment(call: RestCall) {
  await cancelPayment(call.ctx, { paymentId: id(call), idempotencyKey: call.idempotencyKey });
  return ok(null, 'The payment is cancelled.');
}

/** Major units, like all amounts here, although the old documents say cents (legacy-contract section 7, row 35). */
async function changePaymentTip(call: RestCall) {
  const { ctx, body, idempotencyKey } = call;
  const { currency } = await getPayment(ctx, { paymentId: id(call) });
  const tipMinor = requiredMinorOf(body.tipAmount, currency, 'tipAmount');
  return ok(await bodyOf(ctx, await changeTip(ctx, { paymentId: id(call), tipMinor, idempotencyKey })));
}

async function changePaymentMethod(call: RestCall) {
  const { ctx, body, idempotencyKey } = call;
  const method = parseMethod(body.paymentMethod);
  const payment = await changeMethod(ctx, { paymentId: id(call), method, idempotencyKey });
  return ok({
    ...(await bodyOf(ctx, payment)),
    paymentId: payment.id,
    clientSecret: payment.clientSecret,
  });
}

async function bodyOf(ctx: RestCall['ctx'], payment: PaymentView) {
  return paymentBody(payment, {
    guestIdOf: await guestIds(ctx, [payment]),
    splitTypeOf: await splitTypes(ctx, [payment]),
  });
}

function id(call: RestCall): string {
  return call.params.paymentId ?? '';
}
