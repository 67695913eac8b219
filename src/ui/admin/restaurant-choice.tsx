'use client';

import { Select } from '@/ui/kit/field';
import { useRestaurant, useViewer } from './viewer';

/** Which restaurant the pages are about; with only one it is just named. */
export function RestaurantChoice() {
  const { restaurants, role } = useViewer();
  const { restaurant, choose } = useRestaurant();
  if (role !== 'admin' && restaurants.length <= 1)
    return <span className="truncate text-sm font-medium">{restaurant?.name ?? 'No restaurant'}</span>;
  return (
    <Select
      aria-label="Restaurant"
      className="max-w-52"
      value={restaurant?.id ?? ''}
      onChange={(event) => choose(event.target.value || null)}
    >
      {role === 'admin' && <option value="">All restaurants</option>}
      {restaurants.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}
