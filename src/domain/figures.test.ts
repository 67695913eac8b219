import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dayCount } from '@/domain/calendar-day';
import {
  averageMinor,
  averagesByWeekday,
  busiestHours,
  growthPercent,
  hoursNotOver,
  percentOf,
  precedingDays,
  weekdayOf,
} from './figures';

const day = fc.integer({ min: 0, max: 40_000 }).map((n) => addDays('1990-01-01', n));

describe('shares and changes', () => {
  it('a share has two decimals, and of nothing it is 0', () => {
    expect([percentOf(1, 3), percentOf(2, 3), percentOf(5, 0), percentOf(3, 3)]).toEqual([
      33.33, 66.67, 0, 100,
    ]);
  });

  it('a change is signed, and unknown when there was nothing before', () => {
    expect([growthPercent(150, 100), growthPercent(50, 100), growthPercent(0, 100)]).toEqual([50, -50, -100]);
    expect([growthPercent(5, 0), growthPercent(0, 0)]).toEqual([null, null]);
  });

  it('an average is a whole number of minor units, half up', () => {
    expect([averageMinor(5, 2), averageMinor(4, 3), averageMinor(0, 0)]).toEqual([3, 1, 0]);
  });
});

describe('windows of days', () => {
  it('the window before has the same length and ends the day before', () => {
    expect(precedingDays('2026-03-01', '2026-03-31')).toEqual({ fromDay: '2026-01-29', toDay: '2026-02-28' });
    fc.assert(
      fc.property(day, fc.nat(400), (fromDay, more) => {
        const toDay = addDays(fromDay, more);
        const before = precedingDays(fromDay, toDay);
        expect(addDays(before.toDay, 1)).toBe(fromDay);
        expect(dayCount(before)).toBe(dayCount({ fromDay, toDay }));
      }),
    );
  });

  it('a day that is under way has hours that are not over until it closes, the running one first', () => {
    expect(hoursNotOver(1, 4)).toEqual([1, 2, 3]);
    expect(hoursNotOver(3, 4)).toEqual([3]);
    expect(hoursNotOver(23, 0)).toEqual([23]);
    expect(hoursNotOver(4, 4)).toHaveLength(24);
    fc.assert(
      fc.property(fc.nat(23), fc.nat(12), (hour, closingHour) => {
        const left = hoursNotOver(hour, closingHour);
        expect(left).toHaveLength(((closingHour - hour - 1 + 24) % 24) + 1);
        expect(left[0]).toBe(hour);
        expect(left.at(-1)).toBe((closingHour + 23) % 24);
      }),
    );
  });
});

describe('peaks', () => {
  it('weekdays are averaged over all of their days in the window, those without business too', () => {
    const window = { fromDay: '2026-11-02', toDay: '2026-11-15' };
    const days = [
      { businessDay: '2026-11-06', amountMinor: 900, count: 3 },
      { businessDay: '2026-11-13', amountMinor: 100, count: 2 },
      { businessDay: '2026-11-08', amountMinor: 1001, count: 1 },
    ];
    expect(averagesByWeekday(window, days)).toEqual([
      { weekday: 0, averageMinor: 501, averageCount: 0.5 },
      { weekday: 5, averageMinor: 500, averageCount: 2.5 },
    ]);
    expect([weekdayOf('2026-11-08'), weekdayOf('2026-11-06')]).toEqual([0, 5]);
  });

  it('the number of each weekday in a window is right whatever the window', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 60 }), (fromDay, length) => {
        const days = Array.from({ length }, (_, i) => ({
          businessDay: addDays(fromDay, i),
          amountMinor: 60,
          count: 1,
        }));
        for (const { averageMinor: amount, averageCount } of averagesByWeekday(
          { fromDay, toDay: addDays(fromDay, length - 1) },
          days,
        )) {
          expect([amount, averageCount]).toEqual([60, 1]);
        }
      }),
    );
  });

  it('weekdays of equal averages stand in their order, and days of no weekday of the window count nowhere', () => {
    const window = { fromDay: '2026-11-02', toDay: '2026-11-03' };
    const days = ['2026-11-03', '2026-11-02', '2026-11-08'].map((businessDay) => ({
      businessDay,
      amountMinor: 100,
      count: 1,
    }));
    expect(averagesByWeekday(window, days).map((each) => each.weekday)).toEqual([1, 2]);
    const sunday = { fromDay: '2026-11-07', toDay: '2026-11-08' };
    const weekend = ['2026-11-07', '2026-11-08'].map((businessDay) => ({
      businessDay,
      amountMinor: 100,
      count: 1,
    }));
    expect(averagesByWeekday(sunday, weekend).map((each) => each.weekday)).toEqual([0, 6]);
  });

  it('busiest hours come first, of equal ones the earlier, quiet ones not at all', () => {
    const hours = [
      { hour: 9, count: 0 },
      { hour: 19, count: 4 },
      { hour: 18, count: 9 },
      { hour: 12, count: 4 },
    ];
    expect(busiestHours(hours, 2)).toEqual([
      { hour: 18, count: 9 },
      { hour: 12, count: 4 },
    ]);
    expect(busiestHours(hours, 24)).toHaveLength(3);
  });
});
