import type { OrderPaymentState } from '@/domain/bill';
import type { PaymentStatus } from '@/domain/payment/status';
import type { PaymentMethod } from '../payments/view';

/** An order with its lines and what its bill has received. Minor units of `currency`; times ISO 8601 UTC. */
export interface OrderView {
  id: string;
  orderNumber: string;
  restaurantId: string;
  tableId: string | null;
  tableSessionId: string | null;
  customerId: string | null;
  /** The ordering guest's public id and name, never the secret one. */
  guestPublicId: string | null;
  guestName: string | null;
  /** The order's life as the platform tells it; never PAID: see `paymentState`. */
  status: 'RECEIVED' | 'PREPARING' | 'READY' | 'DELIVERED' | 'COMPLETED' | 'CANCELLED';
  roundNumber: number;
  currency: string;
  subtotalMinor: number;
  taxMinor: number;
  /** The order's own tip. */
  tipMinor: number;
  /** What refunds took off the bill: 0 or negative. */
  adjustmentMinor: number;
  /** subtotal + tax + tip + adjustment */
  totalMinor: number;
  paymentState: OrderPaymentState;
  /** Captured less refunded, without the tips of payers. */
  paidMinor: number;
  heldMinor: number;
  /** Still due, holds included; 0 for a cancelled order. */
  remainingMinor: number;
  isPaid: boolean;
  items: OrderItemView[];
  /** Payments that cover a part of this order, oldest first; cancelled ones are left out. */
  payments: OrderAllocationView[];
  placedAt: string;
  createdAt: string;
  /** Of the order or its payment state, whichever changed last. */
  updatedAt: string;
}

export interface OrderItemView {
  id: string;
  menuItemId: string | null;
  name: string;
  quantity: number;
  unitMinor: number;
  subtotalMinor: number;
}

/** `allocatedMinor`: this order's part of the payment, without the payer's own tip. */
export interface OrderAllocationView {
  paymentId: string;
  method: PaymentMethod;
  cardFunding: string | null;
  status: PaymentStatus;
  allocatedMinor: number;
  refundedMinor: number;
  guestPublicId: string | null;
  paidAt: string | null;
}
