import { createDb } from '@/db/db';
import { createPool } from '@/db/pool';
import { startAnnouncer } from '@/realtime/analytics-announcer';
import { connectWakeSubscriber } from '@/realtime/redis-wake';
import { createRelay } from '@/realtime/relay';
import { SOCKET_IO_PATH } from '@/realtime/socket-io/gateway';
import { tellMoved } from '@/services/analytics/tell-moved';
import type { LiveFeed } from '@/services/live/feed';
import { heldEvents, outboxEnd, positionOf, readOutboxAfter } from '@/services/live/read-outbox';
import { TRPC_PATH } from '@/trpc/handler';
import { createLiveDoor } from '@/trpc/live-door';
import type { App } from './app';
import { addressOf } from './listener';
import { startSocketIo } from './socket-io';
import { traceLive } from './trace-live';
import type { UpgradeDoor } from './upgrades';

/** The live side of one node: it reads the outbox and serves websockets. */
export interface Live {
  feed: LiveFeed;
  doors: readonly UpgradeDoor[];
  /** Open websockets at /api/trpc. */
  connections(): number;
  /** Sends clients elsewhere, then ends everything. */
  stop(): Promise<void>;
}

const CREDENTIALS_MS = 5_000;
/** One for the relay, one for subscribers who catch up: neither queues behind payments. */
const CONNECTIONS = 2;

/** Starts to read at the end of the outbox, now; subscribers catch up from the database. */
export async function startLive(app: App, databaseUrl: string): Promise<Live> {
  const { env, deps, metrics } = app;
  const pool = createPool({
    url: databaseUrl,
    max: CONNECTIONS,
    applicationName: 'tabsy-live',
    timeoutMs: env.database.timeoutMs,
    onError: (error) => deps.log.warn({ err: error }, 'an idle database connection broke'),
  });
  const db = createDb(pool);
  let lagMs = 0;
  const relay = createRelay({
    outbox: {
      end: () => outboxEnd(db),
      readAfter: (from, room, limit) => readOutboxAfter(db, from, room, limit),
      held: (from) => heldEvents(db, from),
      positionOf,
    },
    pollMs: env.live.pollMs,
    lagAlertMs: env.live.lagAlertMs,
    log: deps.log,
    checkpoint: deps.checkpoint,
    observeLag: (ms) => {
      lagMs = ms;
    },
    onGap: () => {
      trpc.reconnectAll();
      socketIo.reconnectAll();
    },
  });
  const announcer = startAnnouncer({
    feed: relay,
    log: deps.log,
    announce: async (moved) => {
      const left = await tellMoved(deps, moved);
      deps.wake('outbox');
      return left;
    },
  });
  const stopTraces = app.tracing && traceLive(relay, app.tracing, db, deps.log);
  await relay.start();
  const stopWake = app.onWake('outbox', relay.wake);
  const { url } = env.redis;
  const redis = url === undefined ? null : connectWakeSubscriber({ url, log: deps.log }, relay.wake);
  const trpc = createLiveDoor({
    deps,
    resolveActor: app.resolveActor,
    feed: relay,
    addressOf: (incoming) => addressOf(incoming, env.server.trustedProxyHops),
    settings: {
      connectionsPerAddress: env.live.connectionsPerIp,
      connectionsPerActor: env.live.connectionsPerActor,
      subscriptionsPerActor: env.live.subscriptionsPerActor,
      heartbeatMs: env.live.heartbeatSeconds * 1000,
      recheckMs: env.live.recheckSeconds * 1000,
      bufferBytes: env.live.bufferBytes,
      credentialsMs: CREDENTIALS_MS,
    },
  });
  const socketIo = startSocketIo({ env, deps, resolveActor: app.resolveActor, feed: relay });
  metrics.watchLive({
    connections: trpc.connections,
    subscriptions: trpc.subscriptions,
    socketIoConnections: socketIo.connections,
    lagSec: () => lagMs / 1000,
  });

  let isOpen = true;
  return {
    feed: relay,
    get doors() {
      return isOpen
        ? [
            { path: TRPC_PATH, upgrade: trpc.upgrade },
            { path: SOCKET_IO_PATH, upgrade: socketIo.upgrade },
          ]
        : [];
    },
    connections: trpc.connections,
    async stop() {
      isOpen = false;
      stopWake();
      await Promise.all([trpc.stop(), socketIo.stop()]);
      redis?.close();
      stopTraces?.();
      await announcer.stop();
      await relay.stop();
      await pool.end();
    },
  };
}
