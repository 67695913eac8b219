import { cancelPayment, changeTip } from '@/services/payments';
import {
  extendTableSession,
  getTableBill,
  getTableOrders,
  getTablePaymentStatus,
  getTableStatus,
  getTableUsers,
  listSessionPayments,
} from '@/services/table-sessions';
import type { TablePaymentView } from '@/services/table-sessions/view';
import { ok, type RestCall, type Route } from '../call';
import { notFound } from '../existence';
import { text } from '../fields';
import { requiredMinorOf } from '../money';
import { payTable, tableBody } from '../pay-table';
import { guestIds } from '../shapes/guest-ids';
import { billBody, ordersBody, paymentStatusBody, statusBody, usersBody } from '../shapes/table-session';

const BASE = '/table-sessions/:sessionId';

/** Table sessions of legacy-contract 3.4, without split calculations. */
export const tableSessionRoutes: readonly Route[] = [
  { method: 'GET', path: `${BASE}/bill`, who: 'verb', handle: bill },
  { method: 'GET', path: `${BASE}/users`, who: 'verb', handle: users },
  { method: 'GET', path: `${BASE}/orders`, who: 'verb', handle: orders },
  { method: 'GET', path: `${BASE}/status`, who: 'verb', handle: status },
  { method: 'GET', path: `${BASE}/payment-status`, who: 'verb', handle: paymentStatus },
  { method: 'POST', path: `${BASE}/payment`, who: 'verb', limit: 'payment', handle: payTable },
  { method: 'POST', path: `${BASE}/payments/:paymentId/cancel`, who: 'verb', handle: cancel },
  { method: 'PATCH', path: `${BASE}/payments/:paymentId/tip`, who: 'verb', handle: tip },
  { method: 'POST', path: `${BASE}/extend`, who: 'verb', handle: extend },
];

async function bill({ ctx, params }: RestCall) {
  const view = await getTableBill(ctx, session(params));
  return ok(billBody(view, await guestIds(ctx, asThings(view.guests))));
}

async function users({ ctx, params }: RestCall) {
  const view = await getTableUsers(ctx, session(params));
  return ok(usersBody(view, await guestIds(ctx, asThings(view.users))));
}

async function orders({ ctx, params }: RestCall) {
  const view = await getTableOrders(ctx, session(params));
  return ok(ordersBody(view, await guestIds(ctx, view.orders)));
}

async function status({ ctx, params }: RestCall) {
  return ok(statusBody(await getTableStatus(ctx, session(params))));
}

async function paymentStatus({ ctx, params }: RestCall) {
  const view = await getTablePaymentStatus(ctx, session(params));
  return ok(paymentStatusBody(view, await guestIds(ctx, view.payments)));
}

async function cancel(call: RestCall) {
  const { ctx, body, idempotencyKey } = call;
  const { id: paymentId } = await paymentOfSession(call);
  const reason = text(body.reason)?.trim().slice(0, 500);
  const payment = await cancelPayment(ctx, { paymentId, idempotencyKey, ...(reason ? { reason } : {}) });
  return ok({ paymentId, cancelled: payment.status === 'CANCELLED', status: payment.status });
}

/** The card form stays mounted: the same client secret, another amount. */
async function tip(call: RestCall) {
  const { ctx, body, idempotencyKey } = call;
  const before = await paymentOfSession(call);
  const tipMinor = requiredMinorOf(body.tipAmount, before.currency, 'tipAmount');
  const payment = await changeTip(ctx, { paymentId: before.id, tipMinor, idempotencyKey });
  return ok(await tableBody(call, { ...payment, orders: before.orders }));
}

/**
 * Without the header there is no natural key (decision 26): a table that wants an hour asks twice, and neither request says
 * which end it saw. It moves no money.
 */
async function extend({ ctx, params, idempotencyKey }: RestCall) {
  const { tableSessionId, expiresAt } = await extendTableSession(ctx, { ...session(params), idempotencyKey });
  const message = 'The table session has half an hour more.';
  return ok({ tableSessionId, expiresAt, message }, message);
}

/** The payment that the path names, if it is one of the session that the path names. */
async function paymentOfSession({ ctx, params }: RestCall): Promise<TablePaymentView> {
  const payments = await listSessionPayments(ctx, session(params));
  const payment = payments.find(({ id }) => id === params.paymentId?.toLowerCase());
  if (!payment) throw notFound();
  return payment;
}

function session(params: RestCall['params']): { tableSessionId: string } {
  return { tableSessionId: params.sessionId ?? '' };
}

function asThings(guests: readonly { publicId: string }[]) {
  return guests.map(({ publicId }) => ({ guestPublicId: publicId }));
}
