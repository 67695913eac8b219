import type { WebSocket } from 'ws';

/** Why this service closes a websocket at /api/trpc. After each a client may come back at once, but for 4429 and 4430. */
export const CLOSE_CODES = {
  /** The credentials are not valid, or not any more: reconnect with fresh connection parameters. */
  CREDENTIALS_REFUSED: 4401,
  /** No credentials came in time. */
  NO_CREDENTIALS: 4408,
  /** It did not take its messages: reconnect and resume. */
  TOO_SLOW: 4413,
  /** The caller holds too many connections already. */
  TOO_MANY_CONNECTIONS: 4429,
  /** It sent more frames in a minute than any client needs. */
  TOO_MANY_FRAMES: 4430,
  /** This node stops: reconnect and resume. */
  RESTART: 1012,
  /** Something failed on our side: reconnect and resume. */
  TRY_AGAIN: 1013,
} as const;

export type CloseReason = keyof typeof CLOSE_CODES;

/** A client that does not even take the closing frame is not waited for. */
const CLOSING_MS = 2_000;

/** Nothing that is sent afterwards arrives. */
export function closeSocket(socket: WebSocket, reason: CloseReason): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.close(CLOSE_CODES[reason], reason);
  const limit = setTimeout(() => socket.terminate(), CLOSING_MS);
  socket.once('close', () => clearTimeout(limit));
}
