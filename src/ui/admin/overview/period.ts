'use client';

import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { businessDay } from '../format';
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
  return {
    period,
    setPeriod,
    fromDay: businessDay(restaurant, 1 - DAYS[period]),
    toDay: businessDay(restaurant),
  };
}
