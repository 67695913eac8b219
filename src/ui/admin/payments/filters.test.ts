import { expect, test } from 'vitest';
import { currencyInSight, exportFilters, hasWrongAmount, listInput, type PaymentFilters } from './filters';

const NONE: PaymentFilters = {
  q: '',
  table: '',
  status: [],
  method: [],
  from: null,
  to: null,
  min: '',
  max: '',
};
const RESTAURANT = {
  id: 'r1',
  name: 'Chez Test',
  currency: 'JPY',
  timeZone: 'Asia/Tokyo',
  locale: 'ja-JP',
  closingHour: 4,
  role: 'OWNER',
} as const;
const SOME: PaymentFilters = {
  q: ' 4 2 ',
  table: 'Terrace',
  status: ['FAILED'],
  method: ['CASH'],
  from: new Date('2026-11-01T00:00:00Z'),
  to: new Date('2026-11-02T00:00:00Z'),
  min: '1000',
  max: 'much',
};

test('what is not filtered is not asked for', () => {
  expect(listInput(NONE, null, 'UTC', 'USD')).toEqual({ limit: 100 });
  expect(exportFilters(NONE, null, 'UTC', 'USD')).toEqual({});
});

test('typed texts are cut, amounts are in the restaurant’s currency, what is none filters nothing, days are those of the zone, and the last counts whole', () => {
  expect(listInput(SOME, RESTAURANT, RESTAURANT.timeZone, 'JPY')).toEqual({
    restaurantId: 'r1',
    search: '4 2',
    table: 'Terrace',
    status: ['FAILED'],
    method: ['CASH'],
    createdFrom: new Date('2026-10-31T15:00:00Z'),
    createdTo: new Date('2026-11-02T15:00:00Z'),
    totalFromMinor: 1000,
    limit: 100,
  });
});

test('an export takes the same, with times as texts and no page', () => {
  const { limit: _, ...asked } = listInput(SOME, RESTAURANT, RESTAURANT.timeZone, 'JPY');
  expect(exportFilters(SOME, RESTAURANT, RESTAURANT.timeZone, 'JPY')).toEqual({
    ...asked,
    createdFrom: '2026-10-31T15:00:00.000Z',
    createdTo: '2026-11-02T15:00:00.000Z',
  });
});

test('amounts are in the currency of what is in sight, and several currencies are filtered by none', () => {
  const euro = { ...RESTAURANT, id: 'r2', currency: 'EUR' };
  expect(currencyInSight(euro, [RESTAURANT, euro])).toBe('EUR');
  expect(currencyInSight(null, [euro, { ...euro, id: 'r3' }])).toBe('EUR');
  expect(currencyInSight(null, [RESTAURANT, euro])).toBe(null);
  const typed = { ...NONE, min: '10', max: '20.50' };
  expect(listInput(typed, null, 'UTC', 'EUR')).toEqual({
    totalFromMinor: 1000,
    totalToMinor: 2050,
    limit: 100,
  });
  expect(listInput(typed, null, 'UTC', null)).toEqual({ limit: 100 });
});

test.each([
  [{}, 'USD', false],
  [{ min: ' ' }, 'USD', false],
  [{ min: '10', max: '0.50' }, 'USD', false],
  [{ max: '0.50' }, 'JPY', true],
  [{ min: 'much' }, 'USD', true],
  [{ min: 'much' }, null, false],
])('an amount that is none is known: %j in %s', (typed, currency, isWrong) => {
  expect(hasWrongAmount({ ...NONE, ...typed }, currency)).toBe(isWrong);
});
