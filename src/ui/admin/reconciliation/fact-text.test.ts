import { expect, test } from 'vitest';
import { factTexts } from './fact-text';

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
  expect(factTexts({ chargeCount: value }, 'USD')).toEqual([['Charge count', text]]);
});

test.each([
  [{ feeMinor: 30 }, 'USD', undefined, ['Fee', '$0.30']],
  [{ feeMinor: 1500 }, 'JPY', 'ja-JP', ['Fee', '¥1,500']],
  [{ storedExpectedMinor: -1250 }, 'EUR', 'de-DE', ['Stored expected', '-12,50\u00a0€']],
  [{ feeMinor: null }, 'USD', undefined, ['Fee', '–']],
  [{ feeMinor: 30 }, null, undefined, ['Fee', '30']],
  [{ feeMinor: 30, currency: 'EUR' }, 'USD', 'en-US', ['Fee', '€0.30']],
  [{ theirsMinor: 30, theirsCurrency: 'GBP', currency: 'EUR' }, 'USD', 'en-US', ['Theirs', '£0.30']],
])('%j, in %s for %s', (facts, currency, locale, text) => {
  expect(factTexts(facts, currency, locale)[0]).toEqual(text);
});
