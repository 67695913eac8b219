import { z } from 'zod';
import { paymentId, platformId } from '../../payments/schemas';
import { listRefunds } from '../../refunds/read';
import type { RefundView } from '../../refunds/schemas';
import { decimal } from '../amounts';
import { instant, oneOrMany } from '../filters';
import { allPages, exportKind, mapPages } from '../kind';

/** The refunds of refunds.list, with its filters, newest first. */
export const refunds = exportKind({
  action: 'refund.read',
  filters: z.strictObject({
    restaurantId: platformId.optional(),
    paymentId: paymentId.optional(),
    status: oneOrMany(z.enum(['PROCESSING', 'COMPLETED', 'FAILED'])).optional(),
    createdFrom: instant.optional(),
    createdTo: instant.optional(),
  }),
  columns: {
    id: 'Refund',
    createdAt: 'Created (UTC)',
    processedAt: 'Processed (UTC)',
    restaurantId: 'Restaurant',
    paymentId: 'Payment',
    status: 'Status',
    method: 'Method',
    currency: 'Currency',
    amount: 'Amount',
    tip: 'Of it tip',
    tax: 'Of it tax',
    reducesBill: 'Reduces the bill',
    requestedBy: 'Requested by',
    reason: 'Reason',
    failureReason: 'Why it failed',
  },
  paper: {
    title: 'Refunds',
    columns: {
      createdAt: 4,
      processedAt: 4,
      paymentId: 8,
      status: 4,
      method: 4,
      reason: 8,
      currency: 2,
      amount: 3,
      tip: 3,
      tax: 3,
    },
    amounts: ['amount', 'tip', 'tax'],
  },
  rows: async (ctx, filters) =>
    mapPages(
      allPages((cursor) => listRefunds(ctx, { ...filters, limit: 100, cursor })),
      (refund) => [rowOf(refund)],
    ),
});

function rowOf(refund: RefundView) {
  const amount = (minor: number) => decimal(minor, refund.currency);
  return {
    id: refund.id,
    createdAt: refund.createdAt,
    processedAt: refund.processedAt,
    restaurantId: refund.restaurantId,
    paymentId: refund.paymentId,
    status: refund.status,
    method: refund.method,
    currency: refund.currency,
    amount: amount(refund.refundMinor),
    tip: amount(refund.tipRefundMinor),
    tax: amount(refund.taxRefundMinor),
    reducesBill: refund.reducesBill ? 'yes' : 'no',
    requestedBy: refund.requestedBy,
    reason: refund.reason,
    failureReason: refund.failureReason,
  };
}
