'use client';

import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { useEffect, useState } from 'react';
import superjson from 'superjson';
import type { LiveEvent } from '@/services/live/events';
import type { LiveMessage } from '@/services/live/messages';
import type { AppRouter } from '@/trpc/routers';
import { loseStreams, startStream } from '@/ui/admin/connection';

export type ShownEvent = LiveEvent & { position: string };

interface Watched {
  /** Newest first. */
  events: readonly ShownEvent[];
  /** The stream has begun, so what is not there has not happened. */
  hasBegun: boolean;
  /** It was away for longer than events are kept. */
  hasGap: boolean;
  error: Error | null;
}

const NOTHING: Watched = { events: [], hasBegun: false, hasGap: false, error: null };
const SHOWN = 200;
/** Somebody looks at it: not half a minute, as the client does by itself. */
const LONGEST_RETRY_MS = 4_000;

/** The live events of a restaurant of the demo from now on. After a break the client resumes behind the last one it saw. */
export function useWatch(restaurantId: string): Watched {
  const [watched, setWatched] = useState(NOTHING);
  useEffect(() => {
    setWatched(NOTHING);
    const change = (to: (before: Watched) => Partial<Watched>) =>
      setWatched((before) => ({ ...before, ...to(before) }));
    const stream = startStream();
    const socket = createWSClient({
      url: `${window.location.origin.replace(/^http/, 'ws')}/api/trpc`,
      connectionParams: () => watchToken(restaurantId),
      retryDelayMs: (attempt) => Math.min(LONGEST_RETRY_MS, 250 * 2 ** attempt),
      onClose: loseStreams,
    });
    const client = createTRPCClient<AppRouter>({
      links: [wsLink({ client: socket, transformer: superjson })],
    });
    const watching = client.live.restaurant.subscribe(
      { restaurantId },
      {
        onData: (message: unknown) => {
          const { data } = message as { data: LiveMessage };
          if (data.type === 'live:ready') {
            stream.isLive();
            change(() => ({ hasBegun: true }));
          } else if (data.type === 'live:resync') change(() => ({ hasGap: true }));
          else change(({ events }) => ({ events: [data as ShownEvent, ...events].slice(0, SHOWN) }));
        },
        onError: (error) => {
          stream.stop();
          change(() => ({ error }));
        },
      },
    );
    return () => {
      stream.stop();
      watching.unsubscribe();
      void socket.close();
    };
  }, [restaurantId]);
  return watched;
}

/** Asked for with every new connection. Where there is none to have, the subscription is refused; else the client tries again. */
async function watchToken(restaurantId: string): Promise<{ token?: string }> {
  const query = new URLSearchParams({ restaurantId });
  const response = await fetch(`/demo/live/token?${query}`, { method: 'POST' });
  if (response.status === 404) return {};
  if (!response.ok) throw new Error('There is no token just now.');
  return (await response.json()) as { token: string };
}
