import { isCaptured } from '@/domain/payment/status';
import type { ParticipantFacts } from '@/services/legacy/event-facts';
import { present } from '@/services/legacy/present';
import { splitBody, splitLockBody } from '@/services/legacy/split-body';
import {
  cancellationOf,
  type EventOf,
  guestIdFor,
  major,
  placeOf,
  type Source,
  type WireEvent,
} from './common';

/** A bill paid in parts. `participants` are as they stand now; each is named by its payment, which staff act on. */
export function splitPaymentPayload(source: Source<EventOf<'payment:split_created'>>): WireEvent {
  const { event, facts } = source;
  const { currency } = event;
  const participants = (facts.participants.get(event.splitGroupId) ?? []).map((participant) =>
    participantBody(participant, currency),
  );
  const moved = participants.find(({ paymentId }) => paymentId === event.paymentId);
  return {
    name: event.type,
    payload: {
      ...placeOf(source),
      groupId: event.splitGroupId,
      currency,
      ...(moved ?? {}),
      totalAmount: major(event.totalMinor, currency),
      paidAmount: major(event.paidMinor, currency),
      remainingAmount: major(Math.max(0, event.totalMinor - event.paidMinor), currency),
      completedParticipants: event.paidParticipants,
      totalParticipants: event.totalParticipants,
      progressPercentage: percentOf(event.paidMinor, event.totalMinor),
      participants,
      ...(event.type === 'payment:split_cancelled' && {
        ...cancellationOf(source, event.splitGroupId),
        refundsProcessed: event.refundsProcessed ?? 0,
      }),
    },
  };
}

/** The table's common calculation as it is now; who did it is a guest, or nobody for staff and time. */
export function splitCalculationPayload(source: Source<EventOf<'split:calculation_updated'>>): WireEvent {
  const { event, facts } = source;
  const guestIdOf = (publicId: string | null) => guestIdFor(source, publicId);
  const guestSessionId = guestIdOf(event.guestPublicId);
  const body = {
    ...placeOf(source),
    ...present({ guestSessionId }),
    splitType: event.splitType,
    ...splitLockBody(event, guestIdOf),
  };
  switch (event.type) {
    case 'split:calculation_locked':
    case 'split:conflict_detected':
      return { name: event.type, payload: body };
    case 'split:calculation_unlocked':
      return { name: event.type, payload: { ...body, ...present({ unlockedBy: guestSessionId }) } };
    case 'split:calculation_updated': {
      const { calculation, currency, tableSessionId, splitType, isTypeChange, isValueUpdate } = event;
      const userName = event.guestPublicId === null ? null : facts.guests.get(event.guestPublicId)?.name;
      const split = { ...calculation, currency, tableSessionId, type: splitType, lock: event };
      return {
        name: event.type,
        payload: {
          ...body,
          ...present({ updatedBy: guestSessionId, updatedUser: userName }),
          isTypeChange,
          isValueUpdate,
          splitCalculation: splitBody({ ...split, stampedAt: event.at }, guestIdOf),
        },
      };
    }
  }
}

function participantBody(
  { name, paymentId, amountMinor, tipMinor, status }: ParticipantFacts,
  currency: string,
) {
  return {
    participantId: paymentId,
    paymentId,
    participantName: name ?? 'Guest',
    amount: major(amountMinor, currency),
    tipAmount: major(tipMinor, currency),
    hasPaid: isCaptured(status),
    status,
  };
}

/** Whole percent, rounded down: 100 means all. */
function percentOf(partMinor: number, totalMinor: number): number {
  return totalMinor === 0 ? 0 : Math.floor((partMinor * 100) / totalMinor);
}
