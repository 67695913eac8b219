import { expect, test } from 'vitest';
import { factText } from './fact-text';

test.each([
  [true, 'yes'],
  [false, 'no'],
  [null, '–'],
  ['', '–'],
  ['PARTIALLY_REFUNDED', 'Partially refunded'],
  ['REFUND', 'Refund'],
  ['USD', 'USD'],
  ['ch_AbC', 'ch_AbC'],
  [0, '0'],
  [['a'], '["a"]'],
])('%j reads %s', (value, text) => {
  expect(factText(value)).toBe(text);
});
