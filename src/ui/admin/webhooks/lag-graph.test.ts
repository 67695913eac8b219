import { expect, it } from 'vitest';
import { hourBars } from './lag-graph';

it('has a bar for each of the last 24 hours, also for those without events, the newest at the right', () => {
  const bars = hourBars({
    at: '2026-11-23T06:30:00.000Z',
    hours: [
      { from: '2026-11-22T07:00:00.000Z', count: 1, medianMs: 80, maxMs: 80, openCount: 0 },
      { from: '2026-11-23T06:00:00.000Z', count: 1200, medianMs: 250, maxMs: 61_000, openCount: 2 },
    ],
  });
  expect(bars).toHaveLength(24);
  expect(bars[0]).toMatchObject({ value: 80, text: '07:00: 1 events, longest 80 ms, median 80 ms' });
  expect(bars[1]).toMatchObject({ value: 0, text: '08:00: no events' });
  expect(bars[23]).toMatchObject({
    value: 61_000,
    label: '06:00',
    text: '06:00: 1,200 events, longest 1 min 1 s, median 250 ms, 2 not finished',
  });
  expect(new Set(bars.map(({ key }) => key)).size).toBe(24);
});
