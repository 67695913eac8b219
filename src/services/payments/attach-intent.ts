import { wakeWaiting } from '@/db/sql/inbox';
import type { ServiceContext } from '../context';
import type { ProcessorIntent } from '../ports';
import { intentCancelKey } from '../processor-keys';
import { lockPayment } from './locked-payment';
import { recordChange } from './record-change';

/**
 * Stores the intent that the processor created, and wakes events that came before it. A webhook may have stored it
 * already. When the payment was closed meanwhile, the intent is cancelled: nobody may pay it any more.
 */
export async function attachIntent(
  ctx: ServiceContext,
  paymentId: string,
  intent: ProcessorIntent,
): Promise<void> {
  const who = { actor: ctx.actor, requestId: ctx.request.id, now: ctx.clock.now() };
  const isClosed = await ctx.db.transaction(async (tx) => {
    const row = await lockPayment(tx, paymentId);
    if (!row) throw new Error(`payment ${paymentId} vanished`);
    if (row.creationState !== 'CREATED' || row.clientSecret === null) {
      await recordChange(tx, who, row, {
        action: 'intent_created',
        patch: {
          paymentIntentId: row.paymentIntentId ?? intent.id,
          transactionId: row.transactionId ?? intent.id,
          clientSecret: intent.clientSecret,
          creationState: 'CREATED',
        },
        details: { intentId: intent.id },
        events: [],
      });
      tx.afterCommit(() => wakeEvents(ctx, [intent.id, paymentId]));
    }
    return row.status === 'CANCELLED';
  });
  if (isClosed) await ctx.processor.cancelIntent(intent.id, intentCancelKey(paymentId));
}

/** After the commit: inside it, this node would hold the orders and wait for an inbox row that the worker holds. */
async function wakeEvents(ctx: ServiceContext, ids: string[]): Promise<void> {
  const woken = await ctx.db.query(wakeWaiting, [ids]);
  if (woken.length > 0) ctx.wake('inbox');
}
