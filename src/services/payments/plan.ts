import { allocateToOrders, amountDue, type BillOrder } from '@/domain/bill';
import { splitBillPart } from '@/domain/payment/amounts';
import { ServiceError } from '../errors';

/** One order of the bill as src/db/sql/bill.ts answers it. Amounts in minor units; covered = captured and held
 * parts, less what was given back of them, and what adjustments took off the bill. */
export type BillRow = BillOrder & {
  restaurantId: string;
  tableId: string | null;
  tableSessionId: string | null;
  customerId: string | null;
  guestSessionId: string | null;
  orderNumber: string;
  currency: string;
  restaurantName: string;
  maxPaymentMinor: number | null;
  capturedMinor: number;
  heldMinor: number;
  sessionClosed: boolean;
  coveredSubtotalMinor: number;
  coveredTaxMinor: number;
  coveredTipMinor: number;
};

export interface PaymentPlan {
  billPartMinor: number;
  remainingAfterMinor: number;
  subtotalMinor: number;
  taxMinor: number;
  /** The orders' own tips that this payment covers, without the payer's. */
  billTipMinor: number;
  allocations: { orderId: string; subtotalMinor: number; taxMinor: number; tipMinor: number }[];
}

/** What the bill still owes, whoever holds a part of it. */
export function dueOf(rows: readonly BillRow[]): { dueMinor: number } {
  return amountDue({ orders: rows, captured: capturedOf(rows), held: {} });
}

// A Map, not an object: order ids are opaque, and '__proto__' is one.
function capturedOf(rows: readonly BillRow[]): Map<string, number> {
  return new Map(rows.map((r) => [r.orderId, Math.max(0, r.capturedMinor)]));
}

/**
 * What one payment takes of the bill: everything due, or a share of what is available. Never more than is left beside
 * the holds of others (decision 8), so nothing is collected twice.
 * @param shareMinor null: the whole amount due
 * @throws ServiceError NOTHING_DUE, BALANCE_HELD, AMOUNT_ABOVE_AVAILABLE (a share, while something is left)
 */
export function planPayment(rows: readonly BillRow[], shareMinor: number | null): PaymentPlan {
  const bill = amountDue({
    orders: rows,
    captured: capturedOf(rows),
    held: new Map(rows.map((r) => [r.orderId, r.heldMinor])),
  });
  if (bill.dueMinor === 0) throw new ServiceError('NOTHING_DUE', 'This bill is paid: nothing is due.');
  const billPartMinor = shareMinor ?? bill.dueMinor;
  if (billPartMinor > bill.availableMinor) {
    const details = { dueMinor: bill.dueMinor, availableMinor: bill.availableMinor };
    if (shareMinor !== null && bill.availableMinor > 0) {
      throw new ServiceError(
        'AMOUNT_ABOVE_AVAILABLE',
        'This share is more than what is left to pay. Take a smaller one.',
        { details },
      );
    }
    throw new ServiceError(
      'BALANCE_HELD',
      'Someone else is paying this bill now. Wait for them, or pay what is left.',
      { details },
    );
  }
  const allocations = allocateToOrders(billPartMinor, bill.orders).map(({ orderId, amountMinor }) => {
    const row = rows.find((r) => r.orderId === orderId);
    if (!row) throw new Error(`allocation to an order outside the bill: ${orderId}`);
    return {
      orderId,
      ...splitBillPart({
        billPartMinor: amountMinor,
        subtotalMinor: Math.max(0, row.subtotalMinor - row.coveredSubtotalMinor),
        taxMinor: Math.max(0, row.taxMinor - row.coveredTaxMinor),
        tipMinor: Math.max(0, row.tipMinor - row.coveredTipMinor),
      }),
    };
  });
  const total = (key: 'subtotalMinor' | 'taxMinor' | 'tipMinor') =>
    allocations.reduce((sum, a) => sum + a[key], 0);
  return {
    billPartMinor,
    remainingAfterMinor: bill.availableMinor - billPartMinor,
    subtotalMinor: total('subtotalMinor'),
    taxMinor: total('taxMinor'),
    billTipMinor: total('tipMinor'),
    allocations,
  };
}
