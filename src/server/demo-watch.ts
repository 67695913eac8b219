import { signToken } from '@/cli/sign-token';
import type { Env } from '@/env';
import type { WatchedPlace } from '@/ui/demo/live-page';
import { DEMO_PLACES, type DemoPlace } from './seed-places';

/** Long enough to watch, short enough to see a client come back with a fresh one. */
const TOKEN_TTL = '15m';

const places = (): DemoPlace[] => Object.values<DemoPlace>(DEMO_PLACES);

/** The restaurants of the demo, whose live events anybody may watch. */
export function watchedPlaces(): WatchedPlace[] {
  return places().map(({ id, name, currency, locale }) => ({ id, name, currency, locale }));
}

/** A token of somebody on the restaurant's staff. Null: it is none of the demo's, or only the platform signs tokens. */
export async function signWatchToken(auth: Env['auth'], restaurantId: string): Promise<string | null> {
  const place = places().find(({ id }) => id === restaurantId);
  if (place === undefined || auth.jwtSecret === undefined) return null;
  return signToken(auth, { role: 'RESTAURANT_STAFF', subject: place.staff.userId, ttl: TOKEN_TTL });
}
