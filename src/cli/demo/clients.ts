import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client';
import superjson from 'superjson';
import type { Env } from '@/env';
import type { PlatformSync } from '@/server/seed';
import { DEMO_ADMIN_ID, DEMO_CUSTOMER, DEMO_PLACES } from '@/server/seed-places';
import type { AppRouter } from '@/trpc/routers';
import { signToken } from '../sign-token';

export type Client = TRPCClient<AppRouter>;

/** A token per role, long enough for an afternoon of trying. */
export interface Tokens {
  admin: string;
  owner: string;
  staff: string;
  customer: string;
  service: string;
  /** Of the other restaurant: for seeing that tenants are apart. */
  otherOwner: string;
}

const TTL = '24h';

export async function signTokens(auth: Env['auth']): Promise<Tokens> {
  const { bella, sakura } = DEMO_PLACES;
  const [admin, owner, staff, customer, service, otherOwner] = await Promise.all([
    signToken(auth, { role: 'ADMIN', subject: DEMO_ADMIN_ID, ttl: TTL }),
    signToken(auth, { role: 'RESTAURANT_OWNER', subject: bella.owner.userId, ttl: TTL }),
    signToken(auth, { role: 'RESTAURANT_STAFF', subject: bella.staff.userId, ttl: TTL }),
    signToken(auth, { role: 'CUSTOMER', subject: DEMO_CUSTOMER.userId, ttl: TTL }),
    signToken(auth, { role: 'SERVICE', subject: 'platform', ttl: TTL }),
    signToken(auth, { role: 'RESTAURANT_OWNER', subject: sakura.owner.userId, ttl: TTL }),
  ]);
  return { admin, owner, staff, customer, service, otherOwner };
}

/** The typed client that a frontend would use. */
function openClient(baseUrl: string, headers: Record<string, string>): Client {
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${baseUrl}/api/trpc`, transformer: superjson, headers })],
  });
}

export function withToken(baseUrl: string, token: string): Client {
  return openClient(baseUrl, { authorization: `Bearer ${token}` });
}

export function asGuest(baseUrl: string, guestSessionId: string): Client {
  return openClient(baseUrl, { 'x-session-id': guestSessionId });
}

/** The platform's sync verbs over HTTP. */
export function syncOver(service: Client): PlatformSync {
  const { restaurants, tables, sessions, orders } = service.platform;
  return {
    restaurants: (rows) => restaurants.sync.mutate({ restaurants: rows }),
    tables: (rows) => tables.sync.mutate({ tables: rows }),
    sessions: (rows) => sessions.sync.mutate({ sessions: rows }),
    orders: (rows) => orders.sync.mutate({ orders: rows }),
  };
}
