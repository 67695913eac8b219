/**
 * Whether a card is past its month. It is good until that month ends everywhere, as its bank's clock is not known; one
 * without an expiry never ends.
 */
export function isCardExpired(card: { expMonth: number | null; expYear: number | null }, now: Date): boolean {
  if (card.expMonth === null || card.expYear === null) return false;
  // UTC-12 is the last place where the month ends. Date.UTC counts months from 0, so this is the month after.
  return now.getTime() >= Date.UTC(card.expYear, card.expMonth) + LAST_ZONE_MS;
}

const LAST_ZONE_MS = 12 * 3_600_000;
