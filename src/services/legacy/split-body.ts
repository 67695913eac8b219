import { toMajorNumber } from '@/domain/money';
import type { SplitCalculationView } from '../split-calculations/view';
import type { GuestIdOf } from './order-body';
import { present } from './present';

/** One percent in parts per million. */
export const PPM_PER_PERCENT = 10_000;

/** What the wire's SplitCalc is made from; live events carry the same. */
type SplitBodySource = Pick<
  SplitCalculationView,
  | 'id'
  | 'tableSessionId'
  | 'currency'
  | 'type'
  | 'baseMinor'
  | 'isComplete'
  | 'participants'
  | 'shares'
  | 'choices'
  | 'updatedBy'
  | 'updatedAt'
> & { stampedAt: string; lock: Pick<SplitCalculationView['lock'], keyof LockFields> };

type LockFields = { isLocked: true; lockedBy: true; lockReason: true; lockedAt: true };

/**
 * SplitCalc of legacy-contract 3.1 as both legacy doors send it: maps by guest, major units, percent, numbers throughout.
 * What is not there is left out; a null object breaks v2.
 */
export function splitBody(split: SplitBodySource, guestIdOf: GuestIdOf) {
  const { currency, choices, lock } = split;
  const id = (publicId: string) => guestIdOf(publicId) ?? publicId;
  const byGuest = <Row extends { guestPublicId: string }>(rows: readonly Row[], pick: (row: Row) => number) =>
    Object.fromEntries(rows.map((row) => [id(row.guestPublicId), pick(row)]));
  const money = (amountMinor: number) => toMajorNumber(amountMinor, currency);
  return {
    id: split.id,
    splitCalculationId: split.id,
    tableSessionId: split.tableSessionId,
    splitType: split.type,
    participants: split.participants.map(id),
    splitAmounts: byGuest(split.shares, (share) => money(share.shareMinor)),
    totalAmount: money(split.baseMinor),
    ...present({
      percentages:
        split.type === 'BY_PERCENTAGE'
          ? byGuest(choices.percentages, (row) => row.sharePpm / PPM_PER_PERCENT)
          : null,
      amounts: split.type === 'BY_AMOUNT' ? byGuest(choices.amounts, (row) => money(row.amountMinor)) : null,
      itemAssignments: split.type === 'BY_ITEMS' ? assignments(choices.items, id) : null,
    }),
    valid: split.isComplete,
    timestamp: split.stampedAt,
    lastUpdatedBy: id(split.updatedBy),
    lastUpdatedAt: split.updatedAt,
    updatedBy: id(split.updatedBy),
    updatedAt: split.updatedAt,
    ...splitLockBody(lock, guestIdOf),
  };
}

/** How a lock stands, in every answer that tells of one. */
export function splitLockBody(lock: SplitBodySource['lock'], guestIdOf: GuestIdOf) {
  return {
    isLocked: lock.isLocked,
    ...present({
      lockedBy: guestIdOf(lock.lockedBy),
      lockedAt: lock.lockedAt,
      lockReason: lock.lockReason,
    }),
  };
}

/** One guest as the client writes it, several as a list. */
function assignments(
  items: SplitBodySource['choices']['items'],
  id: (publicId: string) => string,
): Record<string, string | string[]> {
  return Object.fromEntries(
    items
      .filter((item) => item.guestPublicIds.length > 0)
      .map(({ itemId, guestPublicIds }) => {
        const guests = guestPublicIds.map(id);
        return [itemId, guests.length === 1 ? (guests[0] ?? '') : guests];
      }),
  );
}
