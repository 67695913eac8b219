import type { FeedEvent } from './feed';
import type { Position } from './position';

/** What has arrived for one subscriber and is not sent yet, and whether its access is to be looked at again. */
export interface Arrivals {
  push(batch: readonly FeedEvent[]): void;
  /** Everything that is there, oldest first; it is not there any more. */
  take(): FeedEvent[];
  isEmpty(): boolean;
  /** More arrived than a subscriber may keep waiting; the rest was dropped. */
  isOverfull(): boolean;
  /** `endedAt`: the event that may have ended the access; what came before it may still be heard. */
  askRecheck(endedAt?: Position): void;
  /** What was asked for, and the first such event; it is not asked for any more. Null: nothing. */
  takeRecheck(): { endedAt: Position | null } | null;
  /** Resolves when there is something to do, or the signal has ended it. */
  next(): Promise<void>;
}

export function createArrivals(signal: AbortSignal, max: number): Arrivals {
  let events: FeedEvent[] = [];
  let isOverfull = false;
  let recheck: { endedAt: Position | null } | null = null;
  let wakeUp: (() => void) | null = null;
  const wake = () => wakeUp?.();
  signal.addEventListener('abort', wake, { once: true });

  return {
    push(batch) {
      if (events.length + batch.length > max) isOverfull = true;
      else events.push(...batch);
      wake();
    },
    take() {
      const taken = events;
      events = [];
      return taken;
    },
    isEmpty: () => events.length === 0,
    isOverfull: () => isOverfull,
    askRecheck(endedAt) {
      recheck = { endedAt: recheck?.endedAt ?? endedAt ?? null };
      wake();
    },
    takeRecheck() {
      const asked = recheck;
      recheck = null;
      return asked;
    },
    next() {
      if (events.length > 0 || isOverfull || recheck !== null || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        wakeUp = () => {
          wakeUp = null;
          resolve();
        };
      });
    },
  };
}
