import { expect, test } from 'vitest';
import { belongingOf, type Named, type Owner } from './owner';

const owner: Owner = {
  paymentId: 'p',
  intentId: 'pi_1',
  restaurantId: 'r',
  currency: 'USD',
  timeZone: 'UTC',
  closingHour: 0,
};
const named = (of: Partial<Named> = {}): Named => ({
  intentId: 'pi_1',
  claimedId: null,
  isForeignCharge: false,
  ageSec: 1,
  ...of,
});

test('a movement belongs to the payment of its intent, or to the one that its metadata names', () => {
  expect(belongingOf('REFUND', named(), [owner], 60)).toEqual({ to: owner });
  expect(belongingOf('CHARGE', named({ intentId: 'pi_2', claimedId: 'p' }), [owner], 60)).toEqual({
    to: owner,
  });
});

test('fees of the account and payouts belong to nobody, whatever they name', () => {
  expect(belongingOf('FEE', named(), [owner], 60)).toEqual({ to: 'nobody' });
  expect(belongingOf('PAYOUT', named(), [owner], 60)).toEqual({ to: 'nobody' });
});

test('a charge that names no payment is nobody’s at once; a refund of such a charge too', () => {
  expect(belongingOf('CHARGE', named(), [], 60)).toEqual({ to: 'nobody' });
  expect(belongingOf('REFUND', named({ isForeignCharge: true }), [], 60)).toEqual({ to: 'nobody' });
});

test('what names a payment that is not here waits for it, and in the end is nobody’s: shown, not lost', () => {
  expect(belongingOf('CHARGE', named({ claimedId: 'p' }), [], 60)).toEqual({ to: 'wait' });
  expect(belongingOf('DISPUTE', named(), [], 60)).toEqual({ to: 'wait' });
  expect(belongingOf('DISPUTE', named({ ageSec: 61 }), [], 60)).toEqual({ to: 'nobody' });
});
