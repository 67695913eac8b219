const BRANDS: Record<string, string> = { visa: 'Visa', mastercard: 'Mastercard', amex: 'Amex' };
const WALLETS: Record<string, string> = { apple_pay: 'Apple Pay', google_pay: 'Google Pay' };

/** How it was paid, as short as people say it: "Visa 4242", "Apple Pay 4242", "Cash". */
export function methodText(payment: {
  method: string;
  cardBrand: string | null;
  cardLast4: string | null;
  wallet: string | null;
}): string {
  if (payment.method === 'CASH') return 'Cash';
  const kind =
    (payment.wallet && (WALLETS[payment.wallet] ?? payment.wallet)) ??
    (payment.cardBrand && (BRANDS[payment.cardBrand] ?? payment.cardBrand)) ??
    (payment.method === 'DIGITAL_WALLET' ? 'Wallet' : 'Card');
  return payment.cardLast4 ? `${kind} ${payment.cardLast4}` : kind;
}
