import { parseMajor, toMajorNumber } from '@/domain/money';
import { ServiceError } from '@/services/errors';

/**
 * The only place that reads decimal major units of the legacy wire, and where this API writes them (legacy-contract section 2).
 * Bodies that it shares with Socket.IO (services/legacy) and its payloads write them too.
 */

/** 1234 USD -> 12.34; 1234 JPY -> 1234. */
export function major(amountMinor: number, currency: string): number {
  return toMajorNumber(amountMinor, currency);
}

/**
 * Minor units of what a client sent in major units: a number or numeric string, unrounded input is rounded half up. Absent
 * (undefined, null, empty) stays undefined. @throws ServiceError INVALID_INPUT for anything else, and below zero
 */
export function minorOf(value: unknown, currency: string, field: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const minor = typeof value === 'number' || typeof value === 'string' ? parsed(value, currency) : null;
  if (minor === null || minor < 0) {
    throw new ServiceError('INVALID_INPUT', `Change ${field}: send a number of at least 0, such as 12.50.`, {
      details: { field },
    });
  }
  return minor;
}

/** As `minorOf`, for an amount that must be there. */
export function requiredMinorOf(value: unknown, currency: string, field: string): number {
  const minor = minorOf(value, currency, field);
  if (minor === undefined) {
    throw new ServiceError('INVALID_INPUT', `Send ${field}: a number such as 12.50.`, { details: { field } });
  }
  return minor;
}

/**
 * Whether an amount of undecidable unit means the due amount: read as minor units or as major units (legacy-contract 2.3,
 * rule 4; the documentation says cents, every screen sends dollars). A tolerance of nothing: it is one of both, or wrong.
 */
export function meansDue(value: unknown, dueMinor: number, currency: string): boolean {
  if (typeof value !== 'number' && typeof value !== 'string') return false;
  return parsedMinor(value) === dueMinor || parsed(value, currency) === dueMinor;
}

/** A whole number of minor units; null: not one. */
function parsedMinor(value: number | string): number | null {
  const text = String(value).trim();
  return /^\d{1,12}(\.0+)?$/.test(text) ? Number.parseInt(text, 10) : null;
}

function parsed(value: number | string, currency: string): number | null {
  try {
    return parseMajor(value, currency);
  } catch {
    return null;
  }
}
