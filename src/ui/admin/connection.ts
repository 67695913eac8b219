'use client';

import { useSyncExternalStore } from 'react';

/** How the live events of this page stand. `off`: nothing on it is live. */
export type Connection = 'off' | 'live' | 'lost';

let current: Connection = 'off';
const listeners = new Set<() => void>();

export function setConnection(next: Connection): void {
  current = next;
  for (const listener of listeners) listener();
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
    () => 'off',
  );
}
