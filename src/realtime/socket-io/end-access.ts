import type { LiveEvent } from '@/services/live/events';
import { roomKey } from './rooms';
import { type GatewayServer, type GatewaySocket, NAMESPACES } from './types';

/**
 * Ends what a socket may hear no more. Its connection is dropped after what is already on its way: the client connects
 * again by itself, and is told why it may not. A `disconnect` would make v2 C show that another device took its place.
 */
export function drop(socket: GatewaySocket): void {
  socket.conn.close();
}

/** Drops all of this node's sockets: who reconnects refetches, and so has missed nothing. */
export function dropAll(io: GatewayServer): void {
  for (const name of NAMESPACES) for (const socket of io.of(name).sockets.values()) drop(socket);
}

/** Drops this node's sockets in a room, in all namespaces. */
function dropRoom(io: GatewayServer, room: string): void {
  for (const name of NAMESPACES) {
    const { adapter, sockets } = io.of(name);
    for (const id of adapter.rooms.get(room) ?? []) {
      const socket = sockets.get(id);
      if (socket) drop(socket);
    }
  }
}

/** Whether the event ends somebody's access, so that it matters although nobody here hears it. */
export function endsAccess({ type }: LiveEvent): boolean {
  return type === 'table:session_closed' || type === 'table:user_left';
}

/** A closed table session ends the access of its guests; who leaves the table loses the own. */
export function endAccess(io: GatewayServer, event: LiveEvent): void {
  if (event.type === 'table:session_closed') {
    dropRoom(io, roomKey({ kind: 'guestsOf', id: event.tableSessionId }));
  }
  if (event.type === 'table:user_left') dropRoom(io, roomKey({ kind: 'guest', id: event.guestPublicId }));
}
