/** A payer's confirmation from a browser: a test token or the digits of a test card. */
export interface BrowserConfirmation {
  /** Base URL of the simulator. */
  apiBase: string;
  publishableKey: string;
  /** As the backend handed it to the page: `pi_…_secret_…`. */
  clientSecret: string;
  paymentMethod?: string;
  card?: { number: string; expMonth: number; expYear: number; cvc: string };
  returnUrl?: string;
}

/** The public shape of the intent, or Stripe's error body, as the browser receives it. */
export interface BrowserAnswer {
  httpStatus: number;
  intent?: { id: string; status: string; next_action: { redirect_to_url?: { url: string } } | null };
  error?: { type: string; code?: string; decline_code?: string; message: string };
}

/** Confirms an intent with the same HTTP request that Stripe.js makes, for demos and tests without a browser. */
export async function confirmAsBrowser(confirmation: BrowserConfirmation): Promise<BrowserAnswer> {
  const { apiBase, publishableKey, clientSecret, paymentMethod, card, returnUrl } = confirmation;
  const id = clientSecret.split('_secret_')[0] ?? '';
  const form = new URLSearchParams({ key: publishableKey, client_secret: clientSecret });
  if (paymentMethod !== undefined) form.set('payment_method', paymentMethod);
  if (returnUrl !== undefined) form.set('return_url', returnUrl);
  if (card !== undefined) {
    form.set('payment_method_data[type]', 'card');
    form.set('payment_method_data[card][number]', card.number);
    form.set('payment_method_data[card][exp_month]', String(card.expMonth));
    form.set('payment_method_data[card][exp_year]', String(card.expYear));
    form.set('payment_method_data[card][cvc]', card.cvc);
  }
  const response = await fetch(`${apiBase}/v1/payment_intents/${id}/confirm`, { method: 'POST', body: form });
  const body: unknown = await response.json();
  if (response.ok) return { httpStatus: response.status, intent: body as BrowserAnswer['intent'] };
  return { httpStatus: response.status, error: (body as { error: BrowserAnswer['error'] }).error };
}
