'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/**
 * How pages link to each other: the chosen restaurant goes along, so that the next page, its menu and its live events are about
 * the same one.
 */
export function useAdminHref(): (path: string, more?: Readonly<Record<string, string>>) => string {
  const restaurant = useSearchParams().get('restaurant');
  return useCallback(
    (path, more = {}) => {
      const query = new URLSearchParams({ ...(restaurant === null ? {} : { restaurant }), ...more });
      return query.size === 0 ? path : `${path}?${query}`;
    },
    [restaurant],
  );
}
