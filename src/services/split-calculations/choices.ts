import { PPM_TOLERANCE, type SplitChoices, type SplitType } from '@/domain/split-calculation';
import { ServiceError } from '../errors';
import type { SplitState } from './state';

export const NO_CHOICES: SplitChoices = { percentages: [], amounts: [], items: [] };

/** Choices as a caller sends them: what is left out is not meant. */
export type SentChoices = {
  [Part in keyof SplitChoices]?: SplitChoices[Part] | undefined;
};

/** Of what was sent, what the type uses. What was left out stays as it was. */
export function choicesFor(type: SplitType, sent: SentChoices, before: SplitChoices): SplitChoices {
  switch (type) {
    case 'EQUAL':
      return NO_CHOICES;
    case 'BY_PERCENTAGE':
      return { ...NO_CHOICES, percentages: sent.percentages ?? before.percentages };
    case 'BY_AMOUNT':
      return { ...NO_CHOICES, amounts: sent.amounts ?? before.amounts };
    case 'BY_ITEMS':
      return { ...NO_CHOICES, items: sent.items ?? before.items };
  }
}

/** `rows` with those of `changes` in their place or after them: one per key, the last one counts. */
export function merged<Row>(
  rows: readonly Row[],
  changes: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  return [...new Map([...rows, ...changes].map((row) => [keyOf(row), row])).values()];
}

/**
 * Refuses guests and items that are not of this table. Ids are not repeated.
 * @throws ServiceError INVALID_INPUT
 */
export function assertOfTable(state: SplitState, participants: readonly string[], sent: SentChoices): void {
  const guests = new Set(state.guests.map((guest) => guest.publicId));
  const named = [
    ...participants,
    ...(sent.percentages ?? []).map((row) => row.guestPublicId),
    ...(sent.amounts ?? []).map((row) => row.guestPublicId),
    ...(sent.items ?? []).flatMap((row) => row.guestPublicIds),
  ];
  if (!named.every((id) => guests.has(id)))
    throw new ServiceError('INVALID_INPUT', 'Somebody named in this split does not sit at the table.', {
      details: { field: 'participants' },
    });
  const items = new Set(state.orders.flatMap((order) => order.items.map((item) => item.itemId)));
  if (!(sent.items ?? []).every((row) => items.has(row.itemId)))
    throw new ServiceError(
      'INVALID_INPUT',
      'An item of this split is not on the bill. Read the bill again.',
      {
        details: { field: 'items' },
      },
    );
}

/**
 * Whether what is sent says nothing else than what is stored. Payers send everything again right before they pay; of guests
 * who have paid it does not matter (legacy-contract 6, "Lock"). A unit of rounding is no other value: what is stored counts.
 */
export function agrees(stored: SplitChoices, sent: SentChoices, unpaid: readonly string[]): boolean {
  const ofUnpaid = (row: { guestPublicId: string }) => unpaid.includes(row.guestPublicId);
  const ppmOf = new Map(stored.percentages.map((row) => [row.guestPublicId, row.sharePpm]));
  const minorOf = new Map(stored.amounts.map((row) => [row.guestPublicId, row.amountMinor]));
  const guestsOf = new Map(stored.items.map((row) => [row.itemId, row.guestPublicIds]));
  return (
    (sent.percentages ?? [])
      .filter(ofUnpaid)
      .every((row) => Math.abs(row.sharePpm - (ppmOf.get(row.guestPublicId) ?? 0)) <= PPM_TOLERANCE) &&
    (sent.amounts ?? [])
      .filter(ofUnpaid)
      .every((row) => Math.abs(row.amountMinor - (minorOf.get(row.guestPublicId) ?? 0)) <= 1) &&
    (sent.items ?? []).every((row) => isSameSet(row.guestPublicIds, guestsOf.get(row.itemId) ?? []))
  );
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).size === new Set(b).size && a.every((id) => b.includes(id));
}
