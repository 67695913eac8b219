import { expect, test } from 'vitest';
import { pauseAfter } from './analytics-announcer';

test('telling of moved figures rests in proportion to its work, at most twice a second and at least every five', () => {
  expect([0, 10, 25, 64, 250, 60_000].map(pauseAfter)).toEqual([500, 500, 500, 1_280, 5_000, 5_000]);
});
