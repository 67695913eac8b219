import {
  deleteEntries,
  deletePostings,
  insertOpeningBalance,
  insertOpeningPostings,
  lockLedgerRetention,
  readOldEntries,
  sumEntries,
} from '@/db/sql/retention';
import type { Tx } from '@/db/transaction';
import type { Deps } from '../context';
import { newId } from '../ids';

/** The fact of an opening balance: one per set of books, `brought-forward:<restaurant>:<currency>`. */
const FACT = 'brought-forward:';

type OldEntry = {
  id: string;
  restaurantId: string | null;
  currency: string;
  businessDay: string;
  occurredAt: Date;
  /** False: an opening balance of an earlier run. */
  isFact: boolean;
};

/**
 * Deletes the oldest ledger entries below a business day. What they come to is carried forward as one opening balance per
 * restaurant and currency, on the last day that was deleted, so that every balance stays what it was. @returns how many facts went
 */
export async function pruneLedger(
  deps: Pick<Deps, 'db'>,
  { beforeDay, limit }: { beforeDay: string; limit: number },
): Promise<number> {
  return deps.db.transaction(async (tx) => {
    await tx.query(lockLedgerRetention, []);
    const old = await tx.query<OldEntry>(readOldEntries, [beforeDay, limit, FACT]);
    for (const books of byBooks(old)) await carryForward(tx, books);
    return old.filter((entry) => entry.isFact).length;
  });
}

async function carryForward(tx: Tx, entries: readonly [OldEntry, ...OldEntry[]]): Promise<void> {
  const ids = entries.map((entry) => entry.id);
  const sums = await tx.query<{ account: string; amountMinor: number }>(sumEntries, [ids]);
  await tx.query(deletePostings, [ids]);
  await tx.query(deleteEntries, [ids]);
  if (sums.length === 0) return;
  const last = entries.reduce((a, b) => (b.businessDay > a.businessDay ? b : a));
  const id = newId();
  const fact = `${FACT}${last.restaurantId ?? ''}:${last.currency}`;
  await tx.query(insertOpeningBalance, [
    id,
    fact,
    last.restaurantId,
    last.currency,
    last.businessDay,
    last.occurredAt,
  ]);
  await tx.query(insertOpeningPostings, [
    id,
    sums.map((sum) => sum.account),
    sums.map((sum) => sum.amountMinor),
  ]);
}

function byBooks(entries: readonly OldEntry[]): [OldEntry, ...OldEntry[]][] {
  const books = new Map<string, [OldEntry, ...OldEntry[]]>();
  for (const entry of entries) {
    const key = `${entry.restaurantId ?? ''}:${entry.currency}`;
    const known = books.get(key);
    if (known) known.push(entry);
    else books.set(key, [entry]);
  }
  return [...books.values()];
}
