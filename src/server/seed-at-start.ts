import type { Deps } from '@/services/context';
import { newId } from '@/services/ids';
import { syncOrders, syncRestaurants, syncSessions, syncTables } from '@/services/platform';
import { seedStandingDemo } from './seed';

/** Writes the demo's people and bills into this server's database, as DEMO_SEED asks. Repeating it adds nothing. */
export async function seedAtStart(deps: Deps): Promise<void> {
  const ctx = {
    ...deps,
    actor: { kind: 'service', name: 'demo-seed' } as const,
    request: { id: newId(), ip: null, userAgent: null },
  };
  await seedStandingDemo(
    {
      restaurants: (restaurants) => syncRestaurants(ctx, { restaurants }),
      tables: (tables) => syncTables(ctx, { tables }),
      sessions: (sessions) => syncSessions(ctx, { sessions }),
      orders: (orders) => syncOrders(ctx, { orders }),
    },
    deps.clock.now(),
  );
  deps.log.info({}, 'demo seed: two restaurants with tables, people and open bills are here');
}
