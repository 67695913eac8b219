'use client';

import type { ReactNode } from 'react';
import { EmptyState } from '@/ui/kit/states';
import { RestaurantChoice } from './restaurant-choice';
import { useRestaurant, useViewer, type ViewerRestaurant } from './viewer';

/** For pages about one restaurant: asks which, when admins look at all of them. Starts anew for another one. */
export function OfRestaurant({
  what,
  children,
}: {
  /** What belongs to one restaurant, e.g. "Drawers belong". */
  what: string;
  children(restaurant: ViewerRestaurant): ReactNode;
}) {
  const { restaurants } = useViewer();
  const { restaurant } = useRestaurant();
  if (restaurant) return <div key={restaurant.id}>{children(restaurant)}</div>;
  if (restaurants.length === 0)
    return (
      <EmptyState title="No restaurant yet">
        Restaurants come from the platform, as soon as you belong to one.
      </EmptyState>
    );
  return (
    <EmptyState title="Choose a restaurant" action={<RestaurantChoice />}>
      {what} to one restaurant.
    </EmptyState>
  );
}
