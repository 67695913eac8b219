import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, dayCount } from '@/domain/calendar-day';
import { halvesOf, type Period, periodOf, periodsAt, restaurantDays, spansOf } from './period';

const NEW_YORK = { timeZone: 'America/New_York', closingHour: 4 };
const PARIS = { timeZone: 'Europe/Paris', closingHour: 0 };
const place = (restaurantId: string, rules: typeof PARIS) => ({ restaurantId, ...rules });

const anyDays = fc.tuple(fc.nat({ max: 700 }), fc.nat({ max: 60 })).map(([first, more]) => ({
  fromDay: addDays('2026-01-01', first),
  toDay: addDays('2026-01-01', first + more),
}));

/** Each restaurant's day once, as `restaurant day`. */
function cellsOf(periods: readonly Period[]): string[] {
  return periods.flatMap(({ restaurantIds, fromDay, toDay }) =>
    (restaurantIds ?? ['platform']).flatMap((id) =>
      Array.from({ length: dayCount({ fromDay, toDay }) }, (_, i) => `${id} ${addDays(fromDay, i)}`),
    ),
  );
}

test('cut into pieces, every day of every restaurant is compared once, by its own clock, and no piece is too much', () => {
  fc.assert(
    fc.property(anyDays, fc.array(fc.boolean(), { maxLength: 30 }), (days, zones) => {
      const places = zones.map((isParis, i) => place(`rest-${i}`, isParis ? PARIS : NEW_YORK));
      const pieces = periodsAt(places, days, 40);
      const wanted = places.flatMap((at) => cellsOf([periodOf([at.restaurantId], at, days)]));
      expect(cellsOf(pieces).sort()).toEqual(wanted.sort());
      for (const piece of pieces) {
        expect(restaurantDays(piece)).toBeLessThanOrEqual(40);
        const { fromAt, beforeAt } = periodOf(piece.restaurantIds ?? [], piece, piece);
        expect(piece).toMatchObject({ fromAt, beforeAt });
        for (const id of piece.restaurantIds ?? [])
          expect(places.find((at) => at.restaurantId === id)).toMatchObject({ timeZone: piece.timeZone });
      }
    }),
  );
});

test('halves are the whole again, meet at one instant, and end with one day of one restaurant', () => {
  fc.assert(
    fc.property(anyDays, fc.integer({ min: 1, max: 9 }), (days, count) => {
      const ids = Array.from({ length: count }, (_, i) => `rest-${i}`);
      const whole = periodOf(ids, NEW_YORK, days);
      const halves = halvesOf(whole);
      expect(halves === null).toBe(restaurantDays(whole) === 1);
      if (halves === null) return;
      const [first, second] = halves;
      expect(cellsOf(halves).sort()).toEqual(cellsOf([whole]).sort());
      expect(first.fromAt).toEqual(whole.fromAt);
      expect(second.beforeAt).toEqual(whole.beforeAt);
      if (first.toDay !== second.toDay) expect(first.beforeAt).toEqual(second.fromAt);
    }),
  );
});

test('days that follow each other are one span', () => {
  expect(spansOf(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-03'])).toEqual([
    { fromDay: '2026-02-27', toDay: '2026-03-01' },
    { fromDay: '2026-03-03', toDay: '2026-03-03' },
  ]);
  expect(spansOf([])).toEqual([]);
});
