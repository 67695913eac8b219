import type { Sql } from '@/db/sql';
import { readPaymentLeft } from '@/db/sql/payment-left';
import type { PaymentStatus } from '@/domain/payment/status';
import type { GivenBack } from '@/domain/refund-left';

/** A payment as src/db/sql/payment-left.ts answers it. */
export interface PaymentLeft extends GivenBack {
  status: PaymentStatus;
  provider: 'STRIPE' | 'CASH';
  currency: string;
  /** How many refunds of it have failed. */
  failedRefunds: number;
}

/** The same, with where it belongs. */
type FoundPayment = PaymentLeft & { paymentId: string; restaurantId: string; orderId: string };

/** What of a payment is left at this moment. It must exist. */
export function readLeft(db: Sql, paymentId: string): Promise<FoundPayment> {
  return db.one<FoundPayment>(readPaymentLeft, [paymentId]);
}
