'use client';

import { useSyncExternalStore } from 'react';
import { isSignedOut } from '@/ui/kit/failure';

/** Of one stream of live events, worst first. The first two are over for good: the server has refused it. */
const STATES = ['signedOut', 'refused', 'lost', 'starting', 'live'] as const;
type StreamState = (typeof STATES)[number];

/** How the live events of this page stand: as the worst of its streams. `off`: nothing on it is live. */
export type Connection = 'off' | StreamState;

/** A stream that runs. After `stop` it counts for nothing, whatever still comes. */
export interface Stream {
  isLive(): void;
  isRefused(error: unknown): void;
  stop(): void;
}

const running = new Map<symbol, StreamState>();
const listeners = new Set<() => void>();

export function startStream(): Stream {
  const id = Symbol('stream');
  running.set(id, 'starting');
  changed();
  const become = (state: StreamState) => {
    if (!running.has(id)) return;
    running.set(id, state);
    changed();
  };
  return {
    isLive: () => become('live'),
    isRefused: (error) => become(isSignedOut(error) ? 'signedOut' : 'refused'),
    stop: () => {
      running.delete(id);
      changed();
    },
  };
}

/** The connection is gone: what ran over it waits for the next one. What was refused does not come back with it. */
export function loseStreams(): void {
  for (const [id, state] of running) if (state === 'live' || state === 'starting') running.set(id, 'lost');
  changed();
}

export function currentConnection(): Connection {
  const states = new Set(running.values());
  return STATES.find((state) => states.has(state)) ?? 'off';
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    currentConnection,
    () => 'off',
  );
}

function changed(): void {
  for (const listener of listeners) listener();
}
