import { expect, test } from 'vitest';
import { exportFilters, listInput, type PaymentFilters } from './filters';

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
  expect(listInput(NONE, null, 'UTC')).toEqual({ limit: 100 });
  expect(exportFilters(NONE, null, 'UTC')).toEqual({});
});

test('typed texts are cut, amounts are in the restaurant’s currency, what is none filters nothing, days are those of the zone, and the last counts whole', () => {
  expect(listInput(SOME, RESTAURANT, RESTAURANT.timeZone)).toEqual({
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
  const { limit: _, ...asked } = listInput(SOME, RESTAURANT, RESTAURANT.timeZone);
  expect(exportFilters(SOME, RESTAURANT, RESTAURANT.timeZone)).toEqual({
    ...asked,
    createdFrom: '2026-10-31T15:00:00.000Z',
    createdTo: '2026-11-02T15:00:00.000Z',
  });
});
