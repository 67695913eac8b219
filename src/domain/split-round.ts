import { sumMinor } from '@/domain/money';
import { isCaptured, isOpen, type PaymentStatus } from '@/domain/payment/status';
import { capTo } from '@/domain/split-calculation';

/**
 * A round of a live split: from its first payment on its base and shares are frozen, until everybody has paid. Otherwise a
 * payer of 40 % would get 40 % of what the one before left (legacy-contract 6, "Frozen base").
 */

/** A payment of a share. `amountMinor`: its part of the bill, without the own tip. */
export interface SharePayment {
  guestPublicId: string;
  status: PaymentStatus;
  amountMinor: number;
}

type ShareStatus = 'UNPAID' | 'PAYING' | 'PAID';

/** What a participant owes now, is paying, or has paid. */
export interface RoundShare {
  guestPublicId: string;
  shareMinor: number;
  status: ShareStatus;
}

/** Whether a payment keeps the round as it is: money is under way, or here and not all given back. */
export function countsInRound(payment: Pick<SharePayment, 'status'>): boolean {
  return isOpen(payment.status) || (isCaptured(payment.status) && payment.status !== 'REFUNDED');
}

/**
 * Shares as they can be paid. Who has paid or is paying keeps that amount; the others their share, but together never more
 * than what is due beside the open ones, so the last payer pays the exact remainder whatever else was paid on the bill.
 * @param shares frozen, or of the bill as it is; in the fixed order of the participants
 * @param dueMinor what the bill owes, open payments not taken off
 */
export function roundShares(
  shares: readonly { guestPublicId: string; shareMinor: number }[],
  payments: readonly SharePayment[],
  dueMinor: number,
): RoundShare[] {
  const counted = payments.filter(countsInRound);
  const held = counted.filter((payment) => isOpen(payment.status));
  const leftMinor = Math.max(0, dueMinor - sumMinor(held.map((payment) => payment.amountMinor)));
  const rows = shares.map((share) => {
    const own = counted.filter((payment) => payment.guestPublicId === share.guestPublicId);
    if (own.length === 0) return { ...share, status: 'UNPAID' as const };
    return {
      guestPublicId: share.guestPublicId,
      shareMinor: sumMinor(own.map((payment) => payment.amountMinor)),
      status: own.some((payment) => isOpen(payment.status)) ? ('PAYING' as const) : ('PAID' as const),
    };
  });
  const unpaid = rows.filter((row) => row.status === 'UNPAID');
  const payable = capTo(
    leftMinor,
    unpaid.map((row) => row.shareMinor),
  );
  return rows.map((row) => {
    if (row.status !== 'UNPAID') return row;
    return { ...row, shareMinor: payable[unpaid.indexOf(row)] ?? 0 };
  });
}

/** Nobody of the round has anything left to pay, and somebody has paid: what is due from now on is a new round's. */
export function isRoundOver(
  shares: readonly RoundShare[],
  payments: readonly Pick<SharePayment, 'status'>[],
): boolean {
  const counted = payments.filter(countsInRound);
  if (counted.length === 0 || counted.some((payment) => isOpen(payment.status))) return false;
  return shares.every((share) => share.status === 'PAID' || share.shareMinor === 0);
}
