import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Deps } from '@/services/context';
import { ServiceError } from '@/services/errors';
import type { ActorResolver } from '@/services/identity/resolve-actor';
import { newId } from '@/services/ids';
import type { LiveFeed } from '@/services/live/feed';
import { closeSocket } from './close-codes';
import { frameEncoder } from './encoding';
import { toTrpcError } from './errors';
import { openConnection } from './live-connection';
import { createFrameLimit, createLiveCounts, type LiveLimits } from './live-counts';
import { websocketRouter } from './routers';

export interface LiveDoorSettings extends LiveLimits {
  heartbeatMs: number;
  recheckMs: number;
  /** What may wait for one connection before it is cut off. */
  bufferBytes: number;
  /** How long a new connection may stay without credentials. */
  credentialsMs: number;
}

export interface LiveDoorParts {
  deps: Deps;
  resolveActor: ActorResolver;
  feed: LiveFeed;
  settings: LiveDoorSettings;
  /** The caller's address behind the proxies that are trusted; null: not known, not counted. */
  addressOf(incoming: IncomingMessage): string | null;
}

export interface LiveDoor {
  /** Takes over a connection that asked for a websocket; who may ask at all is the server's business. */
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
  connections(): number;
  subscriptions(): number;
  /** Lets all clients reconnect and resume. */
  reconnectAll(): void;
  /** Asks all clients to reconnect, elsewhere or later, then closes what is left. */
  stop(): Promise<void>;
}

/** Nothing that a client sends here is long. */
const MAX_FRAME_BYTES = 16 * 1024;
/** A client that comes back subscribes to everything at once, 200 times at most; each frame may cost a look into the database. */
const FRAMES_PER_MINUTE = 1_200;
const PONG_WAIT_MS = 10_000;
const LEAVE_MS = 1_000;

/** tRPC subscriptions over websockets. */
export function createLiveDoor(parts: LiveDoorParts): LiveDoor {
  const { deps, settings } = parts;
  const { log } = deps;
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
  });
  const counts = createLiveCounts(settings);
  const state = { isLeaving: false };
  const unidentified = new Map<WebSocket, NodeJS.Timeout>();
  const identified = (socket: WebSocket) => {
    clearTimeout(unidentified.get(socket));
    unidentified.delete(socket);
  };
  sockets.on('connection', (socket) => {
    unidentified.set(socket, setTimeout(closeSocket, settings.credentialsMs, socket, 'NO_CREDENTIALS'));
    socket.once('close', () => identified(socket));
    const mayTake = createFrameLimit(FRAMES_PER_MINUTE);
    socket.on('message', () => {
      if (!mayTake()) closeSocket(socket, 'TOO_MANY_FRAMES');
    });
  });

  const handler = applyWSSHandler({
    wss: sockets,
    router: websocketRouter,
    experimental_encoder: frameEncoder,
    keepAlive: { enabled: true, pingMs: settings.heartbeatMs, pongWaitMs: PONG_WAIT_MS },
    createContext: async ({ req, res: socket, info }) => {
      try {
        const shared = { ...parts, counts, state, identified };
        const live = await openConnection(shared, socket, req, info.connectionParams);
        return { deps, request: { id: newId(), ip: null, userAgent: null }, actor: live.actor, live };
      } catch (error) {
        throw toTrpcError(error);
      }
    },
    onError: ({ error, path }) => {
      const refusal = error.cause instanceof ServiceError ? error.cause : null;
      const fields = { path, code: refusal?.code ?? error.code };
      if (error.code !== 'INTERNAL_SERVER_ERROR') log.debug(fields, 'a subscription was refused');
      else if (isOfSocket(error.cause)) log.debug({ ...fields, err: error.cause }, 'a websocket broke');
      else log.error({ ...fields, err: refusal?.cause ?? error }, 'a subscription failed');
    },
  });

  return {
    upgrade(incoming, socket, head) {
      const address = parts.addressOf(incoming);
      const release = address === null ? () => undefined : counts.claimAddress(address);
      if (release === null) {
        socket.end('HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      socket.once('close', release);
      sockets.handleUpgrade(incoming, socket, head, (ws) => sockets.emit('connection', ws, incoming));
    },
    connections: () => sockets.clients.size,
    subscriptions: counts.subscriptions,
    reconnectAll() {
      for (const socket of sockets.clients) closeSocket(socket, 'TRY_AGAIN');
    },
    async stop() {
      // From here on nothing is sent, so that no client hears here what it hears again where it comes back.
      state.isLeaving = true;
      handler.broadcastReconnectNotification();
      await emptied(sockets, LEAVE_MS);
      for (const socket of sockets.clients) closeSocket(socket, 'RESTART');
      await emptied(sockets, LEAVE_MS);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

/** What the other side or the network did: a frame too long, a lost connection. */
function isOfSocket(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return /^(WS_ERR_|ECONN|EPIPE|ETIMEDOUT)/.test(code);
}

async function emptied(sockets: WebSocketServer, limitMs: number): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (sockets.clients.size > 0 && performance.now() < endMs) await pause(10);
}
