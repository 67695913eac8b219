import type { ServiceContext } from '../context';
import { cancelPayment } from '../payments/cancel';

/**
 * Cancels payments whose order or session has ended, now. What the processor does not answer stays open with its hold
 * and is tried again by the expiry, as its time is over.
 */
export async function cancelExpired(
  ctx: ServiceContext,
  paymentIds: readonly string[],
  reason: string,
): Promise<void> {
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
