import {
  createWSClient,
  httpBatchLink,
  type Operation,
  type OperationLink,
  splitLink,
  type TRPCLink,
  type TRPCWebSocketClient,
  wsLink,
} from '@trpc/client';
import superjson from 'superjson';
import { keepTrying } from './keep-trying';
import { keyLink } from './operation-key';
import type { PaymentsRouter } from './router';

/** A value, or where to get a fresh one: asked for every request and every new connection. */
type Provided = string | (() => string | Promise<string>);

export interface PaymentsClientOptions {
  /** Where the payments server is, without a path: `https://pay.example.org`. */
  url: string;
  /** Where websockets are served, if not there: a process of `npm run live` beside a Next.js host. */
  liveUrl?: string | undefined;
  /** The platform's JWT of whoever is signed in. */
  token?: Provided | undefined;
  /** The guest id of the table, for guests; beside a token it tells a signed-in customer's table. */
  guestSession?: Provided | undefined;
  /** Where there is none built in, such as Node.js 20: the class of the package `ws`. */
  WebSocket?: typeof WebSocket | undefined;
  /** How long an answer may take, ms; then the call counts as unanswered. The server's own bound is 10 s. */
  timeoutMs?: number | undefined;
}

/** What the server takes in one request (decision 26). */
const MAX_BATCH = 10;
const TIMEOUT_MS = 15_000;
/** After the last subscription has ended. */
const SOCKET_IDLE_MS = 1_000;

/**
 * Queries and mutations in batches over HTTP; subscriptions over one websocket that opens with the first, comes back by
 * itself and goes on after the last event it saw.
 */
export function linksOf(options: PaymentsClientOptions): TRPCLink<PaymentsRouter>[] {
  const base = withoutSlash(options.url);
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  return [
    keyLink(),
    keepTrying(),
    splitLink({
      condition: ({ type }: Operation) => type === 'subscription',
      true: socketLink(options, withoutSlash(options.liveUrl ?? options.url)),
      false: httpBatchLink({
        url: `${base}/api/trpc`,
        transformer: superjson,
        maxItems: MAX_BATCH,
        headers: async () => {
          const { token, guestSession } = await credentialsOf(options);
          return {
            ...(token && { authorization: `Bearer ${token}` }),
            ...(guestSession && { 'x-session-id': guestSession }),
          };
        },
        fetch: (input, init) => fetch(input, { ...init, signal: bounded(init?.signal, timeoutMs) }),
      }),
    }),
  ];
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/** Made with the first subscription: where there is no WebSocket, such as on a server, everything else works. */
function socketLink(options: PaymentsClientOptions, base: string): TRPCLink<PaymentsRouter> {
  return (runtime) => {
    let link: OperationLink<PaymentsRouter> | undefined;
    return (operation) => {
      link ??= wsLink<PaymentsRouter>({ client: openSocket(options, base), transformer: superjson })(runtime);
      return link(operation);
    };
  };
}

function openSocket(options: PaymentsClientOptions, base: string): TRPCWebSocketClient {
  return createWSClient({
    url: `${base.replace(/^http/, 'ws')}/api/trpc`,
    connectionParams: async () => {
      const { token, guestSession } = await credentialsOf(options);
      return { ...(token && { token }), ...(guestSession && { sessionId: guestSession }) };
    },
    lazy: { enabled: true, closeMs: SOCKET_IDLE_MS },
    ...(options.WebSocket && { WebSocket: options.WebSocket }),
  });
}

async function credentialsOf({ token, guestSession }: PaymentsClientOptions) {
  return { token: await provide(token), guestSession: await provide(guestSession) };
}

function provide(provided: Provided | undefined): string | undefined | Promise<string> {
  return typeof provided === 'function' ? provided() : provided;
}

function bounded(signal: AbortSignal | null | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}
