'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type CreateTRPCReact, createTRPCReact } from '@trpc/react-query';
import { type ReactNode, useState } from 'react';
import { newOperationKey, type PaymentsRouter } from './index';
import { linksOf, type PaymentsClientOptions } from './links';

/** Hooks of every procedure: `api.payments.get.useQuery(…)`, `api.live.payment.useSubscription(…)`. */
export const api: CreateTRPCReact<PaymentsRouter, unknown> = createTRPCReact<PaymentsRouter>();

/** Above every component that uses the hooks. The options of the first render count; let `token` be a function if it changes. */
export function PaymentsProvider({
  children,
  queryClient,
  ...options
}: PaymentsClientOptions & {
  children: ReactNode;
  /** The application's own, if it has one. */
  queryClient?: QueryClient | undefined;
}) {
  const [queries] = useState(() => queryClient ?? new QueryClient());
  const [client] = useState(() => api.createClient({ links: linksOf(options) }));
  return (
    <api.Provider client={client} queryClient={queries}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </api.Provider>
  );
}

/**
 * The key of one operation of a screen, the same over every render and every try of it. Call `renew` once it has succeeded, or
 * when something else is asked for.
 */
export function useOperationKey(): { key: string; renew(): void } {
  const [key, setKey] = useState(newOperationKey);
  return { key, renew: () => setKey(newOperationKey()) };
}
