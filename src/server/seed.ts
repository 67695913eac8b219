import { createHash } from 'node:crypto';
import type {
  SyncOrdersInput,
  SyncRestaurantsInput,
  SyncResult,
  SyncSessionsInput,
  SyncTablesInput,
} from '@/services/platform/schemas';
import { type Basket, demoOrderRow } from './seed-orders';
import { DEMO_CUSTOMER, DEMO_PLACES, type DemoPlace } from './seed-places';

/** The platform's sync verbs, called in this process or over HTTP: the seed takes the same way as real facts. */
export interface PlatformSync {
  restaurants(rows: SyncRestaurantsInput['restaurants']): Promise<SyncResult>;
  tables(rows: SyncTablesInput['tables']): Promise<SyncResult>;
  sessions(rows: SyncSessionsInput['sessions']): Promise<SyncResult>;
  orders(rows: SyncOrdersInput['orders']): Promise<SyncResult>;
}

export interface DemoGuest {
  name: string;
  /** The guest's secret, as the platform would issue it: 64 hex characters, sent in x-session-id. */
  guestSessionId: string;
  /** Null: not signed in. */
  userId: string | null;
}

/** People at a table of a place, from now until `expiresAt`. */
export interface DemoSession {
  place: DemoPlace;
  sessionId: string;
  tableId: string;
  guests: readonly DemoGuest[];
}

/** Changes to the facts of seed-places.ts need a higher one, or databases that know them keep the old ones. */
const VERSION = 1;
/** The run that every start of the server repeats: the same ids, so it never adds anything twice. */
const STANDING_RUN = 'standing';
const FAR_FUTURE = new Date('2099-12-31T00:00:00Z');
const MINUTE_MS = 60_000;

/** Restaurants, their people and tables. Repeating it changes nothing. */
export async function seedPlaces(sync: PlatformSync): Promise<void> {
  const places = Object.values<DemoPlace>(DEMO_PLACES);
  await accepted(
    sync.restaurants(
      places.map((place) => ({
        id: place.id,
        name: place.name,
        currency: place.currency,
        timeZone: place.timeZone,
        closingHour: place.closingHour,
        locale: place.locale,
        address: place.address,
        members: [
          { ...place.owner, role: 'OWNER' },
          { ...place.staff, role: 'STAFF' },
        ],
        version: VERSION,
      })),
    ),
  );
  const tables = places.flatMap((place) =>
    place.tables.map((table) => ({ ...table, restaurantId: place.id, version: VERSION })),
  );
  await accepted(sync.tables(tables));
}

/** A table session at the first table of each place, with its guests; the customer of the demo joins them. */
export async function seedSessions(
  sync: PlatformSync,
  run: { id: string; now: Date; expiresAt: Date },
): Promise<{ bella: DemoSession; sakura: DemoSession }> {
  const sessions = {
    bella: sessionAt(DEMO_PLACES.bella, run.id),
    sakura: sessionAt(DEMO_PLACES.sakura, run.id),
  };
  await accepted(
    sync.sessions(
      Object.values(sessions).map((session) => ({
        id: session.sessionId,
        restaurantId: session.place.id,
        tableId: session.tableId,
        code: codeOf(session.sessionId),
        status: 'ACTIVE',
        expiresAt: run.expiresAt,
        guests: session.guests.map(({ name, guestSessionId, userId }, index) => ({
          guestSessionId,
          userId,
          name,
          isHost: index === 0,
          joinedAt: new Date(run.now.getTime() - 40 * MINUTE_MS),
        })),
        version: VERSION,
      })),
    ),
  );
  return sessions;
}

/** What DEMO_SEED=true writes at every start: places, a table session each, and an open bill per guest. */
export async function seedStandingDemo(sync: PlatformSync, now: Date): Promise<void> {
  await seedPlaces(sync);
  const { bella, sakura } = await seedSessions(sync, { id: STANDING_RUN, now, expiresAt: FAR_FUTURE });
  const baskets: { session: DemoSession; basket: Basket }[] = [
    { session: bella, basket: { margherita: 1, chianti: 1, espresso: 1 } },
    { session: sakura, basket: { nigiri: 1, matcha: 1 } },
  ];
  const orders = baskets.flatMap(({ session, basket }) =>
    session.guests.map(({ name, guestSessionId }, index) =>
      demoOrderRow({
        place: session.place,
        orderId: `demo-order-${STANDING_RUN}-${session.place.id}-${name.toLowerCase()}`,
        orderNumber: `S-${index + 1}`,
        tableId: session.tableId,
        tableSessionId: session.sessionId,
        guestSessionId,
        basket,
        placedAt: now,
      }),
    ),
  );
  await accepted(sync.orders(orders));
}

/** The table sessions that every start repeats. */
export function standingSessions(): DemoSession[] {
  return Object.values<DemoPlace>(DEMO_PLACES).map((place) => sessionAt(place, STANDING_RUN));
}

/** Waits for a sync and throws, naming the row, when the platform's facts were refused. */
export async function accepted(call: Promise<SyncResult>): Promise<void> {
  const { results } = await call;
  const refusal = results.find((row) => row.outcome === 'REFUSED');
  if (refusal) throw new Error(`The demo's ${refusal.id} was refused: ${refusal.code} ${refusal.message}`);
}

function sessionAt(place: DemoPlace, runId: string): DemoSession {
  const [table] = place.tables;
  if (!table) throw new Error(`${place.name} has no table`);
  const sessionId = `${table.id}-session-${runId}`;
  const guest = (name: string, userId: string | null): DemoGuest => ({
    name,
    guestSessionId: digest(`${sessionId}:${name}`),
    userId,
  });
  return {
    place,
    sessionId,
    tableId: table.id,
    guests: [
      ...place.guestNames.map((name) => guest(name, null)),
      guest(DEMO_CUSTOMER.name.split(' ')[0] ?? '', DEMO_CUSTOMER.userId),
    ],
  };
}

/** Guessable on purpose, so that notes and scripts keep working on the next start: demo data guards nothing. */
function digest(text: string): string {
  return createHash('sha256').update(`tabsy-demo:${text}`).digest('hex');
}

function codeOf(sessionId: string): string {
  return digest(`code:${sessionId}`).slice(0, 6).toUpperCase();
}
