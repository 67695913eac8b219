import { expect, it } from 'vitest';
import { targetText, valueText } from './kpi-text';

it.each([
  [99.99, 'percent', '99.99 %'],
  [100, 'percent', '100 %'],
  [1234.5, 'milliseconds', '1,234.5 ms'],
  [2.25, 'seconds', '2.25 s'],
  [0, 'count', '0'],
  [null, 'percent', 'not measured'],
] as const)('%d %s reads %s', (value, unit, text) => {
  expect(valueText({ value, unit })).toBe(text);
});

it('a target says on which side of it the figure should be', () => {
  expect(targetText({ target: { comparison: 'ABOVE', value: 99.9 }, unit: 'percent' })).toBe(
    'Target: above 99.9 %',
  );
  expect(targetText({ target: { comparison: 'EQUAL', value: 0 }, unit: 'count' })).toBe('Target: 0');
  expect(targetText({ target: null, unit: 'percent' })).toBeNull();
});
