import { createTRPCClient, createWSClient, type TRPCClientError, wsLink } from '@trpc/client';
import superjson from 'superjson';
import { WebSocket } from 'ws';
import type { LiveEvent } from '@/services/live/events';
import type { LiveMessage } from '@/services/live/messages';
import type { AppRouter } from '@/trpc/routers';
import { waitFor } from './wait-for';

type Credentials = { token?: string; sessionId?: string };

export interface LiveClient {
  watch(path: LivePath, input: object): Watching;
  /** Codes that the server closed connections with. */
  closes: readonly number[];
  /** Ends the connection without a word, as a train does in a tunnel; the client comes back. */
  drop(): void;
  close(): Promise<void>;
}

export type LivePath = 'payment' | 'order' | 'tableSession' | 'restaurant' | 'admin' | 'platform';

export interface Watching {
  messages: readonly LiveMessage[];
  /** Events only, in order of arrival. */
  events(): LiveEvent[];
  error: TRPCClientError<AppRouter> | null;
  ended(): boolean;
  /** Once it listens. */
  ready(): Promise<void>;
  /** The first event of this type, once it is there. */
  event<Type extends LiveEvent['type']>(
    type: Type,
  ): Promise<Extract<LiveEvent, { type: Type }> & { position: string }>;
  stop(): void;
}

/**
 * The typed client over a websocket, as the frontends use it. Address and credentials are asked anew for every connection, as
 * behind a load balancer.
 */
export function openLiveClient(
  address: string | (() => string),
  credentials: Credentials | (() => Credentials | Promise<Credentials>),
  options: { retryDelayMs?: number; headers?: Record<string, string> } = {},
): LiveClient {
  const closes: number[] = [];
  let socket: WebSocket | null = null;
  class Socket extends WebSocket {
    constructor(address: string) {
      super(address, { headers: options.headers ?? {} });
      socket = this;
    }
  }
  const connection = createWSClient({
    url: () => `${(typeof address === 'string' ? address : address()).replace(/^http/, 'ws')}/api/trpc`,
    WebSocket: Socket as unknown as typeof globalThis.WebSocket,
    connectionParams: async () => (typeof credentials === 'function' ? credentials() : credentials),
    retryDelayMs: () => options.retryDelayMs ?? 20,
    onClose: (cause) => cause?.code !== undefined && closes.push(cause.code),
  });
  const client = createTRPCClient<AppRouter>({
    links: [wsLink({ client: connection, transformer: superjson })],
  });
  return {
    closes,
    drop: () => socket?.terminate(),
    close: () => connection.close(),
    watch(path, input) {
      const messages: LiveMessage[] = [];
      const state = { error: null as TRPCClientError<AppRouter> | null, isEnded: false };
      const subscription = client.live[path].subscribe(input as never, {
        onData: ({ data }: { data: LiveMessage }) => void messages.push(data),
        onError: (error: TRPCClientError<AppRouter>) => {
          state.error = error;
        },
        onComplete: () => {
          state.isEnded = true;
        },
      });
      const events = () =>
        messages.filter((m): m is LiveEvent & { position: string } => !m.type.startsWith('live:'));
      return {
        messages,
        events,
        get error() {
          return state.error;
        },
        ended: () => state.isEnded,
        ready: async () => {
          await waitFor(`live.${path} is ready`, () => {
            if (state.error) throw state.error;
            return messages.some((m) => m.type === 'live:ready');
          });
        },
        event: (type) =>
          waitFor(`live.${path} hears ${type}`, () => events().find((e) => e.type === type) as never),
        stop: () => subscription.unsubscribe(),
      };
    },
  };
}
