import type { PaymentMethod } from '../payments/view';

/** How the existing clients spell methods (legacy-contract section 4). */
export type WireMethod = 'CREDIT_CARD' | 'DEBIT_CARD' | 'MOBILE_PAYMENT' | 'CASH';

/** A card is a credit card until the charge tells its funding. */
export function wireMethod(method: PaymentMethod, cardFunding: string | null): WireMethod {
  switch (method) {
    case 'CASH':
      return 'CASH';
    case 'CARD':
      return cardFunding === 'debit' ? 'DEBIT_CARD' : 'CREDIT_CARD';
    default:
      return 'MOBILE_PAYMENT';
  }
}
