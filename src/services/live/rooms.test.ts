import { expect, test } from 'vitest';
import type { LiveEvent } from './events';
import { isInRoom, roomKeysOf } from './rooms';

const base = {
  eventId: 'e',
  at: '2026-01-01T00:00:00.000Z',
  restaurantId: 'r',
  tableSessionId: 's',
  paymentId: 'p',
};
const payment = {
  ...base,
  type: 'payment:completed',
  orderId: 'o1',
  orderIds: ['o1', 'o2'],
} as unknown as LiveEvent;
const of = (change: object) => ({ ...payment, ...change }) as unknown as LiveEvent;

test('a payment is heard by who watches it, its orders, its table, its restaurant, all, and by the platform', () => {
  expect(roomKeysOf(payment).toSorted()).toEqual(
    ['admin', 'order:o1', 'order:o2', 'payment:p', 'platform', 'restaurant:r', 'tableSession:s'].toSorted(),
  );
  expect(isInRoom(payment, { kind: 'order', restaurantId: 'r', orderId: 'o2' })).toBe(true);
  expect(isInRoom(payment, { kind: 'order', restaurantId: 'r', orderId: 'o3' })).toBe(false);
});

test('a fixed split is heard at every order that its shares cover; one told before that was kept, at its first', () => {
  const split = of({ type: 'payment:split_progress', paymentId: null });
  expect(roomKeysOf(split)).toEqual(expect.arrayContaining(['order:o1', 'order:o2']));
  const { orderIds: _, ...older } = split as LiveEvent & { orderIds: unknown };
  expect(roomKeysOf(older as LiveEvent)).toContain('order:o1');
});

test.each(['dispute:created', 'dispute:updated', 'analytics:updated'] as const)(
  '%s is no guest’s business',
  (type) => {
    expect(roomKeysOf(of({ type })).toSorted()).toEqual(['admin', 'restaurant:r']);
  },
);

test.each(['webhook:dead', 'reconciliation:finished'] as const)(
  '%s of no restaurant is the platform staff’s alone',
  (type) => {
    expect(roomKeysOf(of({ restaurantId: null, type }))).toEqual(['admin']);
  },
);

test('an id that looks like another kind’s room opens nothing', () => {
  const event = of({ orderIds: ['x'], orderId: 'x', paymentId: null, tableSessionId: 'payment:p' });
  expect(isInRoom(event, { kind: 'payment', restaurantId: 'r', paymentId: 'p' })).toBe(false);
});
