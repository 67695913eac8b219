import fc from 'fast-check';
import { expect, it } from 'vitest';
import { statementSuffix } from './statement-suffix';

it.each([
  ['Café Zoë', 'Cafe Zoe'],
  ['Luigi\'s "Best" <Pizza>*', 'Luigis Best Pizza'],
  ['The Very Long Name Of A Restaurant', 'The Very Long Name Of'],
  ['寿司', null],
  ['24 7', null],
  ['', null],
  [null, null],
])('%j becomes %j', (name, expected) => {
  expect(statementSuffix(name)).toBe(expected);
});

it('is null or acceptable to Stripe, for any name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      const suffix = statementSuffix(name);
      if (suffix === null) return;
      expect(suffix).toMatch(/^(?=.*[A-Za-z])[\x21-\x7e](?:[\x20-\x7e]{0,20}[\x21-\x7e])?$/);
      expect(suffix).not.toMatch(/[<>\\'"*]/);
    }),
  );
});
