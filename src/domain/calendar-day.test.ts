import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numRuns } from '@/domain/test-samples';
import { addDays, dayCount, daysApart } from './calendar-day';

const anyDay = fc.integer({ min: 0, max: 60_000 }).map((days) => addDays('1970-01-01', days));
const anyCount = fc.integer({ min: -40_000, max: 40_000 });

test.each([
  ['2026-12-31', 1, '2027-01-01'],
  ['2028-02-28', 1, '2028-02-29'],
  ['2100-02-28', 1, '2100-03-01'],
  ['2026-03-01', -1, '2026-02-28'],
  ['2026-11-24', 0, '2026-11-24'],
  ['2026-03-29', 1, '2026-03-30'],
])('%s and %d days is %s', (day, days, expected) => {
  expect(addDays(day, days)).toBe(expected);
  expect(daysApart(day, expected)).toBe(days);
});

test('a period counts its first and its last day', () => {
  expect(dayCount({ fromDay: '2026-11-24', toDay: '2026-11-24' })).toBe(1);
  expect(dayCount({ fromDay: '2026-01-01', toDay: '2026-12-31' })).toBe(365);
  expect(dayCount({ fromDay: '2026-11-24', toDay: '2026-11-23' })).toBe(0);
});

test('what is no day has no distance to any', () => {
  expect(daysApart('2026-11-24', '')).toBeNaN();
  expect(dayCount({ fromDay: 'soon', toDay: '2026-11-24' })).toBeNaN();
});

test('days that are added are the days apart, one after the other, and text order is their order', () => {
  fc.assert(
    fc.property(anyDay, anyCount, anyCount, (day, first, second) => {
      const later = addDays(day, first);
      expect(daysApart(day, later)).toBe(first);
      expect(addDays(later, second)).toBe(addDays(day, first + second));
      expect(addDays(later, -first)).toBe(day);
      expect(dayCount({ fromDay: day, toDay: later })).toBe(first + 1);
      if (day > '1900' && later > '1900') expect(later > day).toBe(first > 0);
    }),
    numRuns(),
  );
});
