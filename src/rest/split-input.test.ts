import { describe, expect, it } from 'vitest';
import { ServiceError } from '@/services/errors';
import { itemsOf, ppmOf, type SplitWords, splitChoicesOf, splitTypeOf } from './split-input';

const words: SplitWords = {
  currency: 'USD',
  guest: (id) => {
    if (!id.startsWith('secret-')) throw new ServiceError('INVALID_INPUT', 'unknown');
    return id.replace('secret-', 'public-');
  },
};

describe('what v2 sends of a split (legacy-contract 3.4 and 6)', () => {
  it.each([
    [60, 600_000],
    ['33.33', 333_300],
    [33.333333333, 333_333],
    [0.1 + 0.2, 3_000],
    ['100', 1_000_000],
    [0, 0],
  ])('%s percent is %d ppm', (value, ppm) => {
    expect(ppmOf(value, 'percentage')).toBe(ppm);
  });

  it.each([-0.01, 100.01, 'much', '', null, Number.NaN, Number.POSITIVE_INFINITY, [50], true])(
    '%s is no percentage',
    (value) => {
      expect(() => ppmOf(value, 'percentage')).toThrow('from 0 to 100');
    },
  );

  it('becomes public ids, minor units and ppm; what is absent stays absent', () => {
    const body = {
      participants: ['secret-a', 'secret-b'],
      percentages: { 'secret-a': '60.5' },
      amounts: { 'secret-b': '3.3400000000000003' },
    };
    expect(splitChoicesOf(body, words)).toEqual({
      participants: ['public-a', 'public-b'],
      percentages: [{ guestPublicId: 'public-a', sharePpm: 605_000 }],
      amounts: [{ guestPublicId: 'public-b', amountMinor: 334 }],
    });
    expect(splitChoicesOf({}, words)).toEqual({});
  });

  it('an item is one guest’s, several guests’, or nobody’s', () => {
    const itemAssignments = { soup: 'secret-a', wine: ['secret-a', 'secret-b'], bread: null, water: '' };
    expect(itemsOf({ itemAssignments }, words)).toEqual([
      { itemId: 'soup', guestPublicIds: ['public-a'] },
      { itemId: 'wine', guestPublicIds: ['public-a', 'public-b'] },
      { itemId: 'bread', guestPublicIds: [] },
      { itemId: 'water', guestPublicIds: [] },
    ]);
  });

  it.each([
    [{ percentages: [60] }],
    [{ amounts: 'all' }],
    [{ itemAssignments: 7 }],
    [{ amounts: { 'secret-a': -1 } }],
  ])('%j is refused', (body) => {
    expect(() => splitChoicesOf(body, words)).toThrow(ServiceError);
  });

  it('the type comes in any case, and is one of four', () => {
    expect(splitTypeOf('by_items')).toBe('BY_ITEMS');
    expect(() => splitTypeOf(undefined)).toThrow('splitType');
  });
});
