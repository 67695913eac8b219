import type { TransactionKind } from '@/domain/ledger/processor-postings';
import { sumMinor } from '@/domain/money';

/** Why a part of a payout belongs to nobody's restaurant; shown as it is, never spread over others. */
export type ShareKind =
  | 'RESTAURANT'
  | 'ACCOUNT_FEES'
  | 'UNASSIGNED'
  | 'RETURNED_PAYOUT'
  | 'NOT_ITEMISED'
  | 'REMAINDER';

export type PayoutShare = { kind: ShareKind; restaurantId: string | null; amountMinor: number };

/** A balance transaction that a payout pays out; not the payout's own. */
export type PayoutLine = { kind: TransactionKind; restaurantId: string | null; netMinor: number };

/**
 * Divides a payout among restaurants by the net of their transactions; one share per restaurant and reason, none of zero,
 * and always exactly the payout in sum: what the lines do not explain is the REMAINDER. Minor units of one currency.
 * @param returned shares of earlier payouts whose failure is among the lines: their money is paid out again
 */
export function payoutShares(
  amountMinor: number,
  lines: readonly PayoutLine[],
  returned: readonly PayoutShare[] = [],
): PayoutShare[] {
  const parts: PayoutShare[] = lines.map(({ kind, restaurantId, netMinor }) =>
    restaurantId === null
      ? { kind: LABELS[kind] ?? 'UNASSIGNED', restaurantId, amountMinor: netMinor }
      : { kind: 'RESTAURANT', restaurantId, amountMinor: netMinor },
  );
  // The failed payout's own line says only that it came back; its shares say to whom.
  const known = [
    ...returned,
    { kind: 'RETURNED_PAYOUT' as const, restaurantId: null, amountMinor: -sumOf(returned) },
  ];
  const shares = grouped([...parts, ...known]);
  return grouped([
    ...shares,
    { kind: 'REMAINDER', restaurantId: null, amountMinor: sumMinor([amountMinor, -sumOf(shares)]) },
  ]);
}

/** A payout that a person asked for: the processor never says which transactions it pays out. */
export function undividedPayout(amountMinor: number): PayoutShare[] {
  return grouped([{ kind: 'NOT_ITEMISED', restaurantId: null, amountMinor }]);
}

const LABELS: Partial<Record<TransactionKind, ShareKind>> = {
  FEE: 'ACCOUNT_FEES',
  PAYOUT: 'RETURNED_PAYOUT',
};

function grouped(parts: readonly PayoutShare[]): PayoutShare[] {
  const sums = new Map<string, PayoutShare>();
  for (const part of parts) {
    const key = part.restaurantId ?? `:${part.kind}`;
    const before = sums.get(key)?.amountMinor ?? 0;
    sums.set(key, { ...part, amountMinor: sumMinor([before, part.amountMinor]) });
  }
  return [...sums.values()].filter((share) => share.amountMinor !== 0);
}

function sumOf(shares: readonly PayoutShare[]): number {
  return sumMinor(shares.map((share) => share.amountMinor));
}
