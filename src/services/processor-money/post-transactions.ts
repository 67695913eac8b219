import { list } from '@/db/json-list';
import {
  claimTransactions,
  readOwners,
  readUnposted,
  setPaymentFees,
  takeUnposted,
} from '@/db/sql/processor-transactions';
import { lockOrdersOfIntents } from '@/db/sql/read-payment';
import type { Tx } from '@/db/transaction';
import { kindOf } from '@/domain/ledger/processor-postings';
import type { Deps, ServiceContext } from '../context';
import { postFacts } from '../ledger/post';
import { type ChangeOrigin, originOf } from '../payments/fact-context';
import { listOfIntents } from '../payments/payments-of-intent';
import { returnReceipts } from '../payments/return-receipts';
import { systemContext } from '../system-context';
import { type Claim, factsOf, type UnpostedRow } from './facts';
import { belongingOf, type Owner } from './owner';

// A batch holds its orders' locks for well under 200 ms (decision 28).
const BATCH = 50;
const LOOK_AGAIN_SEC = 60;

/**
 * Posts kept balance transactions to the ledger, oldest first, until none is due, `limit` is reached or the signal says stop.
 * One that cannot be posted is told and looked at again later; the others of its batch go on without it.
 * @returns how many were posted
 */
export async function postDueTransactions(
  deps: Deps,
  { limit = 5_000, signal }: { limit?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const ctx = systemContext(deps, 'processor-money');
  let posted = 0;
  while (posted < limit && !signal?.aborted) {
    const due = await deps.db.query<{ id: string }>(takeUnposted, [BATCH, LOOK_AGAIN_SEC]);
    const ids = due.map(({ id }) => id);
    if (ids.length === 0) return posted;
    posted += await postBatch(ctx, ids);
    if (ids.length < BATCH) return posted;
  }
  return posted;
}

async function postBatch(ctx: ServiceContext, ids: readonly string[]): Promise<number> {
  const waitSec = ctx.settings.webhookWaitingMaxHours * 3_600;
  try {
    const done = await ctx.db.transaction((tx) => postTransactions(tx, ids, { ...originOf(ctx), waitSec }));
    if (done.length > 0) ctx.wake('outbox');
    return done.length;
  } catch (error) {
    if (ids.length === 1) {
      ctx.log.error({ transactionId: ids[0], err: error }, 'a balance transaction cannot be posted');
      return 0;
    }
    let posted = 0;
    for (const id of ids) posted += await postBatch(ctx, [id]);
    return posted;
  }
}

/**
 * Posts these transactions within the transaction, the orders of their payments locked first; those posted already, and
 * those whose payment may still come, are left out. A refund of money that fitted no payment takes it out of the books.
 * @returns the ids that were posted now
 */
export async function postTransactions(
  tx: Tx,
  ids: readonly string[],
  origin: ChangeOrigin & { waitSec: number },
): Promise<string[]> {
  if (ids.length === 0) return [];
  const { now, waitSec } = origin;
  const rows = await tx.query<UnpostedRow>(readUnposted, [ids, now]);
  const references = listOfIntents(rows.filter((row) => row.intentId !== null || row.claimedId !== null));
  // Sent together: the second statement sees what is true once the first has its locks.
  const [locked, owners] = await Promise.all([
    tx.query<{ orderId: string }>(lockOrdersOfIntents, [references]),
    tx.query<Owner>(readOwners, [references]),
  ]);
  const claims = rows.flatMap((row): Claim[] => {
    const belonging = belongingOf(kindOf(row.reportingCategory), row, owners, waitSec);
    if (belonging.to === 'wait') return [];
    return [{ row, owner: belonging.to === 'nobody' ? null : belonging.to }];
  });
  if (claims.length === 0) return [];
  const claimed = await tx.query<{ id: string }>(claimTransactions, [
    list(
      ...claims.map(({ row, owner }) => ({
        id: row.id,
        payment_id: owner?.paymentId,
        restaurant_id: owner?.restaurantId,
      })),
    ),
    now,
  ]);
  const won = new Set(claimed.map(({ id }) => id));
  const mine = claims.filter(({ row }) => won.has(row.id));
  await postFacts(tx, mine.flatMap(factsOf));
  await noteFees(tx, mine);
  const refunded = mine.flatMap(({ row, owner }) =>
    owner !== null && kindOf(row.reportingCategory) === 'REFUND' ? [owner.paymentId] : [],
  );
  await returnReceipts(
    tx,
    origin,
    refunded,
    locked.map(({ orderId }) => orderId),
  );
  return mine.map(({ row }) => row.id);
}

/** The fee of the charge onto its payment, where both are in one currency. */
async function noteFees(tx: Tx, claims: readonly Claim[]): Promise<void> {
  const fees = claims.flatMap(({ row, owner }) =>
    owner !== null && kindOf(row.reportingCategory) === 'CHARGE' && row.currency === owner.currency
      ? [{ payment_id: owner.paymentId, fee: row.feeMinor, net: row.netMinor }]
      : [],
  );
  if (fees.length > 0) await tx.query(setPaymentFees, [list(...fees)]);
}
