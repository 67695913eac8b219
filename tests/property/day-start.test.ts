import fc from 'fast-check';
import { expect, test } from 'vitest';
import { businessDayBounds } from '@/domain/business-day';
import { dayStart, nextDay } from '@/ui/admin/day-start';

const ZONES = Intl.supportedValuesOf('timeZone');

test('a day of a page’s filter is the day that the books know for a place that closes at midnight', () => {
  const day = fc
    .date({ min: new Date('2000-01-01'), max: new Date('2037-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  fc.assert(
    fc.property(day, fc.constantFrom(...ZONES), (on, zone) => {
      const { start, end } = businessDayBounds(on, zone, 0);
      expect(dayStart(on, zone)).toEqual(start);
      expect(dayStart(nextDay(on), zone)).toEqual(end);
    }),
  );
});
