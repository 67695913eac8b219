import { describe, expect, it } from 'vitest';
import { NO_FACTS } from '@/services/legacy/event-facts';
import { type LiveEvent, liveEvent } from '@/services/live/events';
import { type Audience, wireEvents } from '.';
import { ALL_SAMPLES, FACTS, GUEST, PAYMENT, REFUND, SECRET, sample } from './test-samples';

const AUDIENCES: readonly Audience[] = ['guests', 'staff', 'both'];

function send(event: LiveEvent, audience: Audience = 'staff', facts = FACTS) {
  return wireEvents({ event, facts, audience });
}
/** The payload of the message; a table's new sums may follow it. */
function payloadOf(type: LiveEvent['type'], audience: Audience = 'staff', facts = FACTS) {
  const [wire, ...more] = send(sample(type), audience, facts);
  expect(more.filter(({ name }) => name !== 'table:session_updated')).toEqual([]);
  expect(wire?.name).toBe(type);
  return wire?.payload ?? {};
}

describe('every event, to every audience (legacy-contract 5.3)', () => {
  const all = ALL_SAMPLES.flatMap((event) =>
    AUDIENCES.map((audience) => [event.type, audience, event] as const),
  );

  it.each(all)('%s to %s is flat, has an eventId and a time, and no type', (_type, audience, event) => {
    expect(liveEvent.safeParse(event).error).toBeUndefined();
    for (const facts of [FACTS, NO_FACTS]) {
      for (const { payload } of send(event, audience, facts)) {
        expect([event.eventId, `${event.eventId}:session`]).toContain(payload.eventId);
        expect(payload.timestamp).toBe(event.at);
        expect(payload).not.toHaveProperty('type');
        expect(payload).not.toHaveProperty('data');
        if (event.restaurantId !== null) expect(payload.restaurantId).toBe('r1');
        if (event.tableSessionId !== null) expect(payload.tableSessionId).toBe('s1');
      }
    }
  });

  it.each(all)('%s to %s carries money as numbers, and nothing null', (_type, audience, event) => {
    for (const { payload } of send(event, audience)) {
      for (const [key, value] of entriesOf(payload)) {
        expect(value, key).not.toBeNull();
        if (/minor/i.test(key)) expect.fail(`${key} is in minor units`);
        if (/amount$|total$|^tip$|^tax$/i.test(key)) expect(typeof value, key).toBe('number');
      }
    }
  });

  it.each(ALL_SAMPLES.map((event) => [event.type, event] as const))(
    'the secret guest id of %s goes to guests of the table alone',
    (_type, event) => {
      for (const audience of ['staff', 'both'] as const) {
        expect(JSON.stringify(send(event, audience))).not.toContain(SECRET);
      }
    },
  );
});

describe('payments', () => {
  const unguarded = ['payment:created', 'payment:completed', 'payment:failed', 'payment:refunded'] as const;

  it.each(unguarded)(
    '%s has the amount that v1 R prints without looking, even when nothing is known',
    (type) => {
      const payload = payloadOf(type, 'staff', NO_FACTS);
      expect(payload.amount).toBeTypeOf('number');
      expect(payload.method).toBe('CREDIT_CARD');
      expect(payload).toMatchObject({
        paymentId: PAYMENT,
        orderId: 'o1',
        tableId: 't1',
        paymentMethod: 'CREDIT_CARD',
      });
    },
  );

  it('the amount is the total charged, with its parts beside', () => {
    expect(payloadOf('payment:completed')).toMatchObject({
      amount: 30.3,
      totalAmount: 30.3,
      subtotal: 25,
      taxAmount: 2,
      tip: 3.3,
      tipAmount: 3.3,
      currency: 'USD',
      status: 'COMPLETED',
      newStatus: 'COMPLETED',
      previousStatus: 'PENDING',
      method: 'DEBIT_CARD',
      payment: { id: PAYMENT, orderId: 'o1', amount: 30.3 },
      updatedAt: sample('payment:completed').at,
    });
  });

  it('guests get the id that they know each other by, staff the public one', () => {
    expect(payloadOf('payment:completed', 'guests').guestSessionId).toBe(SECRET);
    expect(payloadOf('payment:completed', 'staff').guestSessionId).toBe(GUEST);
    expect(payloadOf('payment:completed', 'both').guestSessionId).toBe(GUEST);
  });

  it('a refund says what went back, and of what; the reason is the staff’s', () => {
    const payload = payloadOf('payment:refunded');
    expect(payload).toMatchObject({
      amount: 10.1,
      refundAmount: 10.1,
      totalRefunded: 20.2,
      originalAmount: 30.3,
      originalPaymentId: PAYMENT,
      refundId: REFUND,
      reason: 'Cold soup',
    });
    for (const audience of ['guests', 'both'] as const) {
      expect(payloadOf('payment:refunded', audience)).not.toHaveProperty('reason');
    }
  });

  it('a cancellation says who called it off; why, to staff alone', () => {
    expect(payloadOf('payment:cancelled')).toMatchObject({
      cancelledBy: { participantId: GUEST, participantName: 'Ada' },
      reason: 'Wrong table',
    });
    const told = payloadOf('payment:cancelled', 'guests');
    expect(told.cancelledBy).toEqual({ participantId: SECRET, participantName: 'Ada' });
    expect(told).not.toHaveProperty('reason');
  });

  it('a failure has a text under both names, the bank’s own for staff alone', () => {
    expect(payloadOf('payment:failed')).toMatchObject({
      errorMessage: 'The bank declined the card.',
      error: 'The bank declined the card.',
    });
    expect(payloadOf('payment:failed', 'guests').errorMessage).toBe('The payment failed.');
  });

  it('yen have no decimals', () => {
    const event = { ...sample('payment:completed'), currency: 'JPY' } as LiveEvent;
    expect(send(event)[0]?.payload.amount).toBe(3030);
  });
});

describe('the other families', () => {
  it('analytics go out under the clients’ name and the requirements’, as one event', () => {
    const [first, second] = send(sample('analytics:updated'));
    expect([first?.name, second?.name]).toEqual(['analytics:update', 'analytics:updated']);
    expect(first?.payload).toEqual(second?.payload);
    expect(first?.payload).toMatchObject({
      restaurantId: 'r1',
      metric: 'payments',
      eventType: 'payments:changed',
      period: 'today',
      value: 60.6,
      currency: 'USD',
      transactions: 2,
      refundedAmount: 10.1,
    });
  });

  it('a word about figures from a node that does not tell them yet goes out without', () => {
    const { today: _, ...bare } = sample('analytics:updated') as Extract<
      LiveEvent,
      { type: 'analytics:updated' }
    >;
    expect(send(bare)[0]?.payload).toMatchObject({ restaurantId: 'r1', metric: 'payments' });
  });

  it('an order has its status under both names', () => {
    expect(payloadOf('order:status_updated')).toMatchObject({
      orderId: 'o1',
      tableId: 't1',
      status: 'READY',
      newStatus: 'READY',
      previousStatus: 'PREPARING',
      total: 27,
    });
  });

  it.each(['payment:completed', 'payment:refunded'] as const)(
    'guests hear after %s what their table has paid; staff do not',
    (type) => {
      const event = sample(type);
      const [, second, ...more] = send(event, 'guests', FACTS);
      expect(more).toEqual([]);
      expect(second).toMatchObject({
        name: 'table:session_updated',
        payload: {
          tableSessionId: 's1',
          tableId: 't1',
          status: 'ACTIVE',
          totalAmount: 30.3,
          paidAmount: 10.1,
        },
      });
      expect(send(event, 'staff', FACTS)).toHaveLength(1);
    },
  );

  it('a table session tells what C reads', () => {
    expect(payloadOf('table:session_updated', 'guests')).toMatchObject({
      tableId: 't1',
      sessionCode: 'ABC',
      status: 'ACTIVE',
      totalAmount: 30.3,
      paidAmount: 10.1,
    });
    expect(payloadOf('table:user_joined', 'guests').user).toEqual({
      id: SECRET,
      guestSessionId: SECRET,
      userName: 'Ada',
      isHost: true,
    });
  });

  it('a call for assistance names table and guest', () => {
    expect(payloadOf('assistance:requested')).toMatchObject({
      tableId: 't1',
      tableName: 'Table 1',
      customerName: 'Ada',
      urgency: 'normal',
      message: 'Table 1 asks for assistance (bill).',
      notificationId: expect.any(String),
    });
  });

  it('what a guest wrote is the message for the staff, and for nobody else', () => {
    const event = sample('assistance:requested');
    const facts = { ...FACTS, callWords: new Map([[event.eventId, 'A high chair, please']]) };
    const messages = AUDIENCES.map((audience) => send(event, audience, facts)[0]?.payload.message);
    const made = 'Table 1 asks for assistance (bill).';
    expect(messages).toEqual([made, 'A high chair, please', made]);
  });

  it('a group of shares tells its progress and its participants', () => {
    expect(payloadOf('payment:split_progress')).toMatchObject({
      totalAmount: 30,
      paidAmount: 10,
      remainingAmount: 20,
      progressPercentage: 33,
      completedParticipants: 1,
      totalParticipants: 3,
    });
    expect(payloadOf('payment:split_participant_updated')).toMatchObject({
      participantName: 'Ada',
      amount: 10,
      hasPaid: true,
    });
    expect(payloadOf('payment:split_completed').participants).toHaveLength(1);
    expect(payloadOf('payment:split_completed', 'staff', NO_FACTS).participants).toEqual([]);
    expect(payloadOf('payment:split_cancelled')).toMatchObject({
      cancelledBy: { participantName: 'Sam' },
      reason: 'They want one bill',
      refundsProcessed: 1,
    });
    expect(payloadOf('payment:split_cancelled', 'guests').cancelledBy).toEqual({});
    expect(payloadOf('payment:split_cancelled', 'guests')).not.toHaveProperty('reason');
  });

  it('the common calculation names who changed, locked or unlocked it', () => {
    expect(payloadOf('split:calculation_updated', 'guests')).toMatchObject({
      updatedBy: SECRET,
      splitType: 'EQUAL',
      tableName: 'Table 1',
      isTypeChange: true,
      isValueUpdate: false,
      splitCalculation: {
        splitType: 'EQUAL',
        participants: [SECRET],
        splitAmounts: { [SECRET]: 10.1 },
        totalAmount: 10.1,
        valid: true,
        isLocked: true,
        lockedBy: SECRET,
      },
    });
    expect(payloadOf('split:conflict_detected')).toMatchObject({
      tableName: 'Table 1',
      lockReason: 'PAYMENT_CREATED',
    });
    expect(payloadOf('split:calculation_locked', 'guests')).toMatchObject({
      lockedBy: SECRET,
      lockReason: 'PAYMENT_CREATED',
      lockedAt: expect.any(String),
    });
    expect(payloadOf('split:calculation_unlocked', 'guests')).toMatchObject({ unlockedBy: SECRET });
  });
});

/** Every key with its value, however deep. */
function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(
    ([key, part]) => [[key, part], ...entriesOf(part)] as [string, unknown][],
  );
}
