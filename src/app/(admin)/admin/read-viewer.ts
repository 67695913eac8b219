import { cache } from 'react';
import { currentApp } from '@/app/api/_mount/running-app';
import type { Viewer } from '@/ui/admin/viewer';
import { readActor } from './read-actor';

/** Who is signed in, with the restaurants they may see; null: nobody. Read once per request. */
export const readViewer = cache(async (): Promise<Viewer | null> => {
  const app = await currentApp();
  const found = await readActor();
  if (found === null) return null;
  const { person, actor } = found;
  const memberships = actor.kind === 'member' ? actor.memberships : [];
  const isAdmin = actor.kind === 'admin';
  const restaurants = await app.deps.prisma.restaurant.findMany({
    ...(isAdmin ? {} : { where: { id: { in: memberships.map(({ restaurantId }) => restaurantId) } } }),
    select: { id: true, name: true, currency: true, timeZone: true, locale: true, closingHour: true },
    orderBy: { name: 'asc' },
    take: MOST_RESTAURANTS,
  });
  return {
    userId: person.platformUserId ?? person.id,
    name: person.name,
    email: person.email,
    role: person.role,
    hasSecondFactor: person.hasSecondFactor,
    owesSecondFactor: person.owesSecondFactor,
    isDemo: app.env.demoSeed,
    restaurants: restaurants.map((restaurant) => ({
      ...restaurant,
      role: memberships.find(({ restaurantId }) => restaurantId === restaurant.id)?.role ?? 'OWNER',
    })),
  };
});

/** More than a person scrolls through: the choice of restaurants is a list. */
const MOST_RESTAURANTS = 500;
