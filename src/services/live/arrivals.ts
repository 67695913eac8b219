import type { FeedEvent } from './feed';

/** What has arrived for one subscriber and is not sent yet, and whether its access is to be looked at again. */
export interface Arrivals {
  push(batch: readonly FeedEvent[]): void;
  /** Everything that is there, oldest first; it is not there any more. */
  take(): FeedEvent[];
  isEmpty(): boolean;
  /** More arrived than a subscriber may keep waiting; the rest was dropped. */
  isOverfull(): boolean;
  askRecheck(): void;
  /** Whether a recheck was asked for; it is not any more. */
  takeRecheck(): boolean;
  /** Resolves when there is something to do, or the signal has ended it. */
  next(): Promise<void>;
}

export function createArrivals(signal: AbortSignal, max: number): Arrivals {
  let events: FeedEvent[] = [];
  let isOverfull = false;
  let wantsRecheck = false;
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
    askRecheck() {
      wantsRecheck = true;
      wake();
    },
    takeRecheck() {
      const wanted = wantsRecheck;
      wantsRecheck = false;
      return wanted;
    },
    next() {
      if (events.length > 0 || isOverfull || wantsRecheck || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        wakeUp = () => {
          wakeUp = null;
          resolve();
        };
      });
    },
  };
}
