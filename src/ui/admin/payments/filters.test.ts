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
  q: '42',
  table: 'Terrace',
  status: ['FAILED'],
  method: ['CASH'],
  from: new Date('2026-11-01T00:00:00Z'),
  to: new Date('2026-11-02T00:00:00Z'),
  min: '1000',
  max: 'much',
};

test('what is not filtered is not asked for', () => {
  expect(listInput(NONE, null)).toEqual({ limit: 100 });
  expect(exportFilters(NONE, null)).toEqual({});
});

test('amounts are in the restaurant’s currency, what is none filters nothing, and the last day counts whole', () => {
  expect(listInput(SOME, RESTAURANT)).toEqual({
    restaurantId: 'r1',
    search: '42',
    table: 'Terrace',
    status: ['FAILED'],
    method: ['CASH'],
    createdFrom: new Date('2026-11-01T00:00:00Z'),
    createdTo: new Date('2026-11-03T00:00:00Z'),
    totalFromMinor: 1000,
    limit: 100,
  });
});

test('an export takes the same, with times as texts and no page', () => {
  const { limit: _, ...asked } = listInput(SOME, RESTAURANT);
  expect(exportFilters(SOME, RESTAURANT)).toEqual({
    ...asked,
    createdFrom: '2026-11-01T00:00:00.000Z',
    createdTo: '2026-11-03T00:00:00.000Z',
  });
});
