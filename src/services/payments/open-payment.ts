import { insertPayment } from '@/db/sql/bill';
import { ensureUsers } from '@/db/sql/platform';
import type { Tx } from '@/db/transaction';
import { checkTip } from '@/domain/tip';
import { type Actor, actorLabel, actorUserId } from '../actor';
import type { ServiceContext, Settings } from '../context';
import { newId } from '../ids';
import type { CreateIntentParams } from '../ports';
import { assertCardAmount, assertCashAmount } from './card-amount';
import { newPaymentEvent } from './payment-event';
import { type BillRow, planPayment } from './plan';
import { noteStatus } from './status-changes';

/** What the caller does after the commit with the payment that it opened or found. */
export interface OpenedPayment {
  paymentId: string;
  next: 'CREATE_INTENT' | 'NOTHING' | 'CHANGE_TIP' | 'CANCEL_FIRST';
  /** What its intent is to be created with, as it was stored; not of a payment that was found. */
  params?: CreateIntentParams;
}

export interface PaymentRequest {
  payer: string;
  bill: readonly BillRow[];
  /** TABLE_SESSION: one payer's part of the whole table, on a shorter hold (decision 8). */
  scope: 'ORDER' | 'TABLE_SESSION';
  /** Null: the whole amount due. */
  shareMinor: number | null;
  tipMinor: number;
  method: 'CARD' | 'DIGITAL_WALLET' | 'CASH';
  saveCard: boolean;
  customerId: string | null;
  /** A share of a fixed group: it names who pays, and the rest of the bill belongs to the group's other shares. */
  share?: ShareOfGroup;
}

export interface ShareOfGroup {
  splitGroupId: string;
  guest: { guestSessionId: string; publicId: string } | null;
  userId: string | null;
}

/**
 * Plans a payment of the bill and stores it; one by card with everything that its creation at the processor needs, so that
 * any node can repeat that call exactly (decision 18). Under the lock of the bill's orders; calls nobody.
 */
export async function openPayment(
  tx: Tx,
  ctx: ServiceContext,
  request: PaymentRequest,
): Promise<OpenedPayment> {
  const plan = planPayment(request.bill, request.shareMinor);
  // The first covered order: whose restaurant, table and session the payment belongs to.
  const order = request.bill.find((row) => row.orderId === plan.allocations[0]?.orderId);
  if (!order) throw new Error('a payment that covers no order');
  const tipMinor = plan.billTipMinor + checkTip(request.tipMinor);
  const totalMinor = plan.subtotalMinor + plan.taxMinor + tipMinor;
  const isCash = request.method === 'CASH';
  if (isCash) assertCashAmount(totalMinor);
  else {
    const remainingAfterMinor = request.share ? 0 : plan.remainingAfterMinor;
    assertCardAmount(ctx.settings, order, { totalMinor, remainingAfterMinor });
  }

  const paymentId = newId();
  const now = ctx.clock.now();
  const guest = request.share ? request.share.guest : guestAtTable(ctx.actor, order);
  const payingUserId = request.share ? request.share.userId : payingUser(ctx.actor, order);
  if (payingUserId !== null) await tx.query(ensureUsers, [[payingUserId]]);
  const params = intentParams(paymentId, order, {
    amountMinor: totalMinor,
    customerId: request.customerId,
    saveCard: request.saveCard,
    payingUserId,
    splitGroupId: request.share?.splitGroupId ?? null,
    traceparent: ctx.request.traceparent,
  });
  const event = newPaymentEvent(
    { paymentId, order, plan, tipMinor, method: request.method, guestPublicId: guest?.publicId ?? null },
    now,
  );
  await tx.query(insertPayment, [
    paymentId,
    order.orderId,
    order.restaurantId,
    payingUserId,
    guest?.guestSessionId ?? null,
    order.tableId,
    order.tableSessionId,
    request.payer,
    plan.subtotalMinor,
    plan.taxMinor,
    tipMinor,
    order.currency,
    request.method,
    isCash ? 'CASH' : 'STRIPE',
    isCash ? 'NONE' : 'PENDING',
    isCash ? null : JSON.stringify(params),
    holdEnd({ ...ctx, now }, request.scope),
    now,
    plan.allocations.map((a) => a.orderId),
    plan.allocations.map((a) => a.subtotalMinor),
    plan.allocations.map((a) => a.taxMinor),
    plan.allocations.map((a) => a.tipMinor),
    newId(),
    JSON.stringify({ totalMinor, currency: order.currency }),
    actorUserId(ctx.actor),
    actorLabel(ctx.actor),
    ctx.request.id,
    ctx.request.ip,
    ctx.request.userAgent,
    event.eventId,
    JSON.stringify(event),
    request.scope,
    request.share?.splitGroupId ?? null,
  ]);
  noteStatus(tx, 'PENDING');
  return isCash ? { paymentId, next: 'NOTHING' } : { paymentId, next: 'CREATE_INTENT', params };
}

/** When an open payment that starts now lets go of its part of the bill (decision 8). */
export function holdEnd(at: { settings: Settings; now: Date }, scope: 'ORDER' | 'TABLE_SESSION'): Date {
  const { splitHoldMinutes, paymentTimeoutMinutes } = at.settings;
  const minutes = scope === 'TABLE_SESSION' ? splitHoldMinutes : paymentTimeoutMinutes;
  return new Date(at.now.getTime() + minutes * 60_000);
}

/**
 * What a payment's intent is created with. Its metadata holds ids only (decision 22).
 * @param wanted.customerId the processor's customer; `payingUserId` is the platform's id of the account that pays
 * @param wanted.attempt names an intent that is not the payment's first: what is told of an earlier one is not meant
 * @param wanted.traceparent comes back with every event of the intent, so that its trace goes on
 */
export function intentParams(
  paymentId: string,
  order: Pick<BillRow, 'orderId' | 'restaurantId' | 'tableId' | 'currency' | 'restaurantName'>,
  wanted: {
    amountMinor: number;
    customerId: string | null;
    saveCard: boolean;
    payingUserId: string | null;
    splitGroupId: string | null;
    attempt?: number;
    traceparent?: string | undefined;
  },
): CreateIntentParams {
  return {
    amountMinor: wanted.amountMinor,
    currency: order.currency,
    metadata: {
      paymentId,
      orderId: order.orderId,
      restaurantId: order.restaurantId,
      ...(order.tableId === null ? {} : { tableId: order.tableId }),
      ...(wanted.payingUserId === null ? {} : { customerId: wanted.payingUserId }),
      ...(wanted.splitGroupId === null ? {} : { splitGroupId: wanted.splitGroupId }),
      ...(wanted.attempt === undefined ? {} : { attempt: String(wanted.attempt) }),
      ...(wanted.traceparent === undefined ? {} : { traceparent: wanted.traceparent }),
    },
    customerId: wanted.customerId,
    saveCard: wanted.saveCard,
    statementSuffix: order.restaurantName,
  };
}

/** The paying guest; a guest id of another table beside a bearer token has no part in this payment. */
function guestAtTable(actor: Actor, order: BillRow) {
  const guest = 'guest' in actor ? actor.guest : null;
  return guest !== null && guest.tableSessionId === order.tableSessionId ? guest : null;
}

/** The account that the payment belongs to: a customer's, or that of staff who pay an order of their own. */
function payingUser(actor: Actor, order: BillRow): string | null {
  if (actor.kind === 'customer') return actor.userId;
  return actor.kind === 'member' && actor.userId === order.customerId ? actor.userId : null;
}
