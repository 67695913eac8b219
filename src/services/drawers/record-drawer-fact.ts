import { insertAudit } from '@/db/sql/audit';
import type { Tx } from '@/db/transaction';
import type { Posting } from '@/domain/ledger/postings';
import { actorLabel } from '../actor';
import type { RestaurantRules } from '../authorized-restaurant';
import type { ServiceContext } from '../context';
import { newId } from '../ids';
import { postFacts } from '../ledger/post';

/** Records what happened to a drawer: its postings, if money moved, and who did it. Ids and amounts only (decision 23). */
export async function recordDrawerFact(
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
  const { factKey, postings } = fact;
  const occurredAt = ctx.clock.now();
  await postFacts(tx, [{ factKey, books: at, currency: at.currency, paymentId: null, occurredAt, postings }]);
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
