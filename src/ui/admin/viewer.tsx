'use client';

import { parseAsString, useQueryState } from 'nuqs';
import { createContext, type ReactNode, useContext, useEffect } from 'react';

/** A restaurant that the signed-in person may see. */
export interface ViewerRestaurant {
  id: string;
  name: string;
  currency: string;
  timeZone: string;
  locale: string;
  /** Hour of the day, 0 to 23, at which its business day ends. */
  closingHour: number;
  /** What the person is there; admins are owners everywhere. */
  role: 'OWNER' | 'STAFF';
}

/** Who is signed in, as the pages need it. */
export interface Viewer {
  /** As procedures call this person, e.g. when work is assigned. */
  userId: string;
  name: string;
  email: string;
  role: 'admin' | 'owner' | 'staff';
  hasSecondFactor: boolean;
  /** Nothing is shown before a second factor is set up. */
  owesSecondFactor: boolean;
  isDemo: boolean;
  restaurants: readonly ViewerRestaurant[];
}

const ViewerContext = createContext<Viewer | null>(null);

export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (viewer === null) throw new Error('useViewer outside the admin pages');
  return viewer;
}

/**
 * The restaurant that a page is about, kept in the address as `?restaurant=`. Null: all of them, for admins; others always
 * look at one.
 */
export function useRestaurant(): {
  restaurant: ViewerRestaurant | null;
  choose(id: string | null): void;
} {
  const viewer = useViewer();
  const [id, setId] = useQueryState('restaurant', parseAsString);
  const chosen = viewer.restaurants.find((restaurant) => restaurant.id === id);
  const fallback = viewer.role === 'admin' ? null : (viewer.restaurants[0] ?? null);
  return { restaurant: chosen ?? fallback, choose: (next) => void setId(next) };
}

/** Whether the person owns the chosen restaurant; admins are owners everywhere. */
export function useIsOwner(): boolean {
  const { role } = useViewer();
  const { restaurant } = useRestaurant();
  return role === 'admin' || restaurant?.role === 'OWNER';
}

/**
 * For pages about one record: they are about its restaurant, whatever the address said, so that menu and live events are, too.
 * All restaurants, where they are chosen, have it among them.
 */
export function useRestaurantOfRecord(id: string | null | undefined): ViewerRestaurant | null {
  const own = useRestaurantById(id);
  const { restaurant, choose } = useRestaurant();
  const ownId = own?.id ?? null;
  const isElsewhere = ownId !== null && restaurant !== null && restaurant.id !== ownId;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another function with each render
  useEffect(() => {
    if (isElsewhere) choose(ownId);
  }, [isElsewhere, ownId]);
  return own;
}

/** By id; null for one that this person does not know. */
export function useRestaurantById(id: string | null | undefined): ViewerRestaurant | null {
  return useViewer().restaurants.find((restaurant) => restaurant.id === id) ?? null;
}
