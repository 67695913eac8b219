import { insertPayment } from '@/db/sql/bill';
import type { Tx } from '@/db/transaction';
import { assertChargeable, maximumChargeMinor, minimumChargeMinor } from '@/domain/money';
import { checkLimits } from '@/domain/payment/amounts';
import { checkTip } from '@/domain/tip';
import { actorLabel, actorUserId } from '../actor';
import type { ServiceContext, Settings } from '../context';
import { ServiceError } from '../errors';
import { newId } from '../ids';
import type { CreateIntentParams } from '../ports';
import { newPaymentEvent } from './payment-event';
import { type BillRow, planPayment } from './plan';

/** What the caller does after the commit with the payment that it opened or found. */
export interface OpenedPayment {
  paymentId: string;
  next: 'CREATE_INTENT' | 'NOTHING' | 'CHANGE_TIP' | 'CANCEL_FIRST';
}

export interface PaymentRequest {
  payer: string;
  bill: readonly BillRow[];
  /** The first covered order: whose restaurant, table and session the payment belongs to. */
  order: BillRow;
  /** Null: the whole amount due. */
  shareMinor: number | null;
  billMinor?: number | undefined;
  tipMinor: number;
  method: 'CARD' | 'DIGITAL_WALLET';
  saveCard: boolean;
  customerId: string | null;
}

/**
 * Plans a card payment of the bill and stores it with everything that its creation at the processor needs, so that any
 * node can repeat that call exactly (decision 18). Under the lock of the bill's orders; calls nobody.
 */
export async function openPayment(
  tx: Tx,
  ctx: ServiceContext,
  request: PaymentRequest,
): Promise<OpenedPayment> {
  const { order } = request;
  const plan = planPayment(request.bill, request.shareMinor);
  if (request.billMinor !== undefined && request.billMinor !== plan.billPartMinor) {
    throw new ServiceError(
      'AMOUNT_MISMATCH',
      'The bill has changed. Show the guest the new amount and try again.',
      {
        details: { sentMinor: request.billMinor, dueMinor: plan.billPartMinor },
      },
    );
  }
  const tipMinor =
    plan.billTipMinor + checkTip({ tipMinor: request.tipMinor, billMinor: plan.billPartMinor });
  const totalMinor = plan.subtotalMinor + plan.taxMinor + tipMinor;
  checkLimits({
    totalMinor,
    ...limitsOf(ctx.settings, order),
    remainingAfterMinor: plan.remainingAfterMinor,
  });
  assertChargeable(totalMinor, order.currency);

  const paymentId = newId();
  const now = ctx.clock.now();
  const guest = 'guest' in ctx.actor ? ctx.actor.guest : null;
  const params: CreateIntentParams = {
    amountMinor: totalMinor,
    currency: order.currency,
    metadata: {
      paymentId,
      orderId: order.orderId,
      restaurantId: order.restaurantId,
      ...(order.tableId === null ? {} : { tableId: order.tableId }),
    },
    customerId: request.customerId,
    saveCard: request.saveCard,
    statementSuffix: order.restaurantName,
  };
  const event = newPaymentEvent(
    { paymentId, order, plan, tipMinor, method: request.method, guestPublicId: guest?.publicId ?? null },
    now,
  );
  await tx.query(insertPayment, [
    paymentId,
    order.orderId,
    order.restaurantId,
    ctx.actor.kind === 'customer' ? ctx.actor.userId : null,
    guest?.guestSessionId ?? null,
    order.tableId,
    order.tableSessionId,
    request.payer,
    plan.subtotalMinor,
    plan.taxMinor,
    tipMinor,
    order.currency,
    request.method,
    'STRIPE',
    'PENDING',
    JSON.stringify(params),
    new Date(now.getTime() + ctx.settings.paymentTimeoutMinutes * 60_000),
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
  ]);
  return { paymentId, next: 'CREATE_INTENT' };
}

/** Smallest and largest card payment of a restaurant, in minor units of its currency (decision 14). */
export function limitsOf(
  settings: Settings,
  order: { currency: string; maxPaymentMinor: number | null },
): { minMinor: number; maxMinor: number } {
  const isConfigured = order.currency === settings.currency;
  return {
    minMinor: isConfigured ? settings.minPaymentMinor : minimumChargeMinor(order.currency),
    maxMinor:
      order.maxPaymentMinor ?? (isConfigured ? settings.maxPaymentMinor : maximumChargeMinor(order.currency)),
  };
}
