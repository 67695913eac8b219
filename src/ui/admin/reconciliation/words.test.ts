import { expect, test } from 'vitest';
import { daysText } from './words';

test.each([
  [{ fromDay: '2026-11-01', toDay: '2026-11-01', days: null }, '2026-11-01'],
  [{ fromDay: '2026-11-01', toDay: '2026-11-03', days: null }, '2026-11-01 to 2026-11-03'],
  [{ fromDay: '2026-11-03', toDay: '2026-11-03', days: ['2026-11-03'] }, '2026-11-03'],
  [
    { fromDay: '2026-11-01', toDay: '2026-11-09', days: ['2026-11-01', '2026-11-09'] },
    '2 changed days, 2026-11-01 to 2026-11-09',
  ],
])('the days of a run: %j', (run, text) => {
  expect(daysText(run)).toBe(text);
});
