import { z } from 'zod';
import { PAYMENT_STATUSES } from '@/domain/payment/status';
import { countPayments, listPayments } from '../../payments/list';
import { PAYMENT_METHODS, plainText, platformId } from '../../payments/schemas';
import type { ListedPayment } from '../../payments/view';
import { decimal } from '../amounts';
import { instant, oneOrMany, wholeMinor } from '../filters';
import { allPages, exportKind, mapPages } from '../kind';

/** The payments of payments.list, with its filters, newest first. No names: ids stand for people. */
export const payments = exportKind({
  action: 'payment.list',
  filters: z.strictObject({
    restaurantId: platformId.optional(),
    tableSessionId: platformId.optional(),
    orderId: platformId.optional(),
    splitGroupId: z.uuid().optional(),
    search: plainText(1, 64).optional(),
    table: plainText(1, 64).optional(),
    status: oneOrMany(z.enum(PAYMENT_STATUSES)).optional(),
    method: oneOrMany(z.enum(PAYMENT_METHODS)).optional(),
    createdFrom: instant.optional(),
    createdTo: instant.optional(),
    totalFromMinor: wholeMinor.optional(),
    totalToMinor: wholeMinor.optional(),
  }),
  columns: {
    id: 'Payment',
    createdAt: 'Created (UTC)',
    completedAt: 'Completed (UTC)',
    businessDay: 'Business day',
    restaurantId: 'Restaurant',
    restaurantName: 'Restaurant name',
    tableName: 'Table',
    orders: 'Orders',
    receipt: 'Receipt',
    status: 'Status',
    method: 'Method',
    card: 'Card',
    funding: 'Card funding',
    wallet: 'Wallet',
    currency: 'Currency',
    subtotal: 'Subtotal',
    tax: 'Tax',
    tip: 'Tip',
    total: 'Total',
    refunded: 'Refunded',
    tipRefunded: 'Of it tip',
    intent: 'Payment intent',
  },
  paper: {
    title: 'Payments',
    columns: {
      businessDay: 3,
      createdAt: 4,
      restaurantName: 5,
      tableName: 3,
      orders: 4,
      receipt: 4,
      status: 5,
      method: 4,
      currency: 2,
      subtotal: 3,
      tax: 3,
      tip: 3,
      total: 3,
      refunded: 3,
    },
    amounts: ['subtotal', 'tax', 'tip', 'total', 'refunded'],
  },
  rows: async (ctx, filters) =>
    mapPages(
      allPages((cursor) => listPayments(ctx, { ...filters, limit: 200, cursor })),
      (payment) => [rowOf(payment)],
    ),
  count: async (ctx, filters) => countPayments(ctx, filters),
});

function rowOf(payment: ListedPayment) {
  const amount = (minor: number) => decimal(minor, payment.currency);
  return {
    id: payment.id,
    createdAt: payment.createdAt,
    completedAt: payment.completedAt,
    businessDay: payment.businessDay,
    restaurantId: payment.restaurantId,
    restaurantName: payment.restaurantName,
    tableName: payment.tableName,
    orders: payment.orderNumbers.join(' '),
    receipt: payment.receiptNumber,
    status: payment.status,
    method: payment.method,
    card: payment.cardBrand,
    funding: payment.cardFunding,
    wallet: payment.wallet,
    currency: payment.currency,
    subtotal: amount(payment.subtotalMinor),
    tax: amount(payment.taxMinor),
    tip: amount(payment.tipMinor),
    total: amount(payment.totalMinor),
    refunded: amount(payment.refundedMinor),
    tipRefunded: amount(payment.tipRefundedMinor),
    intent: payment.paymentIntentId,
  };
}
