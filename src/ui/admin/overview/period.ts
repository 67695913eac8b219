'use client';

import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useRestaurant } from '../viewer';

export const PERIODS = {
  today: 'Today',
  week: 'Last 7 days',
  month: 'Last 30 days',
  quarter: 'Last 90 days',
} as const;
export type Period = keyof typeof PERIODS;
const NAMES = Object.keys(PERIODS) as Period[];
const DAYS: Record<Period, number> = { today: 1, week: 7, month: 30, quarter: 90 };

/** The days that the page is about, kept in the address; today is the restaurant's business day. */
export function usePeriod() {
  const [period, setPeriod] = useQueryState('period', parseAsStringLiteral(NAMES).withDefault('today'));
  const { restaurant } = useRestaurant();
  const toDay = dayIn(restaurant?.timeZone ?? 'UTC', new Date(), restaurant?.closingHour);
  return { period, setPeriod, fromDay: daysBefore(toDay, DAYS[period] - 1), toDay };
}

/** The business day of a zone as YYYY-MM-DD: hours before closing belong to the evening before. */
export function dayIn(timeZone: string, at: Date, closingHour = 0): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const parts = Object.fromEntries(
    format.formatToParts(at.getTime() - closingHour * 3_600_000).map(({ type, value }) => [type, value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}`;
}

export function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);
}
