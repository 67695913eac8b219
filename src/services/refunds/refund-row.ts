import type { MoneyParts } from '@/domain/refund';

/** A refund as src/db/sql/refunds.ts answers it. Minor units; `orderAmounts`: what each order gets back, by part. */
export type RefundRow = {
  id: string;
  paymentId: string;
  refundMinor: number;
  tipMinor: number;
  taxMinor: number;
  orderAmounts: Record<string, MoneyParts>;
  status: 'PROCESSING' | 'COMPLETED' | 'FAILED';
  processorRefundId: string | null;
  reason: string;
  attempt: number;
  /** Whether what it gives back of the bill is taken off the bill too. */
  reducesBill: boolean;
};
