import { z } from 'zod';
import { platformId } from '../../payments/schemas';
import { listPayouts } from '../../processor-money/read-payouts';
import type { PayoutView } from '../../processor-money/schemas';
import { decimal } from '../amounts';
import { instant } from '../filters';
import { allPages, exportKind, type Pages } from '../kind';

/** Payouts with their shares, newest first: whole ones for admins, the restaurant's part for its owners (decision 7). */
export const payouts = exportKind({
  action: 'ledger.read',
  filters: z.strictObject({
    restaurantId: platformId.optional(),
    createdFrom: instant.optional(),
    createdTo: instant.optional(),
  }),
  columns: {
    payoutId: 'Payout id',
    createdAt: 'Created (UTC)',
    arrivalAt: 'Arrival (UTC)',
    status: 'Status',
    traceId: 'Trace id',
    currency: 'Currency',
    payoutAmount: 'Payout amount',
    share: 'Share',
    restaurantId: 'Restaurant',
    shareAmount: 'Share amount',
    failureCode: 'Failure',
  },
  paper: {
    title: 'Payouts',
    columns: {
      payoutId: 7,
      createdAt: 4,
      arrivalAt: 4,
      status: 3,
      traceId: 5,
      share: 4,
      restaurantId: 6,
      currency: 2,
      payoutAmount: 4,
      shareAmount: 4,
    },
    amounts: ['payoutAmount', 'shareAmount'],
    // It stands beside each of its shares.
    unsummed: ['payoutAmount'],
  },
  rows: async (ctx, { restaurantId, createdFrom, createdTo }) =>
    within(
      allPages((cursor) => listPayouts(ctx, { restaurantId, limit: 100, cursor })),
      createdFrom?.toISOString() ?? '',
      createdTo?.toISOString() ?? '9',
    ),
});

/** The list has no period of its own, and is in falling order: it ends where the period begins. */
async function* within(pages: Pages<PayoutView>, from: string, to: string) {
  for await (const page of pages) {
    yield page.filter(({ createdAt }) => createdAt >= from && createdAt < to).flatMap(rowsOf);
    if (page.some(({ createdAt }) => createdAt < from)) return;
  }
}

/** A row per share; one without, as long as the payout is not shared out. */
function rowsOf(payout: PayoutView) {
  const amount = (minor: number | null) => (minor === null ? null : decimal(minor, payout.currency));
  const shares = payout.shares.length > 0 ? payout.shares : [null];
  return shares.map((share) => ({
    payoutId: payout.id,
    createdAt: payout.createdAt,
    arrivalAt: payout.arrivalAt,
    status: payout.status,
    traceId: payout.traceId,
    currency: payout.currency,
    payoutAmount: amount(payout.amountMinor),
    share: share?.kind ?? null,
    restaurantId: share?.restaurantId ?? null,
    shareAmount: amount(share?.amountMinor ?? null),
    failureCode: payout.failureCode,
  }));
}
