import type { LiveEvent } from '@/services/live/events';
import type { FeedEvent, LiveFeed } from '@/services/live/feed';
import type { Position } from '@/services/live/position';
import type { Logger } from '@/services/ports';

/** Facts that change the figures of a restaurant's day: what is open counts too. */
const MOVES_FIGURES: ReadonlySet<LiveEvent['type']> = new Set<LiveEvent['type']>([
  'payment:created',
  'payment:completed',
  'payment:refunded',
  'payment:status_updated',
  'dispute:created',
  'dispute:updated',
]);

const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** A day is counted whole, so a crowded one takes long: counting takes a twentieth of the time, until one count lasts a quarter of a second. */
const PAUSE_PER_MS_OF_WORK = 20;

/** How long to rest after telling took `tookMs`, so that payments keep the database. Never more than twice a second (docs/adr/0034). */
export function pauseAfter(tookMs: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, tookMs * PAUSE_PER_MS_OF_WORK));
}

/**
 * Watches what moves figures, and lets restaurants be told so: `analytics:updated`, many moves in one. Every node watches; which
 * of them tells is settled in the database.
 * @param announce see src/services/live/announce-analytics.ts
 */
export function startAnnouncer(parts: {
  feed: LiveFeed;
  log: Logger;
  announce(moved: ReadonlyMap<string, Position>): Promise<ReadonlySet<string>>;
}): { stop(): Promise<void> } {
  const moved = new Map<string, Position>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;
  let restedAtMs = 0;

  const plan = () => {
    if (isStopped || moved.size === 0) return;
    timer ??= setTimeout(run, Math.max(PAUSE_MS, restedAtMs - performance.now()));
  };
  const run = () => {
    timer = undefined;
    const startedMs = performance.now();
    const telling = new Map(moved);
    running = parts
      .announce(telling)
      .then((left) => {
        for (const [id, place] of telling) if (!left.has(id) && moved.get(id) === place) moved.delete(id);
      })
      .catch((error: unknown) =>
        parts.log.warn({ err: error }, 'moved figures could not be told; tried again'),
      )
      .then(() => {
        const nowMs = performance.now();
        restedAtMs = nowMs + pauseAfter(nowMs - startedMs);
        plan();
      });
  };
  const note = (batch: readonly FeedEvent[]) => {
    for (const { type, restaurantId, place } of batch) {
      if (restaurantId !== null && MOVES_FIGURES.has(type)) moved.set(restaurantId, place);
    }
    plan();
  };
  const stopListening = parts.feed.subscribe(note);
  return {
    async stop() {
      isStopped = true;
      stopListening();
      clearTimeout(timer);
      await running;
    },
  };
}
