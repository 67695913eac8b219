import { forgetMethod, keepMethod } from '@/services/payment-methods/keep-method';
import type { FactOutcome } from '@/services/payments/apply-intent';
import type { FactContext } from '@/services/payments/fact-context';
import type { ProcessorEvent, ProcessorMethod } from '@/services/ports';
import type { Tx } from '@/services/tx';

const KEPT = ['payment_method.attached', 'payment_method.updated', 'payment_method.automatically_updated'];

/** payment_method.*: a card was saved, by itself or while paying; its bank renewed it; it was taken away. */
export async function applyMethodEvent(
  tx: Tx,
  _ctx: FactContext,
  event: ProcessorEvent,
  method: ProcessorMethod,
): Promise<FactOutcome> {
  if (event.type === 'payment_method.detached') return forgetMethod(tx, method);
  if (KEPT.includes(event.type)) return keepMethod(tx, method);
  return { kind: 'ignored', reason: `not handled: ${event.type}` };
}
