'use client';

import { actorText } from '../actor-text';
import { useTeam } from '../use-team';
import { useViewer } from '../viewer';

/** A person by name where they are known: at the restaurant, or as the one who looks at this. */
export function Person({ restaurantId, id }: { restaurantId: string | null; id: string }) {
  const viewer = useViewer();
  if (id.replace(/^user:/, '') === viewer.userId) return viewer.name;
  return restaurantId === null ? actorText(id, null) : <Member restaurantId={restaurantId} id={id} />;
}

function Member({ restaurantId, id }: { restaurantId: string; id: string }) {
  return useTeam(restaurantId).nameOf(id);
}
