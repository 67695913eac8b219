'use client';

import { api } from './api';

/**
 * The people of a restaurant, and how actors of the audit (`user:<id>`) and bare user ids are called among them. Who is not
 * known keeps their id.
 */
export function useTeam(restaurantId: string) {
  const team = api.team.list.useQuery({ restaurantId });
  const people = team.data ?? [];
  return {
    team,
    people,
    nameOf: (actorOrId: string): string => {
      const id = actorOrId.replace(/^user:/, '');
      const person = people.find(({ userId }) => userId === id);
      return person?.name ?? person?.email ?? id;
    },
  };
}
