import type { Deps } from '@/services/context';
import { ServiceError } from '@/services/errors';
import { drop } from './end-access';
import { type GatewayServer, type GatewaySocket, NAMESPACES } from './types';

const EVERY_MS = 1_000;
/** As long as a token is still taken after its end: who is dropped earlier would come back at once. */
const TOKEN_TOLERANCE_MS = 6_000;
/** Since a client took nothing at all. What it is sent meanwhile waits in memory. */
const MAX_STUCK_MS = 10_000;

/**
 * Drops, again and again, who may not listen any longer or cannot keep up. Every `recheckMs` each socket's access is looked
 * up anew, one after the other: a membership may have ended, which no event tells. Returns the way to stop.
 */
export function startSweep(io: GatewayServer, { clock, log }: Deps, recheckMs: number): () => void {
  const seen = new WeakMap<GatewaySocket, Seen>();
  let isChecking = false;

  const endIf = (socket: GatewaySocket, reason: string | null) => {
    if (reason === null) return false;
    log.info({ namespace: socket.nsp.name, reason }, 'a Socket.IO connection is dropped');
    drop(socket);
    return true;
  };
  const sweep = async () => {
    for (const socket of NAMESPACES.flatMap((name) => [...io.of(name).sockets.values()])) {
      const nowMs = performance.now();
      const state = seen.get(socket) ?? { checkedAtMs: nowMs, stuckSinceMs: null, reasonToEnd: null };
      seen.set(socket, state);
      state.stuckSinceMs = socket.conn.transport.writable ? null : (state.stuckSinceMs ?? nowMs);
      if (state.stuckSinceMs !== null && nowMs - state.stuckSinceMs > MAX_STUCK_MS) {
        log.info({}, 'a Socket.IO client that takes nothing is cut off');
        socket.conn.close(true);
        continue;
      }
      const { expiresAtMs } = socket.data;
      // A round later, as the event that tells why may still be on its way.
      if (endIf(socket, state.reasonToEnd)) continue;
      const isExpired = expiresAtMs !== null && clock.now().getTime() > expiresAtMs + TOKEN_TOLERANCE_MS;
      if (endIf(socket, isExpired ? 'TOKEN_EXPIRED' : null) || nowMs - state.checkedAtMs < recheckMs)
        continue;
      state.checkedAtMs = nowMs;
      state.reasonToEnd = await reasonToEnd(socket);
    }
  };

  const timer = setInterval(() => {
    if (isChecking) return;
    isChecking = true;
    void sweep().finally(() => {
      isChecking = false;
    });
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** What earlier rounds have seen of a socket; times of `performance.now()`. */
interface Seen {
  checkedAtMs: number;
  stuckSinceMs: number | null;
  reasonToEnd: string | null;
}

/** Null: it may stay, or nobody can tell just now. */
async function reasonToEnd(socket: GatewaySocket): Promise<string | null> {
  try {
    await socket.data.recheck();
    return null;
  } catch (error) {
    const isAnswer =
      error instanceof ServiceError && error.kind !== 'UNAVAILABLE' && error.kind !== 'INTERNAL';
    return isAnswer ? error.code : null;
  }
}
