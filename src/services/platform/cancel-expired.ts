import { answerInTime } from '../answer-in-time';
import type { ServiceContext } from '../context';
import { cancelPayment } from '../payments/cancel';

// A sync of many rows must still answer in time.
const WAIT_MS = 5_000;

/**
 * Cancels payments whose order or session has ended, now. What the processor does not answer stays open with its hold
 * and is tried again by the expiry, as its time is over.
 */
export function cancelExpired(
  ctx: ServiceContext,
  paymentIds: readonly string[],
  reason: string,
): Promise<void> {
  return answerInTime(ctx, cancelAll(ctx, paymentIds, reason), () => undefined, WAIT_MS);
}

async function cancelAll(ctx: ServiceContext, paymentIds: readonly string[], reason: string): Promise<void> {
  const system: ServiceContext = { ...ctx, actor: { kind: 'system', name: 'platform' } };
  for (const paymentId of paymentIds) {
    try {
      await cancelPayment(system, {
        paymentId,
        reason,
        idempotencyKey: `ended:${paymentId}:${ctx.request.id}`,
      });
    } catch (error) {
      ctx.log.warn({ paymentId, error: String(error) }, 'open payment of an ended order not cancelled yet');
    }
  }
}
