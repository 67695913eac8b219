import { signToken } from '@/cli/sign-token';
import type { Env } from '@/env';
import type { PlatformStub } from '@/rest/platform/stub';
import type { ActorResolver } from '@/services/identity/resolve-actor';
import { DEMO_ADMIN_ID, DEMO_CUSTOMER, DEMO_PLACES, type DemoPlace } from './seed-places';

/**
 * Who may log in and where one can sit while there is no platform: the people and tables of the demo seed. Null in
 * production, and where tokens are signed with keys that only the platform has.
 */
export function demoPlatform(env: Env, resolveActor: ActorResolver): PlatformStub | null {
  if (env.production || env.auth.jwtSecret === undefined) return null;
  const places = Object.values<DemoPlace>(DEMO_PLACES);
  return {
    people: [
      {
        userId: DEMO_ADMIN_ID,
        name: 'Ada Admin',
        email: 'admin@example.com',
        role: 'ADMIN',
        restaurantId: null,
      },
      { ...DEMO_CUSTOMER, role: 'CUSTOMER', restaurantId: null },
      ...places.flatMap((place) => [
        { ...place.owner, role: 'RESTAURANT_OWNER' as const, restaurantId: place.id },
        { ...place.staff, role: 'RESTAURANT_STAFF' as const, restaurantId: place.id },
      ]),
    ],
    tables: places.flatMap((place) =>
      place.tables.map((table) => ({
        tableId: table.id,
        tableName: table.name,
        restaurantId: place.id,
        restaurantName: place.name,
        // As seed.ts names the session that every start of a demo server repeats.
        tableSessionId: `${table.id}-session-standing`,
      })),
    ),
    signToken: (role, subject, ttl) => signToken(env.auth, { role, subject, ttl }),
    resolveActor,
  };
}
