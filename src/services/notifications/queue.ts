import {
  insertNotification,
  readAddress,
  readMembersToTell,
  readParticipantToTell,
} from '@/db/sql/notifications';
import type { Tx } from '@/db/transaction';
import { newId, newToken } from '../ids';

export type NotificationKind =
  | 'PAYMENT_COMPLETED'
  | 'PAYMENT_FAILED'
  | 'PAYMENT_REFUNDED'
  | 'SHARE_REMINDER'
  | 'DISPUTE_OPENED';

/** Someone with an account, whose address is looked up when the mail is sent, or an address that somebody gave. */
export type Recipient = { userId: string } | { email: string };

export interface NewNotification {
  kind: NotificationKind;
  /** Names the fact and its reader, e.g. `completed:<payment id>`: told once, however often it is queued. */
  factKey: string;
  restaurantId: string;
  paymentId: string | null;
  to: Recipient;
  /** Ids and amounts only: what the text needs beside the payment itself (texts/facts.ts). */
  details?: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * Queues a mail in the transaction that causes it, so that it is sent exactly if its fact exists; a worker sends it after
 * the commit (send.ts). Whether its reader wants it is decided then.
 */
export async function queueNotification(tx: Tx, wanted: NewNotification): Promise<void> {
  const { to } = wanted;
  await tx.query(insertNotification, [
    newId(),
    wanted.kind,
    wanted.factKey,
    wanted.restaurantId,
    wanted.paymentId,
    'userId' in to ? to.userId : null,
    'email' in to ? to.email : null,
    JSON.stringify(wanted.details ?? {}),
    newToken(),
  ]);
}

/** Whom to tell, without `to`. */
export type Told = Omit<NewNotification, 'to'>;

/**
 * Tells who pays: the participant of the split that the payment belongs to, by the address that was given for them, else the
 * account that pays. A guest without either is told nothing.
 */
export async function tellPayer(
  tx: Tx,
  payment: Payer & { restaurantId: string },
  told: Omit<Told, 'paymentId' | 'restaurantId'>,
): Promise<void> {
  const to = await payerOf(tx, payment);
  if (to === null) return;
  await queueNotification(tx, { ...told, paymentId: payment.id, restaurantId: payment.restaurantId, to });
}

/** The address that the payer's mails go to now; null: none is known. */
export async function payerAddress(tx: Tx, payment: Payer): Promise<string | null> {
  const to = await payerOf(tx, payment);
  if (to === null || 'email' in to) return to?.email ?? null;
  return (await tx.maybeOne<{ email: string }>(readAddress, [to.userId]))?.email ?? null;
}

/** A payment, as far as it says who pays. */
type Payer = { id: string; customerId: string | null; splitGroupId: string | null };

async function payerOf(tx: Tx, payment: Payer): Promise<Recipient | null> {
  const participant =
    payment.splitGroupId === null
      ? null
      : await tx.maybeOne<{ email: string }>(readParticipantToTell, [payment.id]);
  if (participant) return { email: participant.email };
  return payment.customerId === null ? null : { userId: payment.customerId };
}

/** Tells the owners and the staff of the restaurant, each by a mail of their own. */
export async function tellRestaurant(tx: Tx, told: Told): Promise<void> {
  const members = await tx.query<{ userId: string }>(readMembersToTell, [told.restaurantId]);
  for (const to of members) {
    await queueNotification(tx, { ...told, factKey: `${told.factKey}:${to.userId}`, to });
  }
}
