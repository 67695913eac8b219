import type { Deps } from '@/services/context';
import { newId } from '@/services/ids';
import { syncOrders } from '@/services/platform';
import type { DemoTable } from '@/ui/demo/demo-page';
import { accepted, standingSessions } from './seed';
import { demoOrderRow } from './seed-orders';

/** Where one can sit in the demo. */
export function demoTables(): DemoTable[] {
  return standingSessions().map(({ place, sessionId, guests }) => ({
    tableSessionId: sessionId,
    restaurantId: place.id,
    restaurantName: place.name,
    currency: place.currency,
    locale: place.locale,
    guests: guests.map(({ name, guestSessionId }) => ({ name, guestSessionId })),
  }));
}

/** Brings one more dish to a guest of the demo, as the platform would: there is always something to pay. */
export async function orderAtDemo(deps: Deps, guestSessionId: string): Promise<boolean> {
  const session = standingSessions().find(({ guests }) =>
    guests.some((guest) => guest.guestSessionId === guestSessionId),
  );
  const dishes = session?.place.menu ?? [];
  const dish = dishes[Math.floor(Math.random() * dishes.length)];
  if (!session || !dish) return false;
  const id = newId();
  const ctx = {
    ...deps,
    actor: { kind: 'service', name: 'demo-page' } as const,
    request: { id, ip: null, userAgent: null },
  };
  const order = demoOrderRow({
    place: session.place,
    orderNumber: `D-${id.slice(-4).toUpperCase()}`,
    tableId: session.tableId,
    tableSessionId: session.sessionId,
    guestSessionId,
    basket: { [dish.id]: 1 },
    placedAt: deps.clock.now(),
  });
  await accepted(syncOrders(ctx, { orders: [order] }));
  return true;
}
