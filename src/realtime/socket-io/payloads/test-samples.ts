import { type EventFacts, NO_FACTS } from '@/services/legacy/event-facts';
import type { LiveEvent } from '@/services/live/events';

/** One live event of every type, for the tests beside. Amounts: 25.00 + 2.00 tax + 3.30 tip = 30.30. */

const at = '2026-11-23T12:00:00.000Z';
export const GUEST = '0190b5a0-0000-7000-8000-00000000000a';
export const PAYMENT = '0190b5a0-0000-7000-8000-00000000000b';
export const REFUND = '0190b5a0-0000-7000-8000-00000000000c';
const GROUP = '0190b5a0-0000-7000-8000-00000000000d';
export const SECRET = 'secret-guest-id';

let count = 0;
const base = () => ({
  eventId: `0190b5a0-0000-7000-8000-${String(count++).padStart(12, '0')}`,
  at,
  restaurantId: 'r1',
  orderId: null,
  tableSessionId: null,
  paymentId: null,
});
const payment = () => ({
  ...base(),
  orderId: 'o1',
  orderIds: ['o1'],
  tableSessionId: 's1',
  paymentId: PAYMENT,
  tableId: 't1',
  guestPublicId: GUEST,
  previousStatus: 'PENDING',
  status: 'COMPLETED',
  amountMinor: 2500,
  taxMinor: 200,
  tipMinor: 330,
  totalMinor: 3030,
  refundedMinor: 0,
  refundId: null,
  refundMinor: 0,
  currency: 'USD',
  method: 'CARD',
});
const split = () => ({
  ...base(),
  orderId: 'o1',
  orderIds: ['o1'],
  tableSessionId: 's1',
  paymentId: PAYMENT,
  splitGroupId: GROUP,
  splitType: 'EQUAL',
  previousStatus: 'OPEN',
  status: 'OPEN',
  currency: 'USD',
  totalMinor: 3000,
  paidMinor: 1000,
  totalParticipants: 3,
  paidParticipants: 1,
  participantId: PAYMENT,
  participantMinor: 1000,
});
const calculation = () => ({
  ...base(),
  tableSessionId: 's1',
  guestPublicId: GUEST,
  splitType: 'EQUAL' as const,
  currency: 'USD',
  isTypeChange: true,
  isValueUpdate: false,
  isLocked: true,
  lockedBy: GUEST,
  lockReason: 'PAYMENT_CREATED',
  lockedAt: at,
  calculation: {
    id: '0190b5a0-0000-7000-8000-00000000000c',
    round: 1,
    baseMinor: 1010,
    isComplete: true,
    participants: [GUEST],
    shares: [{ guestPublicId: GUEST, shareMinor: 1010, status: 'UNPAID' as const }],
    choices: { percentages: [], amounts: [], items: [] },
    updatedBy: GUEST,
    updatedAt: at,
  },
});
const session = () => ({
  ...base(),
  tableSessionId: 's1',
  tableId: 't1',
  previousStatus: null,
  status: 'ACTIVE',
  expiresAt: at,
});
const guest = () => ({ ...base(), tableSessionId: 's1', tableId: 't1', guestPublicId: GUEST, isHost: true });
const order = () => ({
  ...base(),
  orderId: 'o1',
  tableSessionId: 's1',
  tableId: 't1',
  previousStatus: 'PREPARING',
  status: 'READY',
  subtotalMinor: 2500,
  taxMinor: 200,
  tipMinor: 0,
  totalMinor: 2700,
  currency: 'USD',
});

/** A function per type, so that a new type without a sample does not compile. */
const SAMPLES: { [Type in LiveEvent['type']]: () => LiveEvent } = {
  'payment:created': () => ({
    ...payment(),
    type: 'payment:created',
    previousStatus: null,
    status: 'PENDING',
  }),
  'payment:status_updated': () => ({ ...payment(), type: 'payment:status_updated' }),
  'payment:processing': () => ({ ...payment(), type: 'payment:processing', status: 'PROCESSING' }),
  'payment:completed': () => ({ ...payment(), type: 'payment:completed' }),
  'payment:failed': () => ({ ...payment(), type: 'payment:failed', status: 'FAILED' }),
  'payment:cancelled': () => ({ ...payment(), type: 'payment:cancelled', status: 'CANCELLED' }),
  'payment:refunded': () => ({
    ...payment(),
    type: 'payment:refunded',
    status: 'PARTIALLY_REFUNDED',
    refundId: REFUND,
    refundMinor: 1010,
    refundedMinor: 2020,
  }),
  'dispute:created': () => ({ ...payment(), type: 'dispute:created', disputeId: 'd1', disputedMinor: 3030 }),
  'dispute:updated': () => ({ ...payment(), type: 'dispute:updated', disputeId: 'd1', disputeStatus: 'won' }),
  'payment:split_created': () => ({ ...split(), type: 'payment:split_created' }),
  'payment:split_participant_updated': () => ({ ...split(), type: 'payment:split_participant_updated' }),
  'payment:split_progress': () => ({ ...split(), type: 'payment:split_progress' }),
  'payment:split_completed': () => ({ ...split(), type: 'payment:split_completed', status: 'COMPLETED' }),
  'payment:split_cancelled': () => ({ ...split(), type: 'payment:split_cancelled', refundsProcessed: 1 }),
  'split:calculation_updated': () => ({ ...calculation(), type: 'split:calculation_updated' }),
  'split:calculation_locked': () => ({ ...calculation(), type: 'split:calculation_locked' }),
  'split:calculation_unlocked': () => ({ ...calculation(), type: 'split:calculation_unlocked' }),
  'split:conflict_detected': () => ({ ...calculation(), type: 'split:conflict_detected' }),
  'table:session_created': () => ({ ...session(), type: 'table:session_created' }),
  'table:session_updated': () => ({ ...session(), type: 'table:session_updated' }),
  'table:session_closed': () => ({ ...session(), type: 'table:session_closed', status: 'CLOSED' }),
  'table:user_joined': () => ({ ...guest(), type: 'table:user_joined' }),
  'table:user_left': () => ({ ...guest(), type: 'table:user_left' }),
  'assistance:requested': () => ({
    ...base(),
    type: 'assistance:requested',
    tableSessionId: 's1',
    tableId: 't1',
    guestPublicId: GUEST,
    requestType: 'bill',
  }),
  'order:created': () => ({ ...order(), type: 'order:created', previousStatus: null }),
  'order:updated': () => ({ ...order(), type: 'order:updated' }),
  'order:status_updated': () => ({ ...order(), type: 'order:status_updated' }),
  'webhook:dead': () => ({
    ...base(),
    restaurantId: null,
    type: 'webhook:dead',
    stripeEventId: 'evt_1',
    stripeEventType: 'charge.updated',
  }),
  'reconciliation:finished': () => ({
    ...base(),
    type: 'reconciliation:finished',
    runId: 'run1',
    status: 'FINISHED',
    discrepancies: 2,
  }),
  'analytics:updated': () => ({
    ...base(),
    type: 'analytics:updated',
    today: {
      businessDay: '2026-11-23',
      currency: 'USD',
      grossMinor: 6060,
      tipMinor: 660,
      refundedMinor: 1010,
      successful: 2,
      refunds: 1,
    },
  }),
};

export const ALL_SAMPLES: readonly LiveEvent[] = Object.values(SAMPLES).map((make) => make());

export function sample(type: LiveEvent['type']): LiveEvent {
  return SAMPLES[type]();
}

/** What the database says about the things in the samples. */
export const FACTS: EventFacts = {
  ...NO_FACTS,
  payments: new Map([[PAYMENT, { cardFunding: 'debit', staffFailureReason: 'The bank declined the card.' }]]),
  refundReasons: new Map([[REFUND, 'Cold soup']]),
  guests: new Map([[GUEST, { guestSessionId: SECRET, name: 'Ada' }]]),
  tableNames: new Map([['t1', 'Table 1']]),
  sessions: new Map([
    [
      's1',
      {
        tableId: 't1',
        code: 'ABC',
        status: 'ACTIVE',
        expiresAt: new Date(at),
        currency: 'USD',
        totalMinor: 3030,
        paidMinor: 1010,
      },
    ],
  ]),
  participants: new Map([
    [
      GROUP,
      [
        {
          participantId: SECRET,
          name: 'Ada',
          paymentId: PAYMENT,
          amountMinor: 1000,
          tipMinor: 10,
          status: 'COMPLETED',
        },
      ],
    ],
  ]),
  cancellations: new Map([
    [PAYMENT, { guestPublicId: GUEST, userName: null, reason: 'Wrong table' }],
    [GROUP, { guestPublicId: null, userName: 'Sam', reason: 'They want one bill' }],
  ]),
};
