import type { GuestIdOf } from '@/services/legacy/order-body';
import { present } from '@/services/legacy/present';
import type { SplitGroupView } from '@/services/splits/view';
import { major } from '../money';
import { paymentBody } from './payment';

/** The payments of a group, each with its participant. */
export function splitPaymentsBody(group: SplitGroupView, guestIdOf: GuestIdOf) {
  return group.participants.map((participant) => ({
    ...paymentBody(participant.payment, { guestIdOf }),
    paymentId: participant.payment.id,
    splitGroupId: group.id,
    participantId: participant.id,
    ...present({ participantName: participant.name, participantEmail: participant.email }),
  }));
}

/** How a group stands (legacy-contract 3.2). A participant's `amount` is the share without the own tip. */
export function splitStatusBody(group: SplitGroupView, guestIdOf: GuestIdOf) {
  const amount = (minor: number) => major(minor, group.currency);
  return {
    groupId: group.id,
    status: group.state,
    currency: group.currency,
    totalAmount: amount(group.totalMinor),
    paidAmount: amount(group.paidMinor),
    remainingAmount: amount(group.remainingMinor),
    completedParticipants: group.paidCount,
    totalParticipants: group.participantCount,
    progressPercentage: group.progressPercent,
    isComplete: group.isComplete,
    participants: group.participants.map((participant) => ({
      participantId: participant.id,
      participantName: participant.name ?? 'Guest',
      ...present({ guestSessionId: guestIdOf(participant.payment.guestPublicId) }),
      amount: amount(participant.amountMinor),
      tipAmount: amount(participant.tipMinor),
      hasPaid: participant.hasPaid,
      paymentId: participant.payment.id,
      status: participant.payment.status,
    })),
  };
}
