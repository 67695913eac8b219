import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from './app-clients';

export interface SeededRestaurant {
  restaurantId: string;
  tableId: string;
  staffId: string;
  ownerId: string;
  currency: string;
}

export interface SeededSession {
  sessionId: string;
  /** Secret guest ids, as the platform issues them: 64 hex characters. */
  guests: readonly [string, string, string];
}

const MINUTE_MS = 60_000;

/** A restaurant with a table, an owner and a member of staff, pushed the way the platform does it. */
export async function seedRestaurant(
  service: Client,
  options: { currency?: string; timeZone?: string; closingHour?: number } = {},
): Promise<SeededRestaurant> {
  const id = randomUUID();
  const seeded = {
    restaurantId: `rest-${id}`,
    tableId: `table-${id}`,
    staffId: `staff-${id}`,
    ownerId: `owner-${id}`,
    currency: options.currency ?? 'USD',
  };
  await service.platform.restaurants.sync.mutate({
    restaurants: [
      {
        id: seeded.restaurantId,
        name: 'Chez Test',
        currency: seeded.currency,
        timeZone: options.timeZone ?? 'America/New_York',
        closingHour: options.closingHour ?? 4,
        members: [
          { userId: seeded.staffId, role: 'STAFF' },
          { userId: seeded.ownerId, role: 'OWNER' },
        ],
        version: 1,
      },
    ],
  });
  await service.platform.tables.sync.mutate({
    tables: [{ id: seeded.tableId, restaurantId: seeded.restaurantId, name: 'Table 1', version: 1 }],
  });
  return seeded;
}

/** An active table session with three guests. */
export async function seedSession(service: Client, at: SeededRestaurant): Promise<SeededSession> {
  const sessionId = `session-${randomUUID()}`;
  const guests = [guestId(), guestId(), guestId()] as const;
  await service.platform.sessions.sync.mutate({
    sessions: [
      {
        id: sessionId,
        restaurantId: at.restaurantId,
        tableId: at.tableId,
        code: sessionId.slice(-6),
        status: 'ACTIVE',
        expiresAt: new Date(Date.now() + 240 * MINUTE_MS),
        guests: guests.map((guestSessionId, i) => ({
          guestSessionId,
          isHost: i === 0,
          joinedAt: new Date(Date.now() - MINUTE_MS),
        })),
        version: 1,
      },
    ],
  });
  return { sessionId, guests };
}

export interface OrderOptions {
  session?: SeededSession;
  guestSessionId?: string;
  customerId?: string;
  subtotalMinor?: number;
  taxMinor?: number;
  tipMinor?: number;
  serverId?: string;
}

/** The number of a seeded order. It begins with no digit: a search for a date must not find it by chance. */
export function orderNumberOf(orderId: string): string {
  return `N${orderId.slice(-7)}`;
}

/** One order of two equal lines; 25.00 plus 2.00 tax unless told otherwise. Returns its id. */
export async function seedOrder(
  service: Client,
  at: SeededRestaurant,
  options: OrderOptions = {},
): Promise<string> {
  const orderId = `order-${randomUUID()}`;
  const subtotalMinor = options.subtotalMinor ?? 2500;
  const firstMinor = Math.floor(subtotalMinor / 2);
  const line = (name: string, unitMinor: number) => ({
    id: `item-${randomUUID()}`,
    name,
    quantity: 1,
    unitMinor,
    subtotalMinor: unitMinor,
  });
  await service.platform.orders.sync.mutate({
    orders: [
      {
        id: orderId,
        restaurantId: at.restaurantId,
        tableId: at.tableId,
        tableSessionId: options.session?.sessionId ?? null,
        guestSessionId: options.guestSessionId ?? null,
        customerId: options.customerId ?? null,
        serverId: options.serverId ?? null,
        orderNumber: orderNumberOf(orderId),
        status: 'DELIVERED',
        currency: at.currency,
        subtotalMinor,
        taxMinor: options.taxMinor ?? 200,
        tipMinor: options.tipMinor ?? 0,
        placedAt: new Date(),
        items: [line('Soup', firstMinor), line('Steak', subtotalMinor - firstMinor)],
        version: 1,
      },
    ],
  });
  return orderId;
}

function guestId(): string {
  return randomBytes(32).toString('hex');
}
