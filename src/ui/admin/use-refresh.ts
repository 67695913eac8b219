'use client';

import { useEffect, useRef, useState } from 'react';
import { coalesce } from './coalesce';

/** Asks anew for what a page shows, as {@link coalesce} says. Live events may call it as often as they like. */
export function useRefresh(run: () => Promise<unknown>): () => void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  const [refresh] = useState(() => coalesce(() => latest.current()));
  return refresh;
}

/** What of a query a refresh needs. */
interface Refetched {
  isFetching: boolean;
  refetch(options: { cancelRefetch: boolean }): Promise<unknown>;
}

/** The same of one query. What it loads just now, such as a next page, may have been read before the event: it ends first. */
export function useRefetch({ isFetching, refetch }: Refetched): () => void {
  return useRefresh(async () => {
    if (isFetching) await refetch({ cancelRefetch: false });
    await refetch({ cancelRefetch: false });
  });
}
