import { wakeWaiting } from '@/db/sql/inbox';
import { noteSurplusIntent } from '@/db/sql/surplus-intents';
import type { Tx } from '@/db/transaction';
import type { ServiceContext } from '../context';
import type { ProcessorIntent } from '../ports';
import { endSurplusIntent } from './end-surplus-intent';
import { originOf } from './fact-context';
import { isIntentOf } from './intent-of';
import { lockPayment } from './locked-payment';
import { recordChange } from './record-change';

/**
 * Stores the intent that the processor created, and wakes events that came before it. A webhook may have stored it
 * already. When the payment was closed meanwhile, or has another intent, this one is cancelled: nobody may pay it.
 */
export async function attachIntent(
  ctx: ServiceContext,
  paymentId: string,
  intent: ProcessorIntent,
): Promise<void> {
  const origin = originOf(ctx);
  const attach = async (tx: Tx) => {
    const row = await lockPayment(tx, paymentId);
    if (!row) throw new Error(`payment ${paymentId} vanished`);
    const isSurplus = row.status === 'CANCELLED' || !isIntentOf(row, intent);
    if (isSurplus) await tx.query(noteSurplusIntent, [intent.id, paymentId]);
    if (!isIntentOf(row, intent)) return true;
    if (row.creationState !== 'CREATED' || row.clientSecret === null) {
      const changed = recordChange(tx, origin, row, {
        action: 'intent_created',
        patch: {
          paymentIntentId: intent.id,
          transactionId: intent.id,
          clientSecret: intent.clientSecret,
          creationState: 'CREATED',
        },
        details: { intentId: intent.id },
        events: [],
      });
      const [, woken] = await Promise.all([changed, tx.query(wakeWaiting, [[intent.id, paymentId]])]);
      if (woken.length > 0) tx.afterCommit(() => ctx.wake('inbox'));
    }
    return isSurplus;
  };
  if (await ctx.db.transaction(attach, { beginsLoosely: true }))
    await endSurplusIntent(ctx, { intentId: intent.id, paymentId, attempt: 1 });
}
