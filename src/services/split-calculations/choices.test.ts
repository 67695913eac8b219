import { describe, expect, test } from 'vitest';
import { agrees, choicesFor, merged, NO_CHOICES } from './choices';

const stored = {
  percentages: [
    { guestPublicId: 'ann', sharePpm: 600_000 },
    { guestPublicId: 'bob', sharePpm: 400_000 },
  ],
  amounts: [{ guestPublicId: 'ann', amountMinor: 599 }],
  items: [{ itemId: 'soup', guestPublicIds: ['ann', 'bob'] }],
};
const ALL = ['ann', 'bob', 'cid'];
const ppm = (guestPublicId: string, sharePpm: number) => ({ percentages: [{ guestPublicId, sharePpm }] });
const minor = (guestPublicId: string, amountMinor: number) => ({ amounts: [{ guestPublicId, amountMinor }] });
const item = (itemId: string, ...guestPublicIds: string[]) => ({ items: [{ itemId, guestPublicIds }] });

describe('what is sent again', () => {
  test.each([
    ['nothing', {}],
    ['a part of it', ppm('ann', 600_000)],
    ['a rounding beside it', { ...ppm('bob', 400_100), ...minor('ann', 600) }],
    ['zero of who has nothing', { ...ppm('cid', 0), ...minor('bob', 0), ...item('steak') }],
    ['the eaters in another order', item('soup', 'bob', 'ann')],
  ])('agrees with what is stored: %s', (_what, sent) => {
    expect(agrees(stored, sent, ALL)).toBe(true);
  });

  test.each([
    ['another percentage', ppm('ann', 600_101)],
    ['another amount', minor('ann', 601)],
    ['an amount of who had none', minor('cid', 2)],
    ['one eater less', item('soup', 'ann')],
    ['another item', item('steak', 'ann')],
  ])('does not: %s', (_what, sent) => {
    expect(agrees(stored, sent, ALL)).toBe(false);
  });

  test('may say anything of those who have paid', () => {
    expect(agrees(stored, { ...ppm('ann', 1), ...minor('ann', 1) }, ['bob', 'cid'])).toBe(true);
  });
});

test('a type keeps only what it uses; what is left out stays', () => {
  expect(choicesFor('EQUAL', stored, stored)).toEqual(NO_CHOICES);
  expect(choicesFor('BY_AMOUNT', {}, stored)).toEqual({ ...NO_CHOICES, amounts: stored.amounts });
  expect(choicesFor('BY_ITEMS', { items: [] }, stored)).toEqual(NO_CHOICES);
  expect(choicesFor('BY_PERCENTAGE', stored, NO_CHOICES)).toEqual({
    ...NO_CHOICES,
    percentages: stored.percentages,
  });
});

test('a change replaces the row of its key alone', () => {
  const rows = merged(stored.percentages, ppm('bob', 1).percentages, (row) => row.guestPublicId);
  expect(rows).toEqual([
    { guestPublicId: 'ann', sharePpm: 600_000 },
    { guestPublicId: 'bob', sharePpm: 1 },
  ]);
});
