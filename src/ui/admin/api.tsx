'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createWSClient, httpBatchLink, splitLink, wsLink } from '@trpc/client';
import { createTRPCReact } from '@trpc/react-query';
import { type ReactNode, useState } from 'react';
import superjson from 'superjson';
import type { AppRouter } from '@/trpc/routers';
import { loseStreams } from './connection';

/** Typed hooks of every procedure; the login cookie says who calls. */
export const api = createTRPCReact<AppRouter>();

/** Queries over HTTP in batches, live events over one websocket that resumes by itself. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [queries] = useState(createQueries);
  const [client] = useState(createClient);
  return (
    <api.Provider client={client} queryClient={queries}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </api.Provider>
  );
}

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Live events say when something is stale; a refusal does not change by asking again.
      queries: { staleTime: 15_000, retry: (count, error) => count < 2 && !isRefusal(error) },
      mutations: { retry: false },
    },
  });
}

function isRefusal(error: unknown): boolean {
  const status = (error as { data?: { httpStatus?: number } | null }).data?.httpStatus;
  return status !== undefined && status < 500;
}

const MAX_BATCH_SIZE = 10;

function createClient() {
  const socket = createWSClient({
    url: () => `${window.location.origin.replace(/^http/, 'ws')}/api/trpc`,
    // The cookie of this origin signs in; nothing else is sent.
    connectionParams: () => ({}),
    lazy: { enabled: true, closeMs: 10_000 },
    onClose: loseStreams,
  });
  return api.createClient({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: wsLink({ client: socket, transformer: superjson }),
        false: httpBatchLink({ url: '/api/trpc', transformer: superjson, maxItems: MAX_BATCH_SIZE }),
      }),
    ],
  });
}
