import { expect, test } from 'vitest';
import { REASONS, wordsOf } from './words';

test.each(REASONS)('%s is told to people in a sentence', (reason) => {
  expect(wordsOf(reason)).toMatch(/^[A-Z].{15,}\.$/);
});

test('a reason that is not ours stands for itself', () => {
  expect(wordsOf('SOMETHING_ELSE')).toBe('SOMETHING_ELSE');
});
