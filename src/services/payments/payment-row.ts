import type { BillOrder } from '@/domain/bill';
import type { PendingShare } from '@/domain/payment/share-shape';
import type { PaymentStatus } from '@/domain/payment/status';
import type { CreateIntentParams } from '../ports';
import type { PaymentMethod, PaymentView } from './view';

/** A payment with what decisions about it need, as src/db/sql/read-payment.ts answers it. Amounts in minor units. */
export type PaymentRow = {
  id: string;
  orderId: string;
  restaurantId: string;
  customerId: string | null;
  guestSessionId: string | null;
  guestPublicId: string | null;
  tableId: string | null;
  tableSessionId: string | null;
  payerKey: string;
  scope: PaymentView['scope'];
  amountMinor: number;
  taxMinor: number;
  tipMinor: number;
  totalMinor: number;
  refundedMinor: number;
  overCollectedMinor: number;
  currency: string;
  method: PaymentMethod;
  provider: PaymentView['provider'];
  status: PaymentStatus;
  paymentIntentId: string | null;
  transactionId: string | null;
  clientSecret: string | null;
  chargeId: string | null;
  cardBrand: string | null;
  cardLast4: string | null;
  cardFunding: string | null;
  wallet: string | null;
  creationState: 'NONE' | 'PENDING' | 'UNKNOWN' | 'CREATED' | 'REFUSED';
  creationAttempt: number;
  creationParams: CreateIntentParams | null;
  creationStartedAt: Date | null;
  pendingTipMinor: number | null;
  changeSequence: number;
  changeStartedAt: Date | null;
  /** Becomes this method once the processor has cancelled the intent. */
  pendingMethod: PaymentMethod | null;
  /** The fixed group whose share it is. */
  splitGroupId: string | null;
  splitCalculationId: string | null;
  /** The other shape of its share that the intent may have (share-change.ts). */
  pendingShare: PendingShare | null;
  factAtSec: number | null;
  factRank: number | null;
  failureReason: string | null;
  failureCode: string | null;
  retryCount: number;
  /** Keys of the attempts that failed (domain/payment/failed-attempt.ts), and how many of them retries have answered. */
  failedAttempts: string[];
  retriedAttempts: number;
  completedAt: Date | null;
  businessDay: string | null;
  expiresAt: Date | null;
  createdAt: Date;
  maxPaymentMinor: number | null;
  timeZone: string;
  closingHour: number;
  allocations: Allocation[];
};

/** The part of one order that the payment covers, with what that order has received so far. */
export interface Allocation {
  orderId: string;
  subtotalMinor: number;
  taxMinor: number;
  tipMinor: number;
  order: BillOrder;
  capturedMinor: number;
  refundedMinor: number;
}

/** The payment's part of the bill: everything but the payer's own tip. */
export function billPart(row: PaymentRow): number {
  return row.allocations.reduce((sum, a) => sum + a.subtotalMinor + a.taxMinor + a.tipMinor, 0);
}

/** The payer's own tip, beside the tips that the orders carry. */
export function ownTip(row: PaymentRow): number {
  return row.totalMinor - billPart(row);
}

/** Whose payment it is, for authorize(). */
export function resourceOf(row: PaymentRow) {
  return {
    restaurantId: row.restaurantId,
    tableSessionId: row.tableSessionId,
    guestSessionId: row.guestSessionId,
    customerId: row.customerId,
  };
}
