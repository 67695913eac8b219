import { expect, test } from 'vitest';
import { codeOf, detailsOf } from '@/domain/test-samples';
import { checkTip } from '@/domain/tip';

test('a tip from nothing up to the limit is accepted, and without a limit any', () => {
  expect(checkTip({ tipMinor: 0, billMinor: 1000 })).toBe(0);
  expect(checkTip({ tipMinor: 500, billMinor: 1000, maxTipMinor: 500 })).toBe(500);
  expect(checkTip({ tipMinor: 5000, billMinor: 1000 })).toBe(5000);
});

test('a negative, fractional or too high tip is refused', () => {
  expect(codeOf(() => checkTip({ tipMinor: -1, billMinor: 1000 }))).toBe('TIP_INVALID');
  expect(codeOf(() => checkTip({ tipMinor: 1.5, billMinor: 1000 }))).toBe('AMOUNT_INVALID');
  expect(codeOf(() => checkTip({ tipMinor: 501, billMinor: 1000, maxTipMinor: 500 }))).toBe('TIP_TOO_HIGH');
});

test('a refusal tells the log tip, bill and limit', () => {
  const negative = { tipMinor: -1, billMinor: 1000 };
  const high = { tipMinor: 501, billMinor: 1000, maxTipMinor: 500 };
  expect(detailsOf(() => checkTip(negative))).toEqual(negative);
  expect(detailsOf(() => checkTip(high))).toEqual(high);
});
