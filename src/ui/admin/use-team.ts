'use client';

import { actorText } from './actor-text';
import { api } from './api';

/**
 * The people of a restaurant, and how actors of the audit (`user:<id>`) and bare user ids are called among them. Who is not
 * known is told by their id, and what the system did by its name.
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
      return person?.name ?? person?.email ?? actorText(actorOrId, null);
    },
  };
}
