import { randomUUID } from 'node:crypto';
import type { Env } from '@/env';
import { accepted, type DemoGuest, type DemoSession, seedPlaces, seedSessions } from '@/server/seed';
import { type Basket, demoOrderRow } from '@/server/seed-orders';
import { UsageError } from '../command';
import { type Books, openBooks } from './books';
import { asGuest, type Client, signTokens, syncOver, type Tokens, withToken } from './clients';
import { followOrderStates, type OrderStates } from './order-states';
import { timed } from './terminal';

const SESSION_HOURS = 12;
const HOUR_MS = 3_600_000;

/** A bill on the table, as the platform pushed it. `billMinor` is what is due, before any tip of the payer. */
export interface DemoOrder {
  orderId: string;
  orderNumber: string;
  restaurantId: string;
  currency: string;
  subtotalMinor: number;
  taxMinor: number;
  billMinor: number;
}

/** Everything that the chapters of the demo play on: who is there, how to call as them, and what has happened so far. */
export interface Stage {
  env: Env;
  baseUrl: string;
  simulatorUrl: string;
  publishableKey: string;
  tokens: Tokens;
  /** One client per role; guests have theirs by `as`. */
  admin: Client;
  owner: Client;
  otherOwner: Client;
  customer: Client;
  bella: DemoSession;
  sakura: DemoSession;
  books: Books;
  orderStates: OrderStates;
  as(guest: DemoGuest): Client;
  /** The guest of that name at the table. */
  guestOf(session: DemoSession, name: string): DemoGuest;
  /** Puts an order on the table, through the platform's sync. */
  order(session: DemoSession, guest: DemoGuest, basket: Basket): Promise<DemoOrder>;
  /** All orders of this run, and the payments to be listed in demo.json. */
  orders: readonly DemoOrder[];
  notePayment(paymentId: string): void;
  paymentIds: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Signs everybody in, seeds what is not there yet, and opens fresh table sessions, so that the demo can be repeated. */
export async function setStage(env: Env, baseUrl: string): Promise<Stage> {
  const tokens = await signTokens(env.auth);
  const admin = withToken(baseUrl, tokens.admin);
  const config = await admin.payments.config.query();
  if (config.simulatorUrl === null) {
    throw new UsageError('The demo needs the built-in simulator: unset STRIPE_SECRET_KEY.');
  }
  const service = withToken(baseUrl, tokens.service);
  const sync = syncOver(service);
  const now = new Date();
  const runId = randomUUID().slice(0, 8);
  const { bella, sakura } = await timed(
    'seeded two restaurants, tables, people and table sessions',
    async () => {
      await seedPlaces(sync);
      return seedSessions(sync, {
        id: runId,
        now,
        expiresAt: new Date(now.getTime() + SESSION_HOURS * HOUR_MS),
      });
    },
  );
  const books = await openBooks(env);
  const orders: DemoOrder[] = [];
  const paymentIds = new Set<string>();

  return {
    env,
    baseUrl,
    simulatorUrl: config.simulatorUrl,
    publishableKey: config.publishableKey,
    tokens,
    admin,
    owner: withToken(baseUrl, tokens.owner),
    otherOwner: withToken(baseUrl, tokens.otherOwner),
    customer: withToken(baseUrl, tokens.customer),
    bella,
    sakura,
    books,
    orderStates: followOrderStates(service),
    as: (guest) => asGuest(baseUrl, guest.guestSessionId),
    guestOf: (session, name) => {
      const guest = session.guests.find((candidate) => candidate.name === name);
      if (!guest) throw new Error(`${name} does not sit at ${session.tableId}`);
      return guest;
    },
    order: async (session, guest, basket) => {
      const row = demoOrderRow({
        place: session.place,
        orderNumber: `${runId.slice(0, 4).toUpperCase()}-${orders.length + 1}`,
        tableId: session.tableId,
        tableSessionId: session.sessionId,
        guestSessionId: guest.guestSessionId,
        ...(guest.userId === null ? {} : { customerId: guest.userId }),
        basket,
        placedAt: new Date(),
      });
      await accepted(sync.orders([row]));
      const { id, orderNumber, restaurantId, currency, subtotalMinor, taxMinor = 0 } = row;
      const billMinor = subtotalMinor + taxMinor;
      const order = { orderId: id, orderNumber, restaurantId, currency, subtotalMinor, taxMinor, billMinor };
      orders.push(order);
      return order;
    },
    orders,
    notePayment: (paymentId) => void paymentIds.add(paymentId),
    paymentIds,
    close: () => books.close(),
  };
}
