import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server } from 'socket.io';
import type { Deps } from '@/services/context';
import type { ActorResolver } from '@/services/identity/resolve-actor';
import type { LiveFeed } from '@/services/live/feed';
import { admit } from './admit';
import { dropAll } from './end-access';
import { createCounter, createMessageLimit, type GatewayLimits } from './limits';
import { startRelay } from './relay';
import { startSweep } from './sweep';
import { type GatewayServer, NAMESPACES } from './types';

/** Where the existing clients connect; every upgrade below it belongs here. */
export const SOCKET_IO_PATH = '/socket.io';

export interface GatewayParts {
  deps: Deps;
  resolveActor: ActorResolver;
  feed: LiveFeed;
  limits: GatewayLimits;
  /** How often each socket's access is looked up anew. */
  recheckMs: number;
  /** The caller's address behind the proxies that are trusted; null: not known, not counted. */
  addressOf(request: IncomingMessage): string | null;
  /** An adapter that connects the nodes; without it each stands alone, and still delivers everything. */
  adapter?: Parameters<Server['adapter']>[0];
}

export interface Gateway {
  /** Takes an upgrade request to SOCKET_IO_PATH. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** How many are open. */
  connections(): number;
  /** Lets all clients reconnect, and so refetch. */
  reconnectAll(): void;
  /** Tells what is under way, then ends all connections: clients try again, elsewhere. */
  stop(): Promise<void>;
}

/** What clients send is room names and ids. */
const MAX_MESSAGE_BYTES = 16 * 1024;
/** To present credentials after the connection stands. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Serves the existing Socket.IO clients, unmodified (legacy-contract section 5). */
export function createGateway(parts: GatewayParts): Gateway {
  const { deps, limits, addressOf } = parts;
  const connections = createCounter(limits.connectionsPerAddress);
  // Socket.IO answers every upgrade of the server it is attached to: it gets one that never listens.
  const decoy = createServer();
  const io: GatewayServer = new Server(decoy, {
    path: SOCKET_IO_PATH,
    addTrailingSlash: false,
    serveClient: false,
    // The clients use nothing else, and without polling no load balancer needs sticky sessions.
    transports: ['websocket'],
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    connectTimeout: CONNECT_TIMEOUT_MS,
    allowRequest: (request, answer) => {
      const address = addressOf(request);
      const isFull = address !== null && connections.isFull(address);
      answer(isFull ? 'Too many connections from this address' : null, !isFull);
    },
    ...(parts.adapter && { adapter: parts.adapter }),
  });
  io.engine.on(
    'connection',
    (connection: { request: IncomingMessage; once(event: 'close', fn: () => void): void }) => {
      const address = addressOf(connection.request);
      if (address !== null) connection.once('close', connections.add(address));
    },
  );

  const sockets = createCounter(limits.socketsPerActor);
  const mayTake = createMessageLimit(limits.messagesPerSecond);
  for (const name of NAMESPACES) admit(io.of(name), name, { ...parts, sockets, mayTake });
  const stopRelay = startRelay(io, parts.feed, deps);
  const stopSweep = startSweep(io, deps, parts.recheckMs);

  return {
    upgrade: (request, socket, head) => void decoy.emit('upgrade', request, socket, head),
    connections: () => io.engine.clientsCount,
    reconnectAll: () => dropAll(io),
    async stop() {
      stopSweep();
      await stopRelay();
      await io.close();
    },
  };
}
