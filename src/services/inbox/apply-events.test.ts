import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lanesOf } from './apply-events';

const reference = (intentId: string) => ({ intentId, claimedId: null });

test('events of different orders get a lane each; those of one order share it, in their order', () => {
  const references = ['a', 'b', 'a', 'c'].map(reference);
  const locked = [
    { orderId: 'o1', intentId: 'a' },
    { orderId: 'o2', intentId: 'b' },
    { orderId: 'o1', intentId: 'c' },
  ];
  expect(lanesOf(references, locked)).toEqual({ lanes: [[1], [0, 2, 3]], unlocked: [] });
});

test('a payment of two orders joins the lanes of both', () => {
  const locked = [
    { orderId: 'o1', intentId: 'a' },
    { orderId: 'o2', intentId: 'b' },
    { orderId: 'o1', intentId: 'both' },
    { orderId: 'o2', intentId: 'both' },
  ];
  expect(lanesOf(['a', 'b', 'both'].map(reference), locked)).toEqual({ lanes: [[0, 1, 2]], unlocked: [] });
});

test('an event whose payment was not found has no lock, and no lane', () => {
  expect(lanesOf(['a', 'x'].map(reference), [{ orderId: 'o1', intentId: 'a' }])).toEqual({
    lanes: [[0]],
    unlocked: [1],
  });
});

test('always: each event once, in order within its lane, and no order in two lanes', () => {
  const intents = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 12 });
  const orders = fc.array(
    fc.record({
      orderId: fc.constantFrom('1', '2', '3', '4'),
      intentId: fc.constantFrom('a', 'b', 'c', 'd'),
    }),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(intents, orders, (names, locked) => {
      const { lanes, unlocked } = lanesOf(names.map(reference), locked);
      expect([...lanes.flat(), ...unlocked].sort((a, b) => a - b)).toEqual(names.map((_, i) => i));
      const laneOfOrder = new Map<string, number>();
      lanes.forEach((lane, k) => {
        expect(lane).toEqual(lane.toSorted((a, b) => a - b));
        const own = locked.filter((order) => lane.some((i) => names[i] === order.intentId));
        for (const { orderId } of own) {
          expect(laneOfOrder.get(orderId) ?? k).toBe(k);
          laneOfOrder.set(orderId, k);
        }
      });
    }),
  );
});
