import { decide } from '@/domain/payment/transition';
import type { ServiceContext } from '../context';
import type { ProcessorError } from '../ports';
import { lockPayment } from './locked-payment';
import { recordChange } from './record-change';

/** The processor refused to create the intent, for good: the payment is closed with its reason and holds nothing. */
export async function refuseCreation(
  ctx: ServiceContext,
  paymentId: string,
  error: ProcessorError,
): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db.transaction(async (tx) => {
    const row = await lockPayment(tx, paymentId);
    if (!row) throw new Error(`payment ${paymentId} vanished`);
    const decision = decide(row, { kind: 'CREATION_REFUSED', atSec: Math.floor(now.getTime() / 1000) });
    if (decision.kind !== 'apply') return;
    await recordChange(tx, { actor: ctx.actor, requestId: ctx.request.id, now }, row, {
      action: 'creation_refused',
      patch: {
        status: decision.to,
        creationState: 'REFUSED',
        failureReason: error.guestMessage,
        failureCode: error.declineCode ?? error.code,
      },
      details: { code: error.code, declineCode: error.declineCode },
      events: ['payment:status_updated', 'payment:failed'],
    });
  });
  ctx.wake('outbox');
}
