import type { ServiceContext } from '@/services/context';
import { ServiceError } from '@/services/errors';
import { PPM_PER_PERCENT } from '@/services/legacy/split-body';
import { getTableStatus, readGuestIds } from '@/services/table-sessions';
import { text, texts } from './fields';
import { requiredMinorOf } from './money';

/** What the legacy wire calls things, in the service's words: guests by public id, minor units, parts per million. */
export interface SplitWords {
  currency: string;
  /** @throws ServiceError INVALID_INPUT for who is no guest of the table */
  guest(wireId: string): string;
}

const SPLIT_TYPES = ['EQUAL', 'BY_PERCENTAGE', 'BY_AMOUNT', 'BY_ITEMS'] as const;

/** @throws ServiceError NOT_VISIBLE, UNAUTHENTICATED */
export async function splitWords(ctx: ServiceContext, tableSessionId: string): Promise<SplitWords> {
  const [{ currency }, ids] = await Promise.all([
    getTableStatus(ctx, { tableSessionId }),
    readGuestIds(ctx, { tableSessionId }),
  ]);
  const publicIds = new Map([...ids].map(([publicId, wireId]) => [wireId, publicId]));
  return {
    currency,
    guest(wireId) {
      const publicId = publicIds.get(wireId) ?? (ids.has(wireId) ? wireId : undefined);
      if (publicId !== undefined) return publicId;
      throw new ServiceError('INVALID_INPUT', 'Somebody named in this split does not sit at the table.', {
        details: { field: 'participants' },
      });
    },
  };
}

/** @throws ServiceError INVALID_INPUT */
export function splitTypeOf(value: unknown): (typeof SPLIT_TYPES)[number] {
  const wanted = text(value)?.toUpperCase();
  const found = SPLIT_TYPES.find((type) => type === wanted);
  if (found) return found;
  throw new ServiceError('INVALID_INPUT', `Send splitType: one of ${SPLIT_TYPES.join(', ')}.`, {
    details: { field: 'splitType' },
  });
}

/** Participants, and the maps `percentages`, `amounts`, `itemAssignments`; what is absent stays absent. */
export function splitChoicesOf(body: Readonly<Record<string, unknown>>, words: SplitWords) {
  const participants = texts(body.participants)?.map(words.guest);
  const percentages = entriesOf(body.percentages, 'percentages')?.map(([id, value]) => ({
    guestPublicId: words.guest(id),
    sharePpm: ppmOf(value, 'percentages'),
  }));
  const amounts = entriesOf(body.amounts, 'amounts')?.map(([id, value]) => ({
    guestPublicId: words.guest(id),
    amountMinor: requiredMinorOf(value, words.currency, 'amounts'),
  }));
  const items = itemsOf(body, words);
  return {
    ...(participants === undefined ? {} : { participants }),
    ...(percentages === undefined ? {} : { percentages }),
    ...(amounts === undefined ? {} : { amounts }),
    ...(items === undefined ? {} : { items }),
  };
}

/** Item -> guest, several guests, or nobody (null, empty). */
export function itemsOf(body: Readonly<Record<string, unknown>>, words: SplitWords) {
  return entriesOf(body.itemAssignments, 'itemAssignments')?.map(([itemId, value]) => ({
    itemId,
    guestPublicIds: (Array.isArray(value) ? (texts(value) ?? []) : [text(value) ?? ''])
      .filter((id) => id !== '')
      .map(words.guest),
  }));
}

/**
 * Parts per million of a percentage, number or numeric text; further decimals are rounded. Of numbers up to 100 a double has
 * digits enough for that, and no money is computed from it. @throws ServiceError INVALID_INPUT
 */
export function ppmOf(value: unknown, field: string): number {
  const given = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof given !== 'number' || !Number.isFinite(given) || given < 0 || given > 100) {
    throw new ServiceError('INVALID_INPUT', `Change ${field}: send percentages from 0 to 100.`, {
      details: { field },
    });
  }
  return Math.round(given * PPM_PER_PERCENT);
}

/** The entries of a map; undefined: none was sent. */
function entriesOf(value: unknown, field: string): [string, unknown][] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object' && !Array.isArray(value)) return Object.entries(value);
  throw new ServiceError('INVALID_INPUT', `Change ${field}: send an object.`, { details: { field } });
}
