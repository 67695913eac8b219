import { insertAudit } from '@/db/sql/audit';
import { insertLedgerEntry } from '@/db/sql/ledger';
import type { Tx } from '@/db/transaction';
import { businessDayOf } from '@/domain/business-day';
import type { Posting } from '@/domain/ledger/postings';
import { actorLabel } from '../actor';
import type { RestaurantRules } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { newId } from '../ids';

/** Keeps what happened to a drawer: postings, if money moved, and who did it. Ids and amounts only (decision 23). */
export async function bookDrawerFact(
  tx: Tx,
  ctx: ServiceContext,
  at: RestaurantRules,
  fact: {
    action: 'drawer.opened' | 'drawer.moved' | 'drawer.closed';
    drawerId: string;
    factKey: string;
    postings: readonly Posting[];
    details: Record<string, number>;
  },
): Promise<void> {
  const now = ctx.clock.now();
  if (fact.postings.length > 0) {
    await tx.query(insertLedgerEntry, [
      newId(),
      fact.factKey,
      at.restaurantId,
      at.currency,
      null,
      businessDayOf(now, at.timeZone, at.closingHour),
      now,
      fact.postings.map((p) => p.account),
      fact.postings.map((p) => p.amountMinor),
    ]);
  }
  await tx.query(insertAudit, [
    newId(),
    actorLabel(ctx.actor),
    fact.action,
    'drawer',
    fact.drawerId,
    at.restaurantId,
    JSON.stringify(fact.details),
    ctx.request.id,
  ]);
}
