import { type OrderToPay, type PaymentPlan, planBillPart } from '@/domain/payment/plan';
import { decide } from '../decide';

/** One order of the bill as src/db/sql/bill.ts answers it. Amounts in minor units. */
export type BillRow = OrderToPay & {
  restaurantId: string;
  tableId: string | null;
  tableSessionId: string | null;
  customerId: string | null;
  guestSessionId: string | null;
  orderNumber: string;
  restaurantName: string;
  maxPaymentMinor: number | null;
  sessionClosed: boolean;
};

/** planBillPart for verbs. @throws ServiceError NOTHING_DUE, CURRENCY_MISMATCH, BALANCE_HELD, AMOUNT_ABOVE_AVAILABLE */
export function planPayment(rows: readonly BillRow[], shareMinor: number | null): PaymentPlan {
  return decide(() => planBillPart(rows, shareMinor));
}
