import {
  insertPayoutShares,
  lockPayout,
  readPayoutLines,
  readPayoutShares,
  readPostablePayouts,
  setPayoutPosted,
  setPayoutReversed,
} from '@/db/sql/payouts';
import type { Tx } from '@/db/transaction';
import { payoutFailedPostings, payoutPostings } from '@/domain/ledger/postings';
import { kindOf } from '@/domain/ledger/processor-postings';
import { type PayoutShare, payoutShares, undividedPayout } from '@/domain/payout-shares';
import type { Deps } from '../context';
import { type BooksOf, postFacts } from '../ledger/post';

const LIMIT = 50;

/**
 * Posts payouts that have reached the bank, a share for each restaurant and one for each reason that belongs to none
 * (docs/adr/0026), and takes back those that came back. A payout waits until all its transactions are posted, as only
 * then it is known whose they are. @returns how many were posted or taken back
 */
export async function postDuePayouts(deps: Deps, signal?: AbortSignal): Promise<number> {
  let done = 0;
  for (const { id } of await deps.db.query<{ id: string }>(readPostablePayouts, [LIMIT])) {
    if (signal?.aborted) return done;
    const isDone = await deps.db.transaction((tx) => settlePayout(tx, id, deps.clock.now()));
    if (isDone) done++;
  }
  return done;
}

type PayoutRow = {
  id: string;
  amountMinor: number;
  currency: string;
  status: string;
  linesState: string;
  arrivalAt: Date;
  postedAt: Date | null;
  reversedAt: Date | null;
};

async function settlePayout(tx: Tx, payoutId: string, now: Date): Promise<boolean> {
  const payout = await tx.one<PayoutRow>(lockPayout, [payoutId]);
  if (payout.postedAt === null && payout.status === 'paid') {
    await postPayout(tx, payout);
    await tx.query(setPayoutPosted, [payoutId, now]);
    return true;
  }
  const isBack = payout.status === 'failed' || payout.status === 'canceled';
  if (payout.postedAt === null || payout.reversedAt !== null || !isBack) return false;
  const shares = await tx.query<StoredShare>(readPayoutShares, [payoutId]);
  await postShares(tx, payout, shares, {
    prefix: 'payout-failed',
    occurredAt: now,
    postings: payoutFailedPostings,
  });
  await tx.query(setPayoutReversed, [payoutId, now]);
  return true;
}

type StoredShare = PayoutShare & { line: number; timeZone: string | null; closingHour: number | null };

async function postPayout(tx: Tx, payout: PayoutRow): Promise<void> {
  const shares = await divide(tx, payout);
  await tx.query(insertPayoutShares, [
    payout.id,
    shares.map((share) => share.kind),
    shares.map((share) => share.restaurantId),
    shares.map((share) => share.amountMinor),
  ]);
  const stored = await tx.query<StoredShare>(readPayoutShares, [payout.id]);
  await postShares(tx, payout, stored, {
    prefix: 'payout',
    occurredAt: payout.arrivalAt,
    postings: payoutPostings,
  });
}

async function divide(
  tx: Tx,
  payout: Pick<PayoutRow, 'id' | 'amountMinor' | 'linesState'>,
): Promise<PayoutShare[]> {
  if (payout.linesState === 'NONE') return undividedPayout(payout.amountMinor);
  const rows = await tx.query<{
    reportingCategory: string;
    restaurantId: string | null;
    returnedPayoutId: string | null;
    netMinor: number;
  }>(readPayoutLines, [payout.id]);
  const returned = rows.flatMap(({ returnedPayoutId }) => returnedPayoutId ?? []);
  const shares = await Promise.all(
    [...new Set(returned)].map((id) => tx.query<StoredShare>(readPayoutShares, [id])),
  );
  const lines = rows.map((row) => ({ ...row, kind: kindOf(row.reportingCategory) }));
  return payoutShares(payout.amountMinor, lines, shares.flat());
}

async function postShares(
  tx: Tx,
  payout: PayoutRow,
  shares: readonly StoredShare[],
  as: { prefix: string; occurredAt: Date; postings: typeof payoutPostings },
): Promise<void> {
  await postFacts(
    tx,
    shares.map((share) => ({
      factKey: `${as.prefix}:${payout.id}:${share.line}`,
      books: booksOf(share),
      currency: payout.currency,
      paymentId: null,
      occurredAt: as.occurredAt,
      postings: as.postings({ amountMinor: share.amountMinor }),
    })),
  );
}

function booksOf({ restaurantId, timeZone, closingHour }: StoredShare): BooksOf {
  return restaurantId === null || timeZone === null || closingHour === null
    ? null
    : { restaurantId, timeZone, closingHour };
}
