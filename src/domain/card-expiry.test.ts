import { expect, it } from 'vitest';
import { isCardExpired } from './card-expiry';

const at = (iso: string) => new Date(iso);

it.each([
  ['within its month', { expMonth: 11, expYear: 2026 }, '2026-11-30T23:59:59Z', false],
  ['while the month ends in the west', { expMonth: 11, expYear: 2026 }, '2026-12-01T11:59:59Z', false],
  ['once it has ended everywhere', { expMonth: 11, expYear: 2026 }, '2026-12-01T12:00:00Z', true],
  ['December, in January', { expMonth: 12, expYear: 2026 }, '2027-01-02T00:00:00Z', true],
  ['December, in December', { expMonth: 12, expYear: 2026 }, '2026-12-31T00:00:00Z', false],
  ['with a month alone', { expMonth: 1, expYear: null }, '2099-01-01T00:00:00Z', false],
  ['with a year alone', { expMonth: null, expYear: 2020 }, '2099-01-01T00:00:00Z', false],
  ['without an expiry', { expMonth: null, expYear: null }, '2099-01-01T00:00:00Z', false],
])('%s', (_when, card, now, isExpired) => {
  expect(isCardExpired(card, at(now))).toBe(isExpired);
});
