'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useEffect, useRef } from 'react';
import type { AppRouter } from '@/trpc/routers';
import { api } from './api';
import { type Stream, startStream } from './connection';
import { useRestaurant, useViewer } from './viewer';

type Sent = inferRouterOutputs<AppRouter>['live']['admin'];
type Message = Sent extends AsyncIterable<infer Item, unknown, unknown> ? Item : never;
/** A live event as it comes over the websocket. */
export type LiveEvent = Exclude<
  Message extends { data: infer Data }
    ? Data
    : Message extends readonly [string, infer Data, ...unknown[]]
      ? Data
      : Message,
  { type: 'live:ready' | 'live:resync' }
>;

/**
 * Calls `onEvent` for each live event of the chosen restaurant, or of all for admins. `onResync` says that what the page shows
 * may be older than the first event: when the stream begins, and when events were missed for good. After a break it resumes
 * where it stopped. How it stands is told by the page's live light.
 */
export function useLive(onEvent: (event: LiveEvent) => void, onResync: () => void): void {
  const { role } = useViewer();
  const { restaurant } = useRestaurant();
  const isAll = restaurant === null;
  const latest = useRef({ onEvent, onResync });
  useEffect(() => {
    latest.current = { onEvent, onResync };
  });
  const stream = restaurant?.id ?? 'all';
  const isRunning = !isAll || role === 'admin';
  const begun = useRef<string | null>(null);
  const light = useRef<Stream | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another restaurant is another stream
  useEffect(() => {
    if (!isRunning) return;
    const started = startStream();
    light.current = started;
    return () => started.stop();
  }, [isRunning, stream]);
  const onError = (error: unknown) => light.current?.isRefused(error);
  const onData = (message: unknown) => {
    const event = dataOf(message);
    if (event.type === 'live:ready') {
      light.current?.isLive();
      // What the page loaded before the stream began may have changed in between, unheard.
      if (begun.current !== stream) latest.current.onResync();
      begun.current = stream;
    } else if (event.type === 'live:resync') latest.current.onResync();
    else latest.current.onEvent(event as LiveEvent);
  };
  api.live.admin.useSubscription(undefined, { enabled: isAll && isRunning, onData, onError });
  api.live.restaurant.useSubscription(
    { restaurantId: restaurant?.id ?? '' },
    { enabled: !isAll, onData, onError },
  );
}

/** A tracked message carries its id beside what it says. */
function dataOf(message: unknown): { type: string } {
  const inner = message !== null && typeof message === 'object' && 'data' in message ? message.data : message;
  return inner as { type: string };
}
