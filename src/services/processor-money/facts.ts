import { exchangePostings, kindOf, movementPostings } from '@/domain/ledger/processor-postings';
import type { LedgerFact } from '../ledger/post';
import type { Named, Owner } from './owner';

/** A balance transaction as posting needs it, see src/db/sql/processor-transactions.ts. Minor units. */
export type UnpostedRow = Named & {
  id: string;
  reportingCategory: string;
  sourceMinor: number | null;
  sourceCurrency: string | null;
  grossMinor: number;
  feeMinor: number;
  netMinor: number;
  currency: string;
  occurredAt: Date;
};

/** A balance transaction and whose it is; null: the platform's own books. */
export type Claim = { row: UnpostedRow; owner: Owner | null };

/** What a balance transaction posts: its movement, and where the processor exchanged money, both sides of that. */
export function factsOf({ row, owner }: Claim): LedgerFact[] {
  const kind = kindOf(row.reportingCategory);
  const base = { books: owner, paymentId: owner?.paymentId ?? null, occurredAt: row.occurredAt };
  const prefix = owner === null && kind !== 'FEE' ? 'unassigned' : PREFIXES[kind];
  const movement: LedgerFact = {
    ...base,
    factKey: `${prefix}:${row.id}`,
    currency: row.currency,
    postings: movementPostings({ kind, grossMinor: row.grossMinor, feeMinor: row.feeMinor }, owner !== null),
  };
  const isBooked = owner !== null && (kind === 'CHARGE' || kind === 'REFUND');
  const { sourceMinor, sourceCurrency } = row;
  if (!isBooked || sourceMinor === null || sourceCurrency === null || sourceCurrency === row.currency)
    return [movement];
  const sides = exchangePostings(Math.sign(row.grossMinor) * sourceMinor, row.grossMinor);
  return [
    movement,
    { ...base, factKey: `exchange:${row.id}:presented`, currency: sourceCurrency, postings: sides.presented },
    { ...base, factKey: `exchange:${row.id}:settled`, currency: row.currency, postings: sides.settled },
  ];
}

const PREFIXES: Record<ReturnType<typeof kindOf>, string> = {
  CHARGE: 'fee',
  REFUND: 'fee',
  DISPUTE: 'dispute',
  FEE: 'account-fee',
  PAYOUT: 'payout-movement',
  OTHER: 'unassigned',
};
