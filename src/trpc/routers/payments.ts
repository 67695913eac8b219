import { payWithSavedCard } from '@/services/payment-methods';
import { payWithSavedCardInput } from '@/services/payment-methods/schemas';
import * as payments from '@/services/payments';
import {
  cancelPaymentInput,
  changeMethodInput,
  changeTipInput,
  createPaymentInput,
  getPaymentInput,
  listPaymentsInput,
  orderPaymentsInput,
  rawEventInput,
  receiptByTokenInput,
  resendReceiptInput,
  retryPaymentInput,
} from '@/services/payments/schemas';
import { inputOf, procedure, publicProcedure, router } from '../trpc';

/** Payments of bills: amounts in minor units, times ISO 8601 UTC. */
export const paymentsRouter = router({
  /** Starts paying an order: computes what is due, holds it, and returns the client secret for the card form. */
  create: procedure
    .meta({ action: 'payment.create' })
    .input(inputOf(createPaymentInput))
    .mutation(({ ctx, input }) => payments.createPayment(ctx.service, input)),

  /** One payment as this caller may see it. */
  get: procedure
    .meta({ action: 'payment.read' })
    .input(inputOf(getPaymentInput))
    .query(({ ctx, input }) => payments.getPayment(ctx.service, input)),

  /** A page of payments, newest first; pass `nextCursor` as `cursor` for the next. */
  list: procedure
    .meta({ action: 'payment.list' })
    .input(inputOf(listPaymentsInput))
    .query(({ ctx, input }) => payments.listPayments(ctx.service, input)),

  /** Cancels an open payment; its hold on the bill ends when Stripe has confirmed it. */
  cancel: procedure
    .meta({ action: 'payment.change' })
    .input(inputOf(cancelPaymentInput))
    .mutation(({ ctx, input }) => payments.cancelPayment(ctx.service, input)),

  /** Lets a declined payment be tried again, three times at most; the client secret may be another one afterwards. */
  retry: procedure
    .meta({ action: 'payment.change' })
    .input(inputOf(retryPaymentInput))
    .mutation(({ ctx, input }) => payments.retryPayment(ctx.service, input)),

  /** Pays an open payment with a saved card of the caller's; `requiresAction`: go on with the client secret. */
  payWithSavedCard: procedure
    .meta({ action: 'payment.change' })
    .input(inputOf(payWithSavedCardInput))
    .mutation(({ ctx, input }) => payWithSavedCard(ctx.service, input)),

  /** Changes the tip of an open payment; the client secret stays the same. */
  changeTip: procedure
    .meta({ action: 'payment.change' })
    .input(inputOf(changeTipInput))
    .mutation(({ ctx, input }) => payments.changeTip(ctx.service, input)),

  /** Changes how a pending payment is to be paid: card, wallet or cash. */
  changeMethod: procedure
    .meta({ action: 'payment.change' })
    .input(inputOf(changeMethodInput))
    .mutation(({ ctx, input }) => payments.changeMethod(ctx.service, input)),

  /** Every payment that covers a part of an order, with that part. */
  listForOrder: procedure
    .meta({ action: 'order.read' })
    .input(inputOf(orderPaymentsInput))
    .query(({ ctx, input }) => payments.listOrderPayments(ctx.service, input)),

  /** What happened to a payment, oldest first, for the restaurant and the platform. */
  history: procedure
    .meta({ action: 'payment.history' })
    .input(inputOf(getPaymentInput))
    .query(({ ctx, input }) => payments.getPaymentHistory(ctx.service, input)),

  /** What Stripe was asked and told about a payment, and which mails went out, for the restaurant and the platform. */
  trace: procedure
    .meta({ action: 'payment.history' })
    .input(inputOf(getPaymentInput))
    .query(({ ctx, input }) => payments.getPaymentTrace(ctx.service, input)),

  /** One event of a payment as Stripe sent it, without persons and secrets, for owners and admins. */
  rawEvent: procedure
    .meta({ action: 'payment.rawEvent' })
    .input(inputOf(rawEventInput))
    .query(({ ctx, input }) => payments.getRawEvent(ctx.service, input)),

  /** Which orders a payment covers, and how much of each. */
  coveredOrders: procedure
    .meta({ action: 'payment.read' })
    .input(inputOf(getPaymentInput))
    .query(({ ctx, input }) => payments.getCoveredOrders(ctx.service, input)),

  /** Mails the receipt to who paid once more, three times a day at most; says so when nobody can or wants to get it. */
  resendReceipt: procedure
    .meta({ action: 'receipt.resend' })
    .input(inputOf(resendReceiptInput))
    .mutation(({ ctx, input }) => payments.resendReceipt(ctx.service, input)),

  /** The receipt of a completed payment, with the public link. */
  receipt: procedure
    .meta({ action: 'receipt.read' })
    .input(inputOf(getPaymentInput))
    .query(({ ctx, input }) => payments.getReceipt(ctx.service, input)),

  /** The receipt behind a public link: who has the unguessable token needs no login. */
  receiptByToken: publicProcedure
    .meta({ action: 'receipt.read' })
    .input(inputOf(receiptByTokenInput))
    .query(({ ctx, input }) => payments.getReceiptByToken(ctx.service, input)),

  /** What a frontend needs to take a card: publishable key, currency, limits. */
  config: publicProcedure
    .meta({ action: 'config.read' })
    .query(({ ctx }) => payments.getPaymentsConfig(ctx.service)),
});
