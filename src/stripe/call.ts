import type { ProcessorOutcome } from '@/services/ports';
import type { StripeClient } from './client';
import { UnexpectedShape } from './fields';
import { afterLostAttempt, busyOutcome, noAnswerOutcome, outcomeOfError } from './outcome';
import type { CallPriority, TokenBucket } from './token-bucket';
import { isConnectionLost } from './transport';

/** Longest wait for a token. Interactive: this and the call's own time stay under 8 s, as clients give up at 10 s. */
const QUEUE_MS: Readonly<Record<CallPriority, number>> = { interactive: 2_000, batch: 30_000 };
export const MAX_CALL_MS = 6_000;
/** Longest time for an interactive operation of several requests. */
export const MAX_INTERACTIVE_MS = QUEUE_MS.interactive + MAX_CALL_MS;

/** What happened, for metrics. `ms` includes the wait for a token. */
export type Observe = (seen: {
  operation: string;
  ms: number;
  outcome: ProcessorOutcome<unknown>['kind'];
}) => void;

export interface CallerOptions {
  client: StripeClient;
  bucket: TokenBucket;
  priority: CallPriority;
  observe?: Observe;
}

/** One request through the SDK, with the time that is left for it; it must send the same thing every time. */
type Send<T> = (request: { timeout: number }) => Promise<T>;

export type Caller = <T>(operation: string, send: Send<T>) => Promise<ProcessorOutcome<T>>;

/**
 * Wraps a request in rate limit, time limit, one repeat after a lost connection, and the mapping to an outcome. The time
 * limit is a race of our own: the SDK's counts idle time on the socket, so a trickling answer would never meet it.
 * @throws RangeError when the client's time limit is not between 1 ms and MAX_CALL_MS
 */
export function createCaller({ client, bucket, priority, observe }: CallerOptions): Caller {
  if (!Number.isInteger(client.timeoutMs) || client.timeoutMs < 1 || client.timeoutMs > MAX_CALL_MS) {
    throw new RangeError(`The processor's time limit must be 1 to ${MAX_CALL_MS} ms.`);
  }

  return async (operation, send) => {
    const startedMs = performance.now();
    const outcome = (await bucket.take(priority, QUEUE_MS[priority]))
      ? await withinTime(client.timeoutMs, (leftMs) => sendTwiceIfLost(send, leftMs))
      : busyOutcome();
    observe?.({ operation, ms: performance.now() - startedMs, outcome: outcome.kind });
    return outcome;
  };
}

/** A reset is mostly a kept connection that the other side closed meanwhile: worth one repeat with the same key. */
async function sendTwiceIfLost<T>(send: Send<T>, leftMs: () => number): Promise<ProcessorOutcome<T>> {
  try {
    return { kind: 'ok', value: await send({ timeout: leftMs() }) };
  } catch (error) {
    if (!isLost(error)) return outcomeOfError(error);
  }
  try {
    return { kind: 'ok', value: await send({ timeout: leftMs() }) };
  } catch (error) {
    return afterLostAttempt(outcomeOfError(error));
  }
}

function isLost(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof UnexpectedShape) &&
    'detail' in error &&
    isConnectionLost(error.detail)
  );
}

/** Races `run` against a limit; `run` may ask what is left of it. Past it, the answer is `unknown`. */
export async function withinTime<T>(
  limitMs: number,
  run: (leftMs: () => number) => Promise<ProcessorOutcome<T>>,
): Promise<ProcessorOutcome<T>> {
  const endMs = performance.now() + limitMs;
  const leftMs = () => Math.max(1, Math.ceil(endMs - performance.now()));
  let timer: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<ProcessorOutcome<T>>((resolve) => {
    timer = setTimeout(() => resolve(noAnswerOutcome(`no whole answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([run(leftMs), outOfTime]);
  } finally {
    clearTimeout(timer);
  }
}
