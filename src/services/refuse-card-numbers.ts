import { holdsCardNumber, isCardNumber } from '@/domain/card-number';
import { ServiceError } from './errors';

/** Fields of ids, keys and a bank's own numbers: digits there may happen to look like a card's. */
const OF_NUMBERS =
  /^(?:ids?|key|cursor|token|file|orderNumber|assignedTo|participants|takenBy)$|[a-z0-9](?:I[dD]s?|Key|Cursor|Token)$|_(?:ids?|key|token)$/;

/** Far more than any input has. A walk through thousands of levels would end in a stack overflow, here or further in. */
const DEEPEST = 64;

/**
 * Refuses what was sent when a card's number stands in any value of it: cards are entered at the processor alone, so that no number
 * is ever stored, logged or answered here. Fields that nothing reads are looked at too. The number itself is never repeated.
 * @throws ServiceError CARD_NUMBER_REFUSED; INVALID_INPUT for lists in lists in lists without an end
 */
export function refuseCardNumbers(sent: unknown): void {
  const field = fieldWithCardNumber(sent, '', new Set(), 0);
  if (field === null) return;
  throw new ServiceError(
    'CARD_NUMBER_REFUSED',
    'This holds what looks like a card number. Leave it out: cards are entered in the card form alone.',
    { details: { field } },
  );
}

/** @param seen objects on other ways to the same thing, which a sender can make endless */
function fieldWithCardNumber(value: unknown, field: string, seen: Set<object>, depth: number): string | null {
  if (typeof value !== 'object' && OF_NUMBERS.test(field)) return null;
  if (typeof value === 'string') return holdsCardNumber(value) ? field || 'input' : null;
  if (typeof value === 'number' || typeof value === 'bigint')
    return value >= 1e12 && isCardNumber(String(value)) ? field || 'input' : null;
  if (typeof value !== 'object' || value === null || seen.has(value)) return null;
  if (depth >= DEEPEST)
    throw new ServiceError('INVALID_INPUT', `Nest values no deeper than ${DEEPEST} levels.`);
  seen.add(value);
  const isList = Array.isArray(value) || value instanceof Set || value instanceof Map;
  for (const [name, part] of isList ? [...value].map((one) => ['', one] as const) : Object.entries(value)) {
    const found = fieldWithCardNumber(part, isList ? field : name, seen, depth + 1);
    if (found !== null) return found;
  }
  return null;
}
