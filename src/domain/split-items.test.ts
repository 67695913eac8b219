import { describe, expect, test } from 'vitest';
import { shareByItems } from '@/domain/split-items';

const soup = { itemId: 'soup', subtotalMinor: 540 };
const steak = { itemId: 'steak', subtotalMinor: 1080 };
const wine = { itemId: 'wine', subtotalMinor: 900 };
const had = (itemId: string, ...guestPublicIds: string[]) => ({ itemId, guestPublicIds });

describe('a bill by items', () => {
  test('tax and tip follow the food', () => {
    // 10 % on top of 16.20: soup 5.94, steak 11.88.
    const orders = [{ dueMinor: 1782, items: [soup, steak] }];
    expect(shareByItems(orders, ['ann', 'bob'], [had('soup', 'ann'), had('steak', 'bob')])).toEqual([
      594, 1188,
    ]);
  });

  test('an item of several is divided equally among them alone', () => {
    const orders = [{ dueMinor: 2520, items: [soup, steak, wine] }];
    const shares = shareByItems(
      orders,
      ['ann', 'bob', 'cid'],
      [had('soup', 'ann'), had('steak', 'bob'), had('wine', 'ann', 'bob')],
    );
    expect(shares).toEqual([540 + 450, 1080 + 450, 0]);
  });

  test('what nobody took is everybody’s, not the viewer’s; so is what somebody took who is not there', () => {
    const orders = [{ dueMinor: 1440, items: [soup, wine] }];
    expect(shareByItems(orders, ['ann', 'bob', 'cid'], [had('soup', 'ann')])).toEqual([840, 300, 300]);
    expect(shareByItems(orders, ['ann', 'bob', 'cid'], [had('soup', 'ann'), had('wine', 'zoe')])).toEqual([
      840, 300, 300,
    ]);
    expect(shareByItems(orders, ['ann', 'bob', 'cid'], [had('soup', 'ann'), had('wine')])).toEqual([
      840, 300, 300,
    ]);
  });

  test('rounds once for the whole bill, not once per order', () => {
    const orders = Array.from({ length: 3 }, (_, i) => ({
      dueMinor: 100,
      items: [{ itemId: `i${i}`, subtotalMinor: 100 }],
    }));
    expect(shareByItems(orders, ['ann', 'bob', 'cid'], [])).toEqual([100, 100, 100]);
  });

  test('of an order that is partly paid only the rest is divided; a paid one costs nobody anything', () => {
    const orders = [
      { dueMinor: 270, items: [soup] },
      { dueMinor: 0, items: [steak] },
    ];
    expect(shareByItems(orders, ['ann', 'bob'], [had('soup', 'ann'), had('steak', 'bob')])).toEqual([270, 0]);
  });

  test('an order without priced items is everybody’s', () => {
    const orders = [{ dueMinor: 301, items: [{ itemId: 'water', subtotalMinor: 0 }] }];
    expect(shareByItems(orders, ['ann', 'bob'], [had('water', 'ann')])).toEqual([151, 150]);
  });
});

test('an order without priced items is added to what each had of the others', () => {
  const orders = [
    { dueMinor: 300, items: [] },
    { dueMinor: 540, items: [soup] },
  ];
  expect(shareByItems(orders, ['ann', 'bob'], [had('soup', 'ann')])).toEqual([690, 150]);
});

test('orders of any subtotals are divided exactly', () => {
  const orders = [
    {
      dueMinor: 700,
      items: [
        { itemId: 'a', subtotalMinor: 3 },
        { itemId: 'b', subtotalMinor: 4 },
      ],
    },
    {
      dueMinor: 500,
      items: [
        { itemId: 'c', subtotalMinor: 1 },
        { itemId: 'd', subtotalMinor: 4 },
      ],
    },
  ];
  const assigned = [had('a', 'ann'), had('b', 'bob'), had('c', 'ann'), had('d', 'bob')];
  expect(shareByItems(orders, ['ann', 'bob'], assigned)).toEqual([400, 800]);
});
