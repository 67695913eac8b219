import { allocateToOrders, amountDue, type BillOrder } from '@/domain/bill';
import { DomainError } from '@/domain/error';
import { sumMinor } from '@/domain/money';
import { splitBillPart } from '@/domain/payment/amounts';
import type { ShareOfOrder } from '@/domain/payment/shrink-share';

/**
 * One order of a bill with the money on it. Minor units. Held: parts of open payments. Covered: captured and held
 * parts, less what was given back of them, and what adjustments took off the bill.
 */
export type OrderToPay = BillOrder & {
  currency: string;
  capturedMinor: number;
  heldMinor: number;
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
  allocations: ShareOfOrder[];
}

/** What the bill still owes, whoever holds a part of it. @throws DomainError CURRENCY_MISMATCH */
export function dueOf(orders: readonly OrderToPay[]): { dueMinor: number } {
  const bill = amountDue({ orders, captured: capturedOf(orders), held: {} });
  assertOneCurrency(orders, bill.orders);
  return bill;
}

/**
 * What one payment takes of the bill: everything due, or a share of what is available. Never more than is left beside
 * the holds of others (decision 8), so nothing is collected twice.
 * @param shareMinor null: the whole amount due
 * @throws DomainError NOTHING_DUE, CURRENCY_MISMATCH, BALANCE_HELD, AMOUNT_ABOVE_AVAILABLE (a share, while something is left)
 */
export function planBillPart(orders: readonly OrderToPay[], shareMinor: number | null): PaymentPlan {
  const held = new Map(orders.map((order) => [order.orderId, order.heldMinor]));
  const bill = amountDue({ orders, captured: capturedOf(orders), held });
  if (bill.dueMinor === 0) throw new DomainError('NOTHING_DUE', 'This bill is paid: nothing is due.');
  assertOneCurrency(orders, bill.orders);
  const billPartMinor = shareMinor ?? bill.dueMinor;
  if (billPartMinor > bill.availableMinor) throw tooMuch(bill, shareMinor);
  const allocations = allocateToOrders(billPartMinor, bill.orders).map(({ orderId, amountMinor }) => {
    const order = orders.find((one) => one.orderId === orderId);
    if (!order) throw new Error(`allocation to an order outside the bill: ${orderId}`);
    return { orderId, ...splitBillPart({ billPartMinor: amountMinor, ...uncoveredOf(order) }) };
  });
  return {
    billPartMinor,
    remainingAfterMinor: bill.availableMinor - billPartMinor,
    subtotalMinor: sumMinor(allocations.map((part) => part.subtotalMinor)),
    taxMinor: sumMinor(allocations.map((part) => part.taxMinor)),
    billTipMinor: sumMinor(allocations.map((part) => part.tipMinor)),
    allocations,
  };
}

/** The last line: what owes nothing adds nothing, but of the rest one sum is made, which is one currency's (decision 14). */
function assertOneCurrency(
  orders: readonly OrderToPay[],
  owed: readonly { orderId: string; dueMinor: number }[],
): void {
  const owing = new Set(owed.filter((order) => order.dueMinor > 0).map((order) => order.orderId));
  const currencies = new Set(
    orders.filter((order) => owing.has(order.orderId)).map((order) => order.currency),
  );
  if (currencies.size < 2) return;
  const names = [...currencies].sort();
  throw new DomainError(
    'CURRENCY_MISMATCH',
    `What is due here is in ${names.join(' and ')}: pay the orders one by one.`,
    { currencies: names },
  );
}

function tooMuch(bill: { dueMinor: number; availableMinor: number }, shareMinor: number | null): DomainError {
  const details = { dueMinor: bill.dueMinor, availableMinor: bill.availableMinor };
  return shareMinor !== null && bill.availableMinor > 0
    ? new DomainError(
        'AMOUNT_ABOVE_AVAILABLE',
        'This share is more than what is left to pay. Take a smaller one.',
        details,
      )
    : new DomainError(
        'BALANCE_HELD',
        'Someone else is paying this bill now. Wait for them, or pay what is left.',
        details,
      );
}

/** What no payment covers of an order, by part. */
function uncoveredOf(order: OrderToPay) {
  return {
    subtotalMinor: Math.max(0, order.subtotalMinor - order.coveredSubtotalMinor),
    taxMinor: Math.max(0, order.taxMinor - order.coveredTaxMinor),
    tipMinor: Math.max(0, order.tipMinor - order.coveredTipMinor),
  };
}

// A Map, not an object: order ids are opaque, and '__proto__' is one.
function capturedOf(orders: readonly OrderToPay[]): Map<string, number> {
  return new Map(orders.map((order) => [order.orderId, Math.max(0, order.capturedMinor)]));
}
