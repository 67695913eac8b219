import { expect, test } from 'vitest';
import { actionText, detailRows } from './audit-text';

const PLACE = { currency: 'USD', locale: 'en-US' };

test('actions read as words', () => {
  expect(['settings.changed', 'login_failed', 'logout'].map(actionText)).toEqual([
    'Settings changed',
    'Login failed',
    'Logout',
  ]);
});

test('details read as names and values, amounts in the currency of the restaurant', () => {
  expect(
    detailRows(
      {
        staffRefundWindowDays: { from: 30, to: null },
        staffRefundLimitMinor: { from: null, to: 5000 },
        differenceMinor: -150,
        splitRemindersEnabled: { from: true, to: false },
        members: [{ userId: 'ann' }],
      },
      PLACE,
    ),
  ).toEqual([
    ['Staff refund window days', '30 to none'],
    ['Staff refund limit', 'none to $50.00'],
    ['Difference', '-$1.50'],
    ['Split reminders enabled', 'on to off'],
    ['Members', '[{"userId":"ann"}]'],
  ]);
});

test('without a restaurant amounts stay what they are, and no details are no rows', () => {
  expect(detailRows({ amountMinor: 150 }, null)).toEqual([['Amount minor', '150']]);
  expect(detailRows(null, PLACE)).toEqual([]);
});
