import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chargeStepMinor } from '@/domain/currency';
import { shareOf, tipOf } from './share';

const currency = fc.constantFrom('USD', 'JPY', 'KWD', 'ISK', 'UGX');
const steps = fc.integer({ min: 0, max: 100_000 });

it('shares and tips are what a card can be charged, never more than is left, and no share is lost', () => {
  fc.assert(
    fc.property(currency, steps, steps, fc.integer({ min: 1, max: 9 }), (code, left, held, people) => {
      const step = chargeStepMinor(code);
      const remainingMinor = left * step;
      const availableMinor = Math.max(0, remainingMinor - held * step);
      const shareMinor = shareOf({ remainingMinor, availableMinor }, people, code);
      const tipMinor = tipOf(shareMinor, 15, code);
      expect((shareMinor + tipMinor) % step).toBe(0);
      expect(shareMinor).toBeLessThanOrEqual(availableMinor);
      expect(shareMinor * people).toBeLessThanOrEqual(remainingMinor);
      expect(remainingMinor - shareMinor * people < people * step || shareMinor === availableMinor).toBe(
        true,
      );
    }),
  );
});

it('a third of 10.000 KWD leaves the last digit 0', () => {
  expect(shareOf({ remainingMinor: 10_000, availableMinor: 10_000 }, 3, 'KWD')).toBe(3330);
});
