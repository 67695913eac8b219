'use client';

import { parseAsArrayOf, parseAsIsoDate, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { dayStart, nextDay } from '../day-start';
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

/** What the list shows, kept in the address so that a view can be shared. Amounts as typed; days of the calendar, which a zone makes times of. */
export function usePaymentFilters() {
  return useQueryStates(PARSERS, { throttleMs: 200 });
}
export type PaymentFilters = ReturnType<typeof usePaymentFilters>[0];

/** The currency that typed amounts are in: the restaurant's, or the one that all of them have. Null: several are in sight. */
export function currencyInSight(
  restaurant: ViewerRestaurant | null,
  restaurants: readonly ViewerRestaurant[],
): string | null {
  const all = new Set((restaurant ? [restaurant] : restaurants).map(({ currency }) => currency));
  return all.size === 1 ? ([...all][0] ?? null) : null;
}

/** The same for an export, whose filters are stored: times as texts, and no page. */
export function exportFilters(
  filters: PaymentFilters,
  restaurant: ViewerRestaurant | null,
  timeZone: string,
  currency: string | null,
) {
  const { limit: _, createdFrom, createdTo, ...rest } = listInput(filters, restaurant, timeZone, currency);
  return {
    ...rest,
    ...(createdFrom && { createdFrom: createdFrom.toISOString() }),
    ...(createdTo && { createdTo: createdTo.toISOString() }),
  };
}

/**
 * The filters as `payments.list` takes them, days those of the zone. An amount that is none filters nothing; its field says so.
 * @param currency of the amounts; null: several are in sight, and amounts filter nothing
 */
export function listInput(
  filters: PaymentFilters,
  restaurant: ViewerRestaurant | null,
  timeZone: string,
  currency: string | null,
) {
  const [min = null, max = null] = currency === null ? [] : amountsOf(filters, currency);
  const [search, table] = [filters.q, filters.table].map((text) => text.trim());
  return {
    ...(restaurant && { restaurantId: restaurant.id }),
    ...(search && { search }),
    ...(table && { table }),
    ...(filters.status.length > 0 && { status: filters.status }),
    ...(filters.method.length > 0 && { method: filters.method }),
    ...(filters.from && { createdFrom: dayStart(isoDay(filters.from), timeZone) }),
    // The last day counts whole.
    ...(filters.to && { createdTo: dayStart(nextDay(isoDay(filters.to)), timeZone) }),
    ...(min !== null && { totalFromMinor: min }),
    ...(max !== null && { totalToMinor: max }),
    limit: 100,
  };
}

/** Whether an amount is typed that is none, so that nothing is filtered by it. */
export function hasWrongAmount(filters: PaymentFilters, currency: string | null): boolean {
  if (currency === null) return false;
  const [min, max] = amountsOf(filters, currency);
  return (min === null && filters.min.trim() !== '') || (max === null && filters.max.trim() !== '');
}

function amountsOf({ min, max }: PaymentFilters, currency: string) {
  return [parseMoney(min, currency), parseMoney(max, currency)] as const;
}

/** A day of the calendar as `2026-11-23`. @param day its midnight in UTC, as the address is read */
export function isoDay(day: Date): string {
  return day.toISOString().slice(0, 10);
}
