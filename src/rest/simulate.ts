import { getPayment } from '@/services/payments';
import { type Answer, ok, type RestCall } from './call';
import { notFound } from './existence';
import { text } from './fields';
import { guestIds } from './shapes/guest-ids';
import { paymentBody } from './shapes/payment';

const CONFIRM_LIMIT_MS = 5_000;

/**
 * `POST /payments/:id/simulate-webhook`, for development: pays the caller's open payment with a test card at the simulator,
 * whose signed webhooks then arrive as always. `eventType: payment_intent.payment_failed` uses a card that is declined.
 */
export async function simulateWebhook({ ctx, params, body, settings }: RestCall): Promise<Answer> {
  const { simulator } = settings;
  if (settings.production || simulator === null) throw notFound();
  const paymentId = params.paymentId ?? '';
  const payment = await getPayment(ctx, { paymentId });
  const isPayable = payment.clientSecret !== null && payment.paymentIntentId !== null;
  if (isPayable) {
    const declines = text(body.eventType) === 'payment_intent.payment_failed';
    await fetch(`${simulator.url}/v1/payment_intents/${payment.paymentIntentId}/confirm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulator.publishableKey}` },
      body: new URLSearchParams({
        client_secret: payment.clientSecret ?? '',
        payment_method: declines ? 'pm_card_chargeDeclined' : 'pm_card_visa',
      }),
      signal: AbortSignal.timeout(CONFIRM_LIMIT_MS),
    });
  }
  // The first look may cross the webhook and answer what it read before; the second cannot.
  await getPayment(ctx, { paymentId });
  const after = await getPayment(ctx, { paymentId });
  return ok({
    payment: paymentBody(after, { guestIdOf: await guestIds(ctx, [after]) }),
    simulated: isPayable,
  });
}
