import { readSeatedGuests } from '@/db/sql/splits';
import type { Tx } from '@/db/transaction';
import { type Actor, isHouse } from '../actor';
import { notVisible, ServiceError } from '../errors';
import { newId } from '../ids';
import type { BillRow } from '../payments/plan';
import type { SplitPart } from './schemas';

/** A part with who pays it. */
export interface Participant {
  id: string;
  part: SplitPart;
  payer: string;
  guest: { guestSessionId: string; publicId: string } | null;
  customerId: string | null;
  name: string | null;
}

type SeatedGuest = { guestSessionId: string; publicId: string; userId: string | null; name: string | null };

/**
 * Who pays each part. A guest must sit at the bill's table. An account may be named by the restaurant, or when it belongs to
 * the bill anyway: a guest must not put payments into a stranger's list. Nobody has two parts, as each payer has one open payment.
 * @throws ServiceError NOT_VISIBLE, INVALID_INPUT
 */
export async function resolveParticipants(
  tx: Tx,
  actor: Actor,
  bill: readonly BillRow[],
  parts: readonly SplitPart[],
): Promise<Participant[]> {
  const tableSessionId = bill[0]?.tableSessionId ?? null;
  const seated =
    tableSessionId === null ? [] : await tx.query<SeatedGuest>(readSeatedGuests, [tableSessionId]);
  const known = new Set([
    ...('userId' in actor ? [actor.userId] : []),
    ...bill.map((order) => order.customerId),
    ...seated.map((guest) => guest.userId),
  ]);
  const mayNameAnyone = bill.every((order) => isHouse(actor, order.restaurantId));
  const participants = parts.map((part): Participant => {
    const guest = seated.find((one) => one.publicId === part.guestPublicId) ?? null;
    if (part.guestPublicId !== undefined && !guest) throw notVisible('Guest');
    const customerId = part.customerId ?? null;
    if (customerId !== null && !mayNameAnyone && !known.has(customerId)) throw notVisible('Customer');
    const id = newId();
    return {
      id,
      part,
      payer: payerOf(id, guest, customerId),
      guest,
      customerId,
      name: part.name ?? guest?.name ?? null,
    };
  });
  if (new Set(participants.map(({ payer }) => payer)).size < participants.length) {
    throw new ServiceError('INVALID_INPUT', 'Give each guest and each customer one part: add theirs up.', {
      details: { field: 'parts' },
    });
  }
  return participants;
}

/** Somebody without guest id or account is a payer of their own, whom nobody can sign in as. */
function payerOf(id: string, guest: SeatedGuest | null, customerId: string | null): string {
  if (guest) return `guest:${guest.guestSessionId}`;
  return customerId === null ? `split:${id}` : `user:${customerId}`;
}
