import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseHours, typedHours } from './hours';

test.each([
  ['', 0],
  ['8', 480],
  ['7.5', 450],
  ['7,25', 435],
  ['7:05', 425],
  ['48', 2880],
  ['48:01', undefined],
  ['7:60', undefined],
  ['-1', undefined],
  ['eight', undefined],
])('%j typed is %s minutes', (typed, minutes) => {
  expect(parseHours(typed)).toBe(minutes);
});

test('what is shown reads back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2880 }), (minutes) => parseHours(typedHours(minutes)) === minutes),
  );
});
