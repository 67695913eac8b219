import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lanesOf } from './apply-events';

const reference = (intentId: string) => ({ intentId, claimedId: null });
const order = (orderId: string, intentId: string, tableSessionId: string | null = null) => ({
  orderId,
  intentId,
  tableSessionId,
});

test('events of different orders get a lane each; those of one order share it, in their order', () => {
  const references = ['a', 'b', 'a', 'c'].map(reference);
  const locked = [order('o1', 'a'), order('o2', 'b'), order('o1', 'c')];
  expect(lanesOf(references, locked)).toEqual({ lanes: [[1], [0, 2, 3]], unlocked: [] });
});

test('a payment of two orders joins the lanes of both', () => {
  const locked = [order('o1', 'a'), order('o2', 'b'), order('o1', 'both'), order('o2', 'both')];
  expect(lanesOf(['a', 'b', 'both'].map(reference), locked)).toEqual({ lanes: [[0, 1, 2]], unlocked: [] });
});

test('an event whose payment was not found has no lock, and no lane', () => {
  expect(lanesOf(['a', 'x'].map(reference), [order('o1', 'a')])).toEqual({
    lanes: [[0]],
    unlocked: [1],
  });
});

test('payments of one table share a lane, whatever their orders', () => {
  const locked = [order('o1', 'a', 't1'), order('o2', 'b', 't2'), order('o3', 'c', 't1')];
  expect(lanesOf(['a', 'b', 'c'].map(reference), locked)).toEqual({ lanes: [[1], [0, 2]], unlocked: [] });
});

test('always: each event once, in order within its lane, and no order or table in two lanes', () => {
  const intents = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 12 });
  const orders = fc.array(
    fc.record({
      orderId: fc.constantFrom('1', '2', '3', '4'),
      intentId: fc.constantFrom('a', 'b', 'c', 'd'),
      tableSessionId: fc.constantFrom(null, 't', 'u'),
    }),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(intents, orders, (names, locked) => {
      const { lanes, unlocked } = lanesOf(names.map(reference), locked);
      expect([...lanes.flat(), ...unlocked].sort((a, b) => a - b)).toEqual(names.map((_, i) => i));
      const laneOfName = new Map<string, number>();
      lanes.forEach((lane, k) => {
        expect(lane).toEqual(lane.toSorted((a, b) => a - b));
        const own = locked.filter(({ intentId }) => lane.some((i) => names[i] === intentId));
        for (const name of own.flatMap(({ orderId, tableSessionId }) => [
          orderId,
          tableSessionId ?? orderId,
        ])) {
          expect(laneOfName.get(name) ?? k).toBe(k);
          laneOfName.set(name, k);
        }
      });
    }),
  );
});
