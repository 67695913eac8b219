import { z } from 'zod';
import { count, currency, id, money, name, type RowDocs, time } from './parts';
import { payments, startBody, startedPayment, tipBody } from './payments';

export const orderSums = {
  subtotal: money,
  tax: money,
  tip: money,
  total: money,
  isPaid: z.boolean(),
  paidAmount: money,
  remainingAmount: money,
};
export const orderStatus = z.enum(['RECEIVED', 'PREPARING', 'READY', 'DELIVERED', 'COMPLETED', 'CANCELLED']);
export const orderItem = name(
  'OrderItem',
  z.object({
    id,
    menuItemId: id.optional(),
    menuItem: z.object({
      id: id.describe('The line’s id where the menu item is unknown'),
      name: z.string(),
      price: money,
    }),
    name: z.string(),
    quantity: count,
    price: money,
    unitPrice: money,
    subtotal: money,
    totalPrice: money,
  }),
);

export const order = name(
  'Order',
  z.object({
    id,
    orderId: id,
    orderNumber: z.string(),
    restaurantId: id,
    tableId: id.optional(),
    tableSessionId: id.optional(),
    customerId: id.optional(),
    sessionId: id.optional(),
    guestSessionId: id.optional(),
    customerName: z.string().optional(),
    status: orderStatus,
    paymentStatus: z.string().describe('What is paid; apart from the lifecycle in `status`'),
    roundNumber: count,
    currency,
    ...orderSums,
    items: z.array(orderItem),
    placedAt: time,
    createdAt: time,
    updatedAt: time,
  }),
);

export const orderRows: RowDocs = {
  'GET /orders/:orderId': { summary: 'One order with its lines', answer: order },
  'GET /orders/:orderId/payments': {
    summary: 'Payments that cover a part of an order; `amount` is that part',
    answer: payments,
  },
  'POST /orders/:orderId/payments': {
    summary: 'Starts paying an order',
    body: startBody.omit({ orderId: true }),
    answer: startedPayment,
    status: 201,
  },
  'PATCH /orders/:orderId/tip': {
    summary: 'Changes the tip of an unpaid order',
    body: tipBody,
    answer: order,
  },
};
