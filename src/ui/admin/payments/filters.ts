'use client';

import { parseAsArrayOf, parseAsIsoDate, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { parseMoney } from '../format';
import type { ViewerRestaurant } from '../viewer';

export const STATUSES = [
  'PENDING',
  'PROCESSING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'REFUNDED',
  'PARTIALLY_REFUNDED',
] as const;
export const METHODS = ['CARD', 'DIGITAL_WALLET', 'CASH'] as const;

const PARSERS = {
  q: parseAsString.withDefault(''),
  table: parseAsString.withDefault(''),
  status: parseAsArrayOf(parseAsStringLiteral(STATUSES)).withDefault([]),
  method: parseAsArrayOf(parseAsStringLiteral(METHODS)).withDefault([]),
  from: parseAsIsoDate,
  to: parseAsIsoDate,
  min: parseAsString.withDefault(''),
  max: parseAsString.withDefault(''),
};

/** What the list shows, kept in the address so that a view can be shared. Amounts as typed, days of UTC. */
export function usePaymentFilters() {
  return useQueryStates(PARSERS, { throttleMs: 200 });
}
export type PaymentFilters = ReturnType<typeof usePaymentFilters>[0];

const DAY_MS = 86_400_000;

/** The same for an export, whose filters are stored: times as texts, and no page. */
export function exportFilters(filters: PaymentFilters, restaurant: ViewerRestaurant | null) {
  const { limit: _, createdFrom, createdTo, ...rest } = listInput(filters, restaurant);
  return {
    ...rest,
    ...(createdFrom && { createdFrom: createdFrom.toISOString() }),
    ...(createdTo && { createdTo: createdTo.toISOString() }),
  };
}

/** The filters as `payments.list` takes them. An amount that is none filters nothing. */
export function listInput(filters: PaymentFilters, restaurant: ViewerRestaurant | null) {
  const currency = restaurant?.currency ?? 'USD';
  const min = parseMoney(filters.min, currency);
  const max = parseMoney(filters.max, currency);
  return {
    ...(restaurant && { restaurantId: restaurant.id }),
    ...(filters.q && { search: filters.q }),
    ...(filters.table && { table: filters.table }),
    ...(filters.status.length > 0 && { status: filters.status }),
    ...(filters.method.length > 0 && { method: filters.method }),
    ...(filters.from && { createdFrom: filters.from }),
    // The last day counts whole.
    ...(filters.to && { createdTo: new Date(filters.to.getTime() + DAY_MS) }),
    ...(min !== null && { totalFromMinor: min }),
    ...(max !== null && { totalToMinor: max }),
    limit: 100,
  };
}
