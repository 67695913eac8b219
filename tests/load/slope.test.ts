import { expect, test } from 'vitest';
import { slopeOf } from './slope';

test('a line is found again, and drawn on', () => {
  const points = [0, 1, 2, 5].map((x) => ({ x, y: 3 + 2 * x }));
  expect(slopeOf(points).slope).toBeCloseTo(2);
  expect(slopeOf(points).at(100)).toBeCloseTo(203);
});

test('noise around a level is no slope', () => {
  const points = Array.from({ length: 100 }, (_, x) => ({ x, y: 50 + (x % 2 === 0 ? 1 : -1) }));
  expect(Math.abs(slopeOf(points).slope)).toBeLessThan(0.01);
});

test('one point is no line', () => {
  expect(() => slopeOf([{ x: 1, y: 1 }])).toThrow('two different points');
  expect(() => slopeOf([])).toThrow('two different points');
});
