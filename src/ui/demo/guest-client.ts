import { createTRPCClient, createWSClient, httpBatchLink, splitLink, wsLink } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from '@/trpc/routers';

export type GuestClient = ReturnType<typeof createGuestClient>['client'];

/** The API as a guest of a table uses it. The login of the admin pages in the same browser stays out of it. */
export function createGuestClient(guestSessionId: string) {
  const socket = createWSClient({
    url: `${window.location.origin.replace(/^http/, 'ws')}/api/trpc`,
    connectionParams: { sessionId: guestSessionId },
  });
  const client = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: wsLink({ client: socket, transformer: superjson }),
        false: httpBatchLink({
          url: '/api/trpc',
          transformer: superjson,
          headers: { 'x-session-id': guestSessionId },
          fetch: (url, options) => fetch(url, { ...(options as RequestInit), credentials: 'omit' }),
        }),
      }),
    ],
  });
  return { client, close: () => socket.close() };
}
