import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';
import { checkTip } from '@/domain/tip';

test('any tip from nothing upwards is accepted as it is', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (tipMinor) => checkTip(tipMinor) === tipMinor),
    numRuns(),
  );
});

test('a negative or fractional tip is refused', () => {
  expect(codeOf(() => checkTip(-1))).toBe('TIP_INVALID');
  expect(detailsOf(() => checkTip(-1))).toEqual({ tipMinor: -1 });
  expect(codeOf(() => checkTip(1.5))).toBe('AMOUNT_INVALID');
});
