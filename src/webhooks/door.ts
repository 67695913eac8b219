import type { Deps } from '@/services/context';
import type { Receipt } from '@/services/inbox/receive';
import type { ProcessorEvent } from '@/services/ports';

/** What the door reports to metrics: `rejected:<reason>` without an event, or what became of the event. */
export type WebhookObserver = (result: string, event: ProcessorEvent | null) => void;

/**
 * The Stripe webhook: signature over the raw bytes first, then inbox and apply, then the answer. 200 once the event is
 * stored, also for unknown types and foreign objects; 400 for a bad signature, with a counter as its only trace;
 * 500, or 503 without a database, only when nothing could be stored: Stripe sends it again.
 */
export async function handleStripeWebhook(
  deps: Pick<Deps, 'inbox' | 'clock'> & {
    observeWebhook?: WebhookObserver;
    receive: (event: ProcessorEvent) => Promise<Receipt>;
  },
  request: Request,
): Promise<Response> {
  const reject = (reason: string) => {
    deps.observeWebhook?.(`rejected:${reason}`, null);
    return new Response(`Webhook Error: signature ${reason}`, { status: 400 });
  };
  const rawBody = exactText(await request.arrayBuffer());
  if (rawBody === null) return reject('mismatch');
  const verified = deps.inbox.reader.verify(
    rawBody,
    request.headers.get('stripe-signature'),
    deps.clock.now(),
  );
  if (!verified.ok) return reject(verified.reason);
  const receipt = await deps.receive(verified.event);
  deps.observeWebhook?.(receipt, verified.event);
  return Response.json({ received: true });
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes as text that encodes to the same bytes again; request.text() would drop a byte order mark and mend bad UTF-8. */
function exactText(bytes: ArrayBuffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
