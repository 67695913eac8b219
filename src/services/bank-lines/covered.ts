import { addDays } from '@/domain/calendar-day';
import { ServiceError } from '../errors';
import type { ReadFile } from './read-file';

/** What a file says without regard to its single lines. Days are 'YYYY-MM-DD', both included. */
export interface Covered {
  currency: string;
  firstDay: string;
  lastDay: string;
}

/**
 * Which days of which currency a file covers: from the first to the last day of all its lines, whatever they are about, or the
 * period that was given. A bank near the date line may be a day ahead; no file reaches further into the future.
 * @throws ServiceError BANK_FILE_UNREADABLE, INVALID_INPUT
 */
export function coveredBy(
  { days, currencies }: Pick<ReadFile, 'days' | 'currencies'>,
  period: { firstDay: string; lastDay: string } | undefined,
  now: Date,
): Covered {
  const [currency, ...others] = currencies;
  if (currency === undefined)
    throw new ServiceError(
      'BANK_FILE_UNREADABLE',
      'The file does not say its currency: give it for the whole file.',
    );
  if (others.length > 0)
    throw new ServiceError(
      'BANK_FILE_UNREADABLE',
      `One account has one currency, the file has ${currencies.join(', ')}.`,
    );
  const given = period ?? (days && { firstDay: days.first, lastDay: days.last });
  if (given === null)
    throw new ServiceError(
      'BANK_FILE_UNREADABLE',
      'No line of the file has a day: see its column, or give the period of the statement.',
    );
  if (days && (days.first < given.firstDay || given.lastDay < days.last))
    throw new ServiceError(
      'INVALID_INPUT',
      `The file has lines from ${days.first} to ${days.last}: its period must hold them.`,
      { details: { field: 'period' } },
    );
  const latest = addDays(now.toISOString().slice(0, 10), 1);
  if (given.firstDay > latest)
    throw new ServiceError(
      'BANK_FILE_UNREADABLE',
      `All days of the file are in the future, from ${given.firstDay}: see the form of its dates.`,
    );
  return {
    currency,
    firstDay: given.firstDay,
    lastDay: [given.lastDay, latest].sort()[0] ?? latest,
  };
}
