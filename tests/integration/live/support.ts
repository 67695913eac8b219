import { WebSocket } from 'ws';
import {
  type Client,
  orderNumberOf,
  type SeededRestaurant,
  type SeededSession,
  seedOrder,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { type LiveClient, openLiveClient, type Watching } from '../../support/live-client';

type Credentials = Parameters<typeof openLiveClient>[1];

/** A restaurant with a table, and whoever listens there. */
export interface LiveStage {
  app: TestApp;
  service: Client;
  at: SeededRestaurant;
  session: SeededSession;
  connect(credentials: Credentials): LiveClient;
  /** One of the three guests, the first unless told otherwise. */
  asGuest(index?: 0 | 1 | 2): LiveClient;
  asStaff(): Promise<LiveClient>;
  /** A websocket without a client behind it. */
  rawSocket(): Promise<RawSocket>;
  /** Something that a test opened by itself, to be closed after it. */
  closeLater(client: { close(): Promise<unknown> }): void;
  /** Orders of the restaurant, one after the other, each a live event. */
  placeOrders(count: number): Promise<string[]>;
  changeOrder(orderId: string, change: OrderChange): Promise<void>;
  syncSession(sessionId: string, change: SessionChange): Promise<void>;
  /** After each test. */
  closeAll(): Promise<void>;
  stop(): Promise<void>;
}

export interface RawSocket {
  socket: WebSocket;
  frames: readonly string[];
  isClosed(): boolean;
  /** What it was closed with; null: it is open. */
  code(): number | null;
}

interface OrderChange {
  status: 'COMPLETED' | 'CANCELLED';
  subtotalMinor?: number;
  version: number;
  tableSessionId?: string;
  customerId?: string;
}

interface SessionChange {
  status?: 'ACTIVE' | 'CLOSED';
  guests?: readonly string[];
  version: number;
}

/** What was heard of these orders, each time; what else the restaurant hears, such as figures, moves by itself. */
export function heardOf(watching: Pick<Watching, 'events'>, placed: readonly string[]): string[] {
  return watching
    .events()
    .flatMap(({ orderId }) => (orderId !== null && placed.includes(orderId) ? [orderId] : []));
}

/** Looks after access every second, and asks quiet connections as often. */
export async function startLiveStage(): Promise<LiveStage> {
  const app = await startTestApp({
    env: { LIVE_RECHECK_SECONDS: '1', LIVE_HEARTBEAT_SECONDS: '1', LIVE_BUFFER_BYTES: '65536' },
  });
  const service = await app.asService();
  const at = await seedRestaurant(service);
  const session = await seedSession(service, at);
  const open: { close(): Promise<unknown> }[] = [];
  const connect = (credentials: Credentials) => {
    const client = openLiveClient(app.url, credentials);
    open.push(client);
    return client;
  };
  return {
    app,
    service,
    at,
    session,
    connect,
    asGuest: (index = 0) => connect({ sessionId: session.guests[index] }),
    asStaff: async () => connect({ token: await app.token('RESTAURANT_STAFF', at.staffId) }),
    rawSocket: async () => {
      const raw = await openRawSocket(app.url);
      open.push({ close: async () => raw.socket.terminate() });
      return raw;
    },
    closeLater: (client) => void open.push(client),
    placeOrders: async (count) => {
      const ids: string[] = [];
      for (let n = 0; n < count; n++) ids.push(await seedOrder(service, at, { session }));
      return ids;
    },
    changeOrder: async (orderId, change) => {
      const order = {
        id: orderId,
        restaurantId: at.restaurantId,
        tableId: at.tableId,
        tableSessionId: session.sessionId,
        orderNumber: orderNumberOf(orderId),
        currency: at.currency,
        subtotalMinor: 2500,
        taxMinor: 200,
        placedAt: new Date(),
        ...change,
      };
      await service.platform.orders.sync.mutate({ orders: [order] });
    },
    syncSession: async (sessionId, { guests, ...change }) => {
      const row = {
        id: sessionId,
        restaurantId: at.restaurantId,
        tableId: at.tableId,
        code: sessionId.slice(-6),
        status: 'ACTIVE' as const,
        expiresAt: new Date(Date.now() + 3_600_000),
        ...(guests && { guests: guests.map((guestSessionId) => ({ guestSessionId, joinedAt: new Date() })) }),
        ...change,
      };
      await service.platform.sessions.sync.mutate({ sessions: [row] });
    },
    closeAll: async () => {
      await Promise.all(open.splice(0).map((client) => client.close()));
    },
    stop: async () => {
      await assertBooksBalance(app.database.pool);
      await app.stop();
    },
  };
}

async function openRawSocket(url: string): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/trpc?connectionParams=1`);
  const frames: string[] = [];
  let code: number | null = null;
  socket.on('message', (data) => frames.push(String(data)));
  socket.on('close', (closedWith) => {
    code = closedWith;
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  return { socket, frames, isClosed: () => code !== null, code: () => code };
}
