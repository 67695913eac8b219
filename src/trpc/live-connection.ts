import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TRPCRequestInfo } from '@trpc/server/http';
import { decodeJwt } from 'jose';
import type { WebSocket } from 'ws';
import type { Actor } from '@/services/actor';
import { ServiceError } from '@/services/errors';
import { type Credentials, credentialsOf } from '@/services/identity/resolve-actor';
import { closeSocket } from './close-codes';
import type { LiveCounts } from './live-counts';
import type { LiveDoorParts } from './live-door';
import type { LiveConnection } from './trpc';

interface Parts extends LiveDoorParts {
  counts: LiveCounts;
  /** Shared by all connections: this node is stopping. */
  state: { readonly isLeaving: boolean };
  /** Credentials have come: it is not closed for the lack of them. */
  identified(socket: WebSocket): void;
}

/**
 * Learns who holds a new websocket and watches over it: its credentials' end, its caller's limit, its speed.
 * @throws ServiceError when the credentials are refused; the socket is closed with a code of close-codes.ts
 */
export async function openConnection(
  parts: Parts,
  socket: WebSocket,
  request: IncomingMessage,
  params: TRPCRequestInfo['connectionParams'],
): Promise<LiveConnection> {
  const { settings, counts } = parts;
  const credentials = credentialsFrom(request, params);
  const close = (reason: Parameters<typeof closeSocket>[1]) => closeSocket(socket, reason);
  const actor = async (): Promise<Actor> => {
    try {
      return await parts.resolveActor(credentials);
    } catch (error) {
      const isRefused = error instanceof ServiceError && error.kind === 'UNAUTHENTICATED';
      // What tRPC answers to the failure goes out first.
      setImmediate(close, isRefused ? 'CREDENTIALS_REFUSED' : 'TRY_AGAIN');
      throw error;
    }
  };
  const holder = await actor();
  if (holder.kind !== 'anonymous') {
    parts.identified(socket);
    const release = counts.claimConnection(holder);
    if (release === null) {
      setImmediate(close, 'TOO_MANY_CONNECTIONS');
      throw new ServiceError('TOO_MANY_SUBSCRIPTIONS', 'You hold too many connections. Close one first.');
    }
    if (socket.readyState === socket.OPEN) socket.once('close', release);
    else release();
  }
  closeAtExpiry(socket, credentials.authorization, parts.deps.clock.now());
  return {
    feed: parts.feed,
    recheckMs: settings.recheckMs,
    actor,
    claimSubscription: counts.claimSubscription,
    tryAgain: () => close('TRY_AGAIN'),
    link: {
      isSlow: () => socket.bufferedAmount > settings.bufferBytes,
      cutOff: () => close('TOO_SLOW'),
      isLeaving: () => parts.state.isLeaving,
      ...holdingOf(request.socket),
    },
  };
}

/** Subscriptions may share the socket: whichever flushes first lets all go. */
function holdingOf(socket: Socket) {
  let isHeld = false;
  return {
    hold: () => {
      if (isHeld) return;
      isHeld = true;
      socket.cork();
    },
    flush: () => {
      if (!isHeld) return;
      isHeld = false;
      socket.uncork();
    },
  };
}

/** Connection parameters `{token}` or `{sessionId}`; a login cookie counts from a page of this origin only (decision 5). */
function credentialsFrom(request: IncomingMessage, params: TRPCRequestInfo['connectionParams']): Credentials {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  const sent = credentialsOf(headers);
  if (!params) return sent;
  return {
    authorization: params.token ? `Bearer ${params.token}` : null,
    guestSessionId: params.sessionId ?? null,
    ownPage: sent.ownPage ?? null,
  };
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The token was verified; when it ends, the connection does, and its client comes back with a fresh one. */
function closeAtExpiry(socket: WebSocket, authorization: string | null, now: Date): void {
  if (authorization === null) return;
  const { exp } = decodeJwt(authorization.slice('Bearer '.length).trim());
  const leftMs = (exp ?? Number.POSITIVE_INFINITY) * 1000 - now.getTime();
  if (leftMs > LONGEST_TIMER_MS) return;
  const end = setTimeout(() => closeSocket(socket, 'CREDENTIALS_REFUSED'), leftMs);
  socket.once('close', () => clearTimeout(end));
}
