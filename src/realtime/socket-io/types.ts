import type { Namespace, Server, Socket } from 'socket.io';
import type { ServiceContext } from '@/services/context';
import type { Room } from './rooms';

/** Staff and platform, guests, and the requirements' own default one. */
export const NAMESPACES = ['/restaurant', '/customer', '/'] as const;
export type NamespaceName = (typeof NAMESPACES)[number];

/** Who is behind a socket; put there by the handshake. */
export interface SocketData {
  ctx: ServiceContext;
  /** Under which name its sockets are counted. */
  countedAs: string;
  /** When the token ends; null: no token. */
  expiresAtMs: number | null;
  /** Rooms that are joined at once. */
  firstRooms: readonly Room[];
  /** Rooms that the client asked for since and has not left, by key. */
  asked: Map<string, Room>;
  /** Looks once more who this is and whether it may still be here, in all its rooms. @throws ServiceError */
  recheck(): Promise<void>;
}

/** Answer to a client that asked for one. */
export type Ack = (answer: { success: boolean; code?: string; message?: string }) => void;

// biome-ignore lint/suspicious/noExplicitAny: what clients send has no type until it is looked at
type Untrusted = (...sent: any[]) => void;
interface ClientEvents {
  [event: string]: Untrusted;
}
interface ServerEvents {
  [event: string]: (payload: object) => void;
}
type NoEvents = Record<string, never>;

export type GatewayServer = Server<ClientEvents, ServerEvents, NoEvents, SocketData>;
export type GatewayNamespace = Namespace<ClientEvents, ServerEvents, NoEvents, SocketData>;
export type GatewaySocket = Socket<ClientEvents, ServerEvents, NoEvents, SocketData>;
