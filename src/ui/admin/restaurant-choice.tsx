'use client';

import { usePathname, useRouter } from 'next/navigation';
import { Select } from '@/ui/kit/field';
import { useRestaurant, useViewer } from './viewer';

/** Which restaurant the pages are about; with only one it is just named. */
export function RestaurantChoice() {
  const { restaurants, role } = useViewer();
  const { restaurant, choose } = useRestaurant();
  const router = useRouter();
  const list = listAbove(usePathname());
  if (role !== 'admin' && restaurants.length <= 1)
    return <span className="truncate text-sm font-medium">{restaurant?.name ?? 'No restaurant'}</span>;
  return (
    <Select
      aria-label="Restaurant"
      className="max-w-52"
      value={restaurant?.id ?? ''}
      onChange={(event) => {
        const id = event.target.value || null;
        // A record stays with its restaurant: another one's are in its list.
        if (list === null) choose(id);
        else router.push(id === null ? list : `${list}?${new URLSearchParams({ restaurant: id })}`);
      }}
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

/** The list that a record's page belongs to: `/admin/payments` of `/admin/payments/<id>`. Null on other pages. */
function listAbove(pathname: string): string | null {
  return /^(\/admin\/[^/]+)\/[^/]+$/.exec(pathname)?.[1] ?? null;
}
