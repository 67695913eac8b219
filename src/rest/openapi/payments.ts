import { z } from 'zod';
import {
  body,
  currency,
  id,
  LIST_QUERY,
  method,
  money,
  name,
  paymentStatus,
  type RowDocs,
  sentMethod,
  sentMoney,
  splitType,
  time,
} from './parts';

const amounts = {
  amount: money.describe('The total charged: subtotal, tax and tip'),
  totalAmount: money,
  tipAmount: money,
  subtotal: money,
  taxAmount: money,
};

/** Written by shapes/payment.ts (legacy-contract 3.1). Absent values are left out, never null. */
export const payment = name(
  'Payment',
  z.object({
    id,
    orderId: id.describe('The first order, if the payment covers several'),
    restaurantId: id,
    restaurantName: z.string(),
    tableId: id.optional(),
    tableSessionId: id.optional(),
    sessionId: id.optional(),
    guestSessionId: id.optional(),
    customerId: id.optional(),
    ...amounts,
    currency,
    method,
    paymentMethod: method,
    provider: z.enum(['STRIPE', 'PAYPAL', 'SQUARE', 'CASH']),
    status: paymentStatus,
    paymentIntentId: z.string().optional(),
    transactionId: z.string().optional(),
    clientSecret: z.string().optional().describe('For the payer alone, while the payment is open'),
    cardBrand: z.string().optional(),
    cardLast4: z.string().optional(),
    receiptNumber: z.string().optional(),
    receiptUrl: z.string().optional(),
    failureReason: z.string().optional(),
    completedAt: time.optional(),
    expiresAt: time.optional(),
    refunded: z.boolean(),
    refundAmount: money,
    refundId: id.optional(),
    refundReason: z.string().optional(),
    paymentType: z.enum(['order', 'table_session', 'split']),
    splitCalculationId: id.optional().describe('The split that this is a share of; absent once cancelled'),
    metadata: z.object({ guestSessionId: id.optional(), splitType: splitType.optional() }),
    createdAt: time,
    updatedAt: time,
  }),
);

export const breakdown = name(
  'Breakdown',
  z.object({ subtotal: money, tax: money, tip: money, total: money }),
);

const secret = z.string().nullable().describe('For Stripe’s form; null for cash');

export const startedPayment = name(
  'StartedPayment',
  payment.extend({
    paymentId: id,
    clientSecret: secret,
    paymentMethods: z.array(z.enum(['card', 'cash'])),
    breakdown,
  }),
);

const publicPayment = z.object({
  id,
  orderId: id,
  ...amounts,
  currency,
  status: paymentStatus,
  method,
  paymentMethod: method,
  createdAt: time,
});

const receipt = z.object({
  receiptId: z.string().optional(),
  receiptUrl: z.string().optional().describe('Opens without a login; absent while the payment is open'),
  paymentId: id,
  currency,
  receiptData: z
    .object({
      orderTotal: money,
      tax: money,
      tip: money,
      total: money,
      paymentMethod: method,
      timestamp: time,
    })
    .optional(),
});

export const startBody = body({
  orderId: id,
  amount: sentMoney.optional().describe('What is due, in major or minor units; anything else is refused'),
  tipAmount: sentMoney.optional(),
  paymentMethod: sentMethod.optional(),
});
export const tipBody = body({ tipAmount: sentMoney });
export const payments = z.array(payment);

export const paymentRows: RowDocs = {
  'GET /payments': {
    summary: 'All payments, newest first',
    query: { ...LIST_QUERY, restaurantId: 'Of this restaurant alone' },
    answer: payments,
  },
  'POST /payments/intent': {
    summary: 'Starts paying an order; a repeat answers the open payment',
    body: startBody,
    answer: startedPayment,
    status: 201,
  },
  'POST /payments/order': {
    summary: 'The same, as v2 asks for it',
    body: startBody,
    answer: startedPayment,
    status: 201,
  },
  'POST /payments/cash': {
    summary: 'Staff took the cash of an order',
    body: body({
      orderId: id,
      amount: sentMoney.optional(),
      tipAmount: sentMoney.optional(),
      receivedAmount: sentMoney.optional(),
      change: sentMoney.optional(),
    }),
    answer: payment,
    status: 201,
  },
  'GET /payments/:paymentId': {
    summary: 'One payment; a guest who may not see it gets 401',
    answer: payment,
  },
  'GET /payments/:paymentId/receipt': {
    summary: 'The receipt of a completed payment; for an open one without link and data',
    answer: receipt,
  },
  'GET /payments/:paymentId/public': {
    summary: 'What anybody who knows the id may see',
    answer: publicPayment,
  },
  'DELETE /payments/:paymentId': { summary: 'Calls off a payment that took no money', answer: z.null() },
  'PATCH /payments/:paymentId': {
    summary: 'Changes the tip of an open payment',
    body: tipBody,
    answer: payment,
  },
  'PUT /payments/:paymentId/status': {
    summary: 'Refunds, takes cash or cancels, by who asks',
    body: body({
      status: z.string().describe('REFUNDED, PARTIALLY_REFUNDED, COMPLETED or CANCELLED'),
      amount: sentMoney.optional(),
      reason: z.string().optional(),
    }),
    answer: payment,
  },
  'PUT /payments/:paymentId/method': {
    summary: 'Changes how an open payment is to be paid',
    body: body({ paymentMethod: sentMethod }),
    answer: payment.extend({ paymentId: id, clientSecret: secret }),
  },
  'POST /payments/:paymentId/refund': {
    summary: 'Gives back all that is left, or a part',
    body: body({ amount: sentMoney.optional(), reason: z.string().optional() }),
    answer: payment,
  },
  'POST /payments/:paymentId/simulate-webhook': {
    summary: 'Pays with a test card; not in production',
    body: body({ eventType: z.string().optional() }),
    answer: z.object({ payment, simulated: z.boolean() }),
  },
  'GET /restaurants/:restaurantId/payments': {
    summary: 'A restaurant’s payments; guests get their own table’s',
    query: LIST_QUERY,
    answer: payments,
  },
  'GET /restaurants/payments': {
    summary: 'The same over all restaurants',
    query: LIST_QUERY,
    answer: payments,
  },
};
