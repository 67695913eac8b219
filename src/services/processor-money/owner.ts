import type { TransactionKind } from '@/domain/ledger/processor-postings';

/** A payment of ours that a balance transaction is about, and what its restaurant's books need. */
export type Owner = {
  paymentId: string;
  intentId: string | null;
  restaurantId: string;
  currency: string;
  timeZone: string;
  closingHour: number;
};

/** How a balance transaction names its payment, see readUnposted in src/db/sql/processor-transactions.ts. */
export interface Named {
  intentId: string | null;
  claimedId: string | null;
  isForeignCharge: boolean;
  ageSec: number;
}

/** `wait`: its payment may still come. */
export type Belonging = { to: Owner } | { to: 'nobody' } | { to: 'wait' };

/**
 * Whose a balance transaction is. One that names a payment which is not here waits for it; one that names nobody (another
 * program's on the same account, a fee of the account) is nobody's, at once where that is certain, else after `waitSec`.
 */
export function belongingOf(
  kind: TransactionKind,
  named: Named,
  owners: readonly Owner[],
  waitSec: number,
): Belonging {
  if (kind === 'FEE' || kind === 'PAYOUT') return { to: 'nobody' };
  const owner =
    owners.find((one) => named.intentId !== null && one.intentId === named.intentId) ??
    owners.find((one) => one.paymentId === named.claimedId);
  if (owner) return { to: owner };
  // A charge carries the metadata of its intent, and every intent of ours names its payment (decision 22).
  const isForeign = named.claimedId === null && (kind === 'CHARGE' || kind === 'OTHER');
  if (isForeign || named.isForeignCharge || named.ageSec > waitSec) return { to: 'nobody' };
  return { to: 'wait' };
}
