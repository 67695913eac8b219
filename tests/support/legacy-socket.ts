import { io, type Socket } from 'socket.io-client';
import { waitFor } from './wait-for';

/** An event as it came over the wire. */
export interface Received {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, as it is for the clients
  payload: any;
}

/** One connection of the existing client, with everything it got since. */
export interface LegacySocket {
  socket: Socket;
  received: readonly Received[];
  /** Payloads of one event so far. */
  of(name: string): Received['payload'][];
  /** The first of that name that fits, once it is there. */
  next(name: string, fits?: (payload: Received['payload']) => boolean): Promise<Received['payload']>;
  /** Sends with an acknowledgement, which the existing client never asks for. */
  ask(name: string, body?: unknown): Promise<{ success: boolean; code?: string; message?: string }>;
  close(): void;
}

export interface Refused {
  code: string | undefined;
  message: string;
}

interface Target {
  namespace: '/restaurant' | '/customer' | '/';
  auth?: Record<string, unknown>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
}

const ANSWER_MS = 10_000;
/** Machines that run many tests at once are slow. */
const EVENT_MS = 30_000;

/** Connects as the existing client does (legacy-contract 5.1): websocket alone, 10 s, five attempts. */
export async function connectLegacy(url: string, target: Target): Promise<LegacySocket> {
  const opened = open(url, target);
  const refused = await opened.outcome;
  if (refused !== null) {
    opened.socket.disconnect();
    throw new Error(`refused: ${refused.code} ${refused.message}`);
  }
  return wrap(opened.socket, opened.received);
}

/** How the connection is refused; fails if it is not. */
export async function refusedLegacy(url: string, target: Target): Promise<Refused> {
  const { socket, outcome } = open(url, target);
  const refused = await outcome;
  const triesAgain = socket.active;
  socket.disconnect();
  if (refused === null) throw new Error('the connection was expected to be refused');
  if (triesAgain && refused.code !== undefined) throw new Error('a refused client must not try again');
  return refused;
}

/** R's handshake: token and restaurant, in `auth`. */
export function asRestaurant(token: string, restaurantId: string): Target {
  return { namespace: '/restaurant', auth: { token, restaurantId } };
}

/** C's handshake: the ids of the table, in the query. */
export function asCustomer(ids: { tableId: string; restaurantId: string; sessionId: string }): Target {
  return { namespace: '/customer', query: ids };
}

/** An open page of the existing apps: constructing and then connecting opens two connections. */
export function openPage(url: string, target: Target): Promise<[LegacySocket, LegacySocket]> {
  return Promise.all([connectLegacy(url, target), connectLegacy(url, target)]);
}

function open(url: string, { namespace, auth, query, headers }: Target) {
  const socket = io(`${url}${namespace}`, {
    transports: ['websocket'],
    timeout: 10_000,
    reconnectionAttempts: 5,
    reconnectionDelay: 50,
    forceNew: true,
    ...(auth && { auth }),
    ...(query && { query }),
    ...(headers && { extraHeaders: headers }),
  });
  const received: Received[] = [];
  socket.onAny((name: string, payload: unknown) => received.push({ name, payload }));
  const outcome = new Promise<Refused | null>((resolve) => {
    socket.once('connect', () => resolve(null));
    socket.once('connect_error', (error: Error & { data?: { code?: string } }) =>
      resolve({ code: error.data?.code, message: error.message }),
    );
  });
  return { socket, received, outcome };
}

function wrap(socket: Socket, received: Received[]): LegacySocket {
  const of = (name: string) => received.filter((event) => event.name === name).map((event) => event.payload);
  return {
    socket,
    received,
    of,
    next: (name, fits = () => true) =>
      waitFor(`the event ${name}`, () => of(name).find(fits) ?? null, EVENT_MS),
    ask: (name, body) => socket.timeout(ANSWER_MS).emitWithAck(name, ...(body === undefined ? [] : [body])),
    close: () => void socket.disconnect(),
  };
}
