import { z } from 'zod';
import { platformId } from '../../payments/schemas';
import { listDiscrepancies } from '../../reconciliation/read-discrepancies';
import { type DiscrepancyView, listDiscrepanciesInput } from '../../reconciliation/schemas';
import { decimal } from '../amounts';
import { allPages, exportKind, mapPages } from '../kind';

const { state, severity, way, assignedTo } = listDiscrepanciesInput.shape;

/** The work list of reconciliation, with its filters, newest first. */
export const discrepancies = exportKind({
  action: 'reconciliation.read',
  filters: z.strictObject({ restaurantId: platformId.optional(), state, severity, way, assignedTo }),
  columns: {
    id: 'Discrepancy',
    day: 'Business day',
    createdAt: 'Found (UTC)',
    restaurantId: 'Restaurant',
    severity: 'Severity',
    state: 'State',
    way: 'Found on',
    type: 'Type',
    reason: 'Reason',
    description: 'Description',
    currency: 'Currency',
    expected: 'Expected',
    actual: 'Found',
    difference: 'Difference',
    paymentId: 'Payment',
    orderId: 'Order',
    assignedTo: 'Assigned to',
    resolution: 'Resolution',
    resolvedBy: 'Resolved by',
    resolvedAt: 'Resolved (UTC)',
  },
  paper: {
    title: 'Discrepancies',
    columns: {
      day: 3,
      severity: 3,
      state: 3,
      way: 4,
      description: 12,
      paymentId: 7,
      assignedTo: 4,
      resolution: 4,
      currency: 2,
      expected: 4,
      actual: 4,
      difference: 4,
    },
    amounts: ['expected', 'actual', 'difference'],
  },
  rows: async (ctx, filters) =>
    mapPages(
      allPages((cursor) => listDiscrepancies(ctx, { ...filters, limit: 100, cursor })),
      (found) => [rowOf(found)],
    ),
});

function rowOf(found: DiscrepancyView) {
  const { currency, expectedMinor, actualMinor } = found;
  const amount = (minor: number | null) =>
    minor === null || currency === null ? null : decimal(minor, currency);
  const hasAny = expectedMinor !== null || actualMinor !== null;
  return {
    id: found.id,
    day: found.day,
    createdAt: found.createdAt,
    restaurantId: found.restaurantId,
    severity: found.severity,
    state: found.state,
    way: found.way,
    type: found.type,
    reason: found.reason,
    description: found.description,
    currency,
    expected: amount(expectedMinor),
    actual: amount(actualMinor),
    // A side that has nothing counts as zero, as in the totals of a run.
    difference: hasAny ? amount((actualMinor ?? 0) - (expectedMinor ?? 0)) : null,
    paymentId: found.paymentId,
    orderId: found.orderId,
    assignedTo: found.assignedTo,
    resolution: found.resolution,
    resolvedBy: found.resolvedBy,
    resolvedAt: found.resolvedAt,
  };
}
