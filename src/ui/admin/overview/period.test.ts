import { expect, test } from 'vitest';
import { dayIn, daysBefore } from './period';

test('a business day is the zone’s calendar day, less the hours before closing', () => {
  const at = new Date('2026-11-23T06:30:00Z');
  expect(dayIn('America/New_York', at)).toBe('2026-11-23');
  expect(dayIn('America/New_York', at, 4)).toBe('2026-11-22');
  expect(dayIn('Asia/Tokyo', at, 4)).toBe('2026-11-23');
  expect(daysBefore('2026-03-01', 1)).toBe('2026-02-28');
});
