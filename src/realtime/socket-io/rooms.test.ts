import { describe, expect, it } from 'vitest';
import { idOf, parseRoom, paymentRooms, roomKey } from './rooms';

describe('rooms (legacy-contract 5.2)', () => {
  it.each([
    ['restaurant:r1', { kind: 'restaurant', id: 'r1' }],
    ['restaurant:r1:payments', { kind: 'restaurantPayments', id: 'r1' }],
    ['restaurant:a:b', { kind: 'restaurant', id: 'a:b' }],
    ['kitchen:r1', { kind: 'kitchen', id: 'r1' }],
    ['staff:r1', { kind: 'staff', id: 'r1' }],
    ['session:s1', { kind: 'tableSession', id: 's1' }],
    ['payment:p1', { kind: 'payment', id: 'p1' }],
    ['order:o1', { kind: 'order', id: 'o1' }],
    ['admin:payments', { kind: 'admin', id: 'payments' }],
    ['admin:system', { kind: 'admin', id: 'system' }],
  ])('%s is a room', (name, room) => {
    expect(parseRoom(name)).toEqual(room);
  });

  it.each([
    'restaurant:undefined',
    'restaurant:null',
    'restaurant:undefined:payments',
    'restaurant::payments',
    'restaurant:',
    'restaurant',
    'admin:root',
    'guest:secret',
    'tableSession:s1',
    'constructor:x',
    '__proto__:x',
    '',
    ':r1',
    `restaurant:${'x'.repeat(256)}`,
    'restaurant:a\0b',
    7,
    null,
    undefined,
    { toString: () => 'restaurant:r1' },
    ['restaurant:r1'],
  ])('%j is no room', (name) => {
    expect(parseRoom(name)).toBeNull();
  });

  it('no two rooms share a name inside, whatever the ids hold', () => {
    expect(roomKey({ kind: 'restaurant', id: 'x:payments' })).not.toBe(
      roomKey({ kind: 'restaurantPayments', id: 'x' }),
    );
  });

  it('join:payment names up to three rooms, and none for what became the text undefined', () => {
    expect(paymentRooms({ paymentId: 'p1', orderId: 'o1', restaurantId: 'r1' })).toEqual([
      { kind: 'payment', id: 'p1' },
      { kind: 'order', id: 'o1' },
      { kind: 'restaurantPayments', id: 'r1' },
    ]);
    expect(paymentRooms({ paymentId: 'p1', orderId: undefined, restaurantId: 'undefined' })).toEqual([
      { kind: 'payment', id: 'p1' },
    ]);
    for (const body of [null, undefined, 'p1', 7, [], {}]) expect(paymentRooms(body)).toEqual([]);
  });

  it('an id is text of at most 255 characters', () => {
    expect(idOf('x'.repeat(255))).toHaveLength(255);
    expect(idOf(7)).toBeNull();
  });
});
