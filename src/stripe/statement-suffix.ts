const MAX_LENGTH = 22;
const FORBIDDEN = /[<>\\'"*]/g;

/**
 * A restaurant's name as Stripe accepts it beside the account's prefix (Stripe "Statement descriptors": Latin characters,
 * none of < > \ ' " *, at least one letter, 22 characters; what is too long together with the prefix, Stripe cuts).
 * Null when nothing usable is left: a payment must not fail over its label. Deterministic, as a repair repeats it.
 */
export function statementSuffix(name: string | null): string | null {
  const plain = (name ?? '')
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(FORBIDDEN, '')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, MAX_LENGTH)
    .trim();
  return /[A-Za-z]/.test(plain) ? plain : null;
}
