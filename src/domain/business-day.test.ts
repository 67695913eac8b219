import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { businessDayBounds, businessDayOf } from '@/domain/business-day';
import { addDays } from '@/domain/calendar-day';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';

const HOUR_MS = 3_600_000;
const dayOf = (iso: string, zone: string, closing: number) => businessDayOf(new Date(iso), zone, closing);
const bounds = (day: string, zone: string, closing: number) => {
  const { start, end } = businessDayBounds(day, zone, closing);
  return [start.toISOString(), end.toISOString(), (end.getTime() - start.getTime()) / HOUR_MS];
};

describe('the business day of an instant', () => {
  test('a bill paid at half past two at night belongs to the evening before', () => {
    expect(dayOf('2026-11-21T01:30:00Z', 'Europe/Berlin', 4)).toBe('2026-11-20');
    expect(dayOf('2026-11-21T02:59:59.999Z', 'Europe/Berlin', 4)).toBe('2026-11-20');
    expect(dayOf('2026-11-21T03:00:00Z', 'Europe/Berlin', 4)).toBe('2026-11-21');
  });

  test('with closing hour 0 it is the local calendar day', () => {
    expect(dayOf('2026-11-20T22:59:59.999Z', 'Europe/Berlin', 0)).toBe('2026-11-20');
    expect(dayOf('2026-11-20T23:00:00Z', 'Europe/Berlin', 0)).toBe('2026-11-21');
    expect(dayOf('2026-11-20T23:00:00Z', 'America/Los_Angeles', 0)).toBe('2026-11-20');
    expect(dayOf('2026-12-31T18:15:00Z', 'Asia/Kathmandu', 0)).toBe('2027-01-01');
  });
});

describe('days on which the clock changes', () => {
  test('the spring day in New York has 23 hours, the autumn day 25', () => {
    expect(bounds('2026-03-08', 'America/New_York', 0)).toEqual([
      '2026-03-08T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
      23,
    ]);
    expect(bounds('2026-11-01', 'America/New_York', 0)).toEqual([
      '2026-11-01T04:00:00.000Z',
      '2026-11-02T05:00:00.000Z',
      25,
    ]);
  });

  test('with a closing hour after the change, the evening before is the long or short day', () => {
    expect(bounds('2026-10-24', 'Europe/Berlin', 4)[2]).toBe(25);
    expect(bounds('2026-10-25', 'Europe/Berlin', 4)[2]).toBe(24);
    expect(bounds('2026-03-28', 'Europe/Berlin', 4)[2]).toBe(23);
  });

  test('a closing hour that the clock skips falls on the change itself', () => {
    expect(bounds('2026-03-08', 'America/New_York', 2)[0]).toBe('2026-03-08T07:00:00.000Z');
    expect(dayOf('2026-03-08T06:59:59.999Z', 'America/New_York', 2)).toBe('2026-03-07');
    expect(dayOf('2026-03-08T07:00:00Z', 'America/New_York', 2)).toBe('2026-03-08');
  });

  test('a closing hour that the clock shows twice counts the first time, and the day does not go back', () => {
    expect(bounds('2026-11-01', 'America/New_York', 1)[0]).toBe('2026-11-01T05:00:00.000Z');
    expect(dayOf('2026-11-01T05:30:00Z', 'America/New_York', 1)).toBe('2026-11-01');
    expect(dayOf('2026-11-01T06:30:00Z', 'America/New_York', 1)).toBe('2026-11-01');
  });

  test('a clock set back over midnight does not reopen the day before', () => {
    // St. John's 2010-11-07: at 00:01 the clock went back to 23:01 of the day before.
    expect(dayOf('2010-11-07T03:00:00Z', 'America/St_Johns', 0)).toBe('2010-11-07');
    expect(dayOf('2010-11-07T02:30:30Z', 'America/St_Johns', 0)).toBe('2010-11-07');
    expect(dayOf('2010-11-07T02:29:59.999Z', 'America/St_Johns', 0)).toBe('2010-11-06');
  });

  test('a half-hour change is half an hour', () => {
    expect(bounds('2026-04-05', 'Australia/Lord_Howe', 0)[2]).toBe(24.5);
  });

  test('a day that the zone skipped is empty', () => {
    expect(bounds('2011-12-30', 'Pacific/Apia', 0)[2]).toBe(0);
    expect(bounds('2011-12-31', 'Pacific/Apia', 0)[0]).toBe('2011-12-30T10:00:00.000Z');
    expect(dayOf('2011-12-30T10:00:00Z', 'Pacific/Apia', 0)).toBe('2011-12-31');
    // Closing at four, it has the first hours of the day after.
    expect(bounds('2011-12-30', 'Pacific/Apia', 4)).toEqual([
      '2011-12-30T10:00:00.000Z',
      '2011-12-30T14:00:00.000Z',
      4,
    ]);
  });
});

describe('for any instant, zone and closing hour', () => {
  const zone = fc.constantFrom(
    'UTC',
    'America/New_York',
    'Europe/Berlin',
    'Europe/London',
    'America/St_Johns',
    'America/Havana',
    'Australia/Lord_Howe',
    'Asia/Beirut',
    'Africa/Casablanca',
    'Pacific/Apia',
    'Pacific/Chatham',
    'America/Sao_Paulo',
    'Asia/Kathmandu',
  );
  const closing = fc.integer({ min: 0, max: 12 });
  const instant = fc.date({
    min: new Date('1990-01-01T00:00:00Z'),
    max: new Date('2037-12-31T00:00:00Z'),
    noInvalidDate: true,
  });

  test('the bounds of its business day contain it', () => {
    fc.assert(
      fc.property(instant, zone, closing, (at, timeZone, closingHour) => {
        const { start, end } = businessDayBounds(
          businessDayOf(at, timeZone, closingHour),
          timeZone,
          closingHour,
        );
        expect(start.getTime() <= at.getTime() && at.getTime() < end.getTime()).toBe(true);
      }),
      numRuns(5),
    );
  });

  test('consecutive days abut and both ends of a day belong where they should', () => {
    fc.assert(
      fc.property(instant, zone, closing, (at, timeZone, closingHour) => {
        const day = businessDayOf(at, timeZone, closingHour);
        const { start, end } = businessDayBounds(day, timeZone, closingHour);
        expect(businessDayBounds(addDays(day, 1), timeZone, closingHour).start).toEqual(end);
        expect(businessDayOf(start, timeZone, closingHour)).toBe(day);
        expect(businessDayOf(new Date(end.getTime() - 1), timeZone, closingHour)).toBe(day);
        expect(businessDayOf(end, timeZone, closingHour) > day).toBe(true);
      }),
      numRuns(),
    );
  });

  test('every hour around each clock change of a year lies in its own bounds', () => {
    for (const timeZone of ['America/New_York', 'Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe']) {
      for (let at = Date.UTC(2026, 2, 1); at < Date.UTC(2026, 3, 12); at += 2 * HOUR_MS) {
        const { start, end } = businessDayBounds(businessDayOf(new Date(at), timeZone, 2), timeZone, 2);
        expect(start.getTime() <= at && at < end.getTime()).toBe(true);
      }
    }
  });
});

describe('refusals', () => {
  const now = new Date('2026-11-23T12:00:00Z');

  test('an invalid date, zone, closing hour or day is refused by its own code', () => {
    expect(codeOf(() => businessDayOf(new Date(Number.NaN), 'UTC', 0))).toBe('INSTANT_INVALID');
    expect(codeOf(() => businessDayOf(now, 'Mars/Olympus', 0))).toBe('TIME_ZONE_INVALID');
    for (const hour of [-1, 13, 1.5, Number.NaN]) {
      expect(codeOf(() => businessDayOf(now, 'UTC', hour))).toBe('CLOSING_HOUR_INVALID');
      expect(codeOf(() => businessDayBounds('2026-11-23', 'UTC', hour))).toBe('CLOSING_HOUR_INVALID');
    }
    for (const day of ['2026-02-30', '2026-1-1', 'today', '2026-13-01', '']) {
      expect(codeOf(() => businessDayBounds(day, 'UTC', 0))).toBe('BUSINESS_DAY_INVALID');
      expect(detailsOf(() => businessDayBounds(day, 'UTC', 0))).toEqual({ day });
    }
    for (const day of [' 2026-11-23', '2026-11-23T00:00:00Z', '2026-11-23 ', '+002026-11-23', '12026-11-23'])
      expect(codeOf(() => businessDayBounds(day, 'UTC', 0))).toBe('BUSINESS_DAY_INVALID');
    expect(detailsOf(() => businessDayOf(now, 'Mars/Olympus', 0))).toEqual({ timeZone: 'Mars/Olympus' });
    expect(detailsOf(() => businessDayOf(now, 'UTC', 13))).toEqual({ closingHour: 13 });
  });
});
