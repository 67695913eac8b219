import type { LedgerAccount } from '@/domain/ledger/accounts';
import type { Posting } from '@/domain/ledger/postings';
import { sumMinor } from '@/domain/money';

/** What a payment's postings say about it. Minor units; `status` null: nothing was captured. */
export interface LedgerAccountOfPayment {
  status: 'COMPLETED' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | null;
  capturedMinor: number;
  refundedMinor: number;
  processorFeeMinor: number;
  /** Withdrawn by disputes and not given back. */
  disputedMinor: number;
  disputeFeeMinor: number;
}

/** The facts of one payment by their keys (`capture:`, `refund:`, `fee:`, ...), in the currency of the payment. */
export type PostedFact = { factKey: string; postings: readonly Posting[] };

const MONEY: readonly LedgerAccount[] = ['PROCESSOR_CLEARING', 'CASH_DRAWER'];

/** Tells a payment's story from its postings alone: what came, what went back, what the processor and banks took. */
export function explainPayment(facts: readonly PostedFact[]): LedgerAccountOfPayment {
  const moved = (kinds: readonly string[], accounts: readonly LedgerAccount[]) =>
    sumMinor(
      facts
        .filter((fact) => kinds.includes(fact.factKey.slice(0, fact.factKey.indexOf(':'))))
        .flatMap((fact) => fact.postings)
        .filter((posting) => accounts.includes(posting.account))
        .map((posting) => posting.amountMinor),
    );
  const capturedMinor = moved(['capture'], MONEY);
  const refundedMinor = sumMinor([0, -moved(['refund', 'refund-failed'], MONEY)]);
  return {
    status: statusOf(capturedMinor, refundedMinor),
    capturedMinor,
    refundedMinor,
    processorFeeMinor: moved(['fee'], ['PROCESSOR_FEES']),
    disputedMinor: moved(['dispute'], ['DISPUTE_LOSSES']),
    disputeFeeMinor: moved(['dispute'], ['DISPUTE_FEES']),
  };
}

function statusOf(capturedMinor: number, refundedMinor: number): LedgerAccountOfPayment['status'] {
  if (capturedMinor === 0) return null;
  if (refundedMinor === 0) return 'COMPLETED';
  return refundedMinor < capturedMinor ? 'PARTIALLY_REFUNDED' : 'REFUNDED';
}
