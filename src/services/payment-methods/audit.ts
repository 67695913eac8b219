import { insertAudit } from '@/db/sql/audit';
import type { Tx } from '@/db/transaction';
import { actorLabel } from '../actor';
import type { ServiceContext } from '../context';
import { newId } from '../ids';

/** Notes what somebody did to a saved card. */
export async function noteCard(tx: Tx, ctx: ServiceContext, action: string, cardId: string): Promise<void> {
  await tx.query(insertAudit, [
    newId(),
    actorLabel(ctx.actor),
    action,
    'payment_method',
    cardId,
    null,
    null,
    ctx.request.id,
  ]);
}
