/** Interactive calls (someone waits for the answer) go before batch calls (workers), whatever came first. */
export type CallPriority = 'interactive' | 'batch';

export interface TokenBucketOptions {
  ratePerSec: number;
  /** Tokens that an idle bucket holds; default a tenth of a second's worth, at least 1. */
  burst?: number;
  /** Monotonic milliseconds. */
  nowMs?: () => number;
  /** Runs `wake` once after `delayMs`. */
  schedule?: (wake: () => void, delayMs: number) => void;
}

export interface TokenBucket {
  /** Resolves true with a token, or false once none came within `maxWaitMs` (checked whenever a token falls due). */
  take(priority: CallPriority, maxWaitMs: number): Promise<boolean>;
}

interface Waiter {
  expiresAtMs: number;
  resolve: (granted: boolean) => void;
}

/**
 * Client-side limit below Stripe's own (100 requests per second live, 25 in a sandbox: Stripe "Rate limits"),
 * shared by every processor of the process. First come first served within a priority.
 * @throws RangeError for a rate or burst that could never grant
 */
export function createTokenBucket(options: TokenBucketOptions): TokenBucket {
  const { ratePerSec, nowMs = () => performance.now(), schedule = scheduleTimer } = options;
  const burst = options.burst ?? Math.max(1, ratePerSec / 10);
  if (!(ratePerSec > 0) || !(burst >= 1))
    throw new RangeError('ratePerSec must be positive and burst at least 1');

  const queues: Record<CallPriority, Waiter[]> = { interactive: [], batch: [] };
  let tokens = burst;
  let filledAtMs = nowMs();
  let isWakeScheduled = false;

  function refill(now: number): void {
    tokens = Math.min(burst, tokens + ((now - filledAtMs) * ratePerSec) / 1000);
    filledAtMs = now;
  }

  function serve(): void {
    const now = nowMs();
    refill(now);
    for (const queue of [queues.interactive, queues.batch]) {
      dropExpired(queue, now);
      while (tokens >= 1 && queue.length > 0) {
        tokens -= 1;
        queue.shift()?.resolve(true);
      }
    }
    if (queues.interactive.length + queues.batch.length > 0) scheduleWake();
  }

  function scheduleWake(): void {
    if (isWakeScheduled) return;
    isWakeScheduled = true;
    const delayMs = Math.max(1, Math.ceil(((1 - tokens) * 1000) / ratePerSec));
    schedule(() => {
      isWakeScheduled = false;
      serve();
    }, delayMs);
  }

  return {
    take(priority, maxWaitMs) {
      return new Promise((resolve) => {
        queues[priority].push({ expiresAtMs: nowMs() + maxWaitMs, resolve });
        serve();
      });
    },
  };
}

/** A zero wait still gets a token that is there at once, hence strictly later. */
function dropExpired(queue: Waiter[], now: number): void {
  for (let index = queue.length - 1; index >= 0; index -= 1) {
    const waiter = queue[index];
    if (waiter && now > waiter.expiresAtMs) {
      queue.splice(index, 1);
      waiter.resolve(false);
    }
  }
}

function scheduleTimer(wake: () => void, delayMs: number): void {
  setTimeout(wake, delayMs);
}
