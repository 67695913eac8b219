import type { PaymentView } from '../payments/view';

/** A saved card as its owner sees it: what they know it by, never its number or the processor's id. */
export interface SavedCardView {
  id: string;
  /** card, or the wallet that it was saved from: apple_pay, google_pay. */
  type: string;
  brand: string | null;
  last4: string | null;
  expMonth: number | null;
  expYear: number | null;
  isExpired: boolean;
  /** Exactly one is, while there is any. */
  isDefault: boolean;
  createdAt: string;
}

/** What a browser needs to save a card: it confirms with the client secret, and the card appears in the list. */
export interface CardSetupView {
  setupIntentId: string;
  clientSecret: string;
}

/** `requiresAction`: the bank wants to see the guest; the browser goes on with the payment's client secret. */
export interface SavedCardPaymentView {
  payment: PaymentView;
  requiresAction: boolean;
}
