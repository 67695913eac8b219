import type { CardSetupView } from '@/services/payment-methods/view';
import type { TestApp } from './app';

/** Confirms a card to save the way Stripe.js does: publishable key and client secret, from the browser. */
export async function confirmSetup(
  app: TestApp,
  setup: CardSetupView,
  paymentMethod = 'pm_card_visa',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${app.simulator.url}/v1/setup_intents/${setup.setupIntentId}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.env.stripe.publishableKey}` },
    body: new URLSearchParams({ client_secret: setup.clientSecret, payment_method: paymentMethod }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
