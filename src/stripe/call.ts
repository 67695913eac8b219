import type { ProcessorOutcome } from '@/services/ports';
import type { StripeClient } from './client';
import { UnexpectedShape } from './fields';
import { afterLostAttempt, busyOutcome, noAnswerOutcome, outcomeOfError } from './outcome';
import type { CallPriority, TokenBucket } from './token-bucket';
import { isConnectionLost } from './transport';

/** Clients give up at 10 s (legacy-contract 1.4). */
const MAX_TIME_LIMIT_MS = 9_500;
const BATCH_QUEUE_MS = 30_000;

/** What happened, for metrics and the log of calls. `ms` includes the wait for a token. */
export type Observe = (seen: {
  operation: string;
  /** The id that it is about, ours or the processor's; null: no payment. */
  about: string | null;
  /** The idempotency key of what changes something; null: it only asked. */
  key: string | null;
  ms: number;
  outcome: ProcessorOutcome<unknown>['kind'];
  errorCode: string | null;
}) => void;

/** What is asked: a plain name when it is about no payment. */
export type Asked = string | { operation: string; about: string | undefined; key?: string };

export interface CallerOptions {
  client: StripeClient;
  bucket: TokenBucket;
  priority: CallPriority;
  observe?: Observe;
}

/** One request through the SDK, with the time that is left for it; it must send the same thing every time. */
type Send<T> = (request: { timeout: number }) => Promise<T>;

export type Caller = <T>(asked: Asked, send: Send<T>) => Promise<ProcessorOutcome<T>>;

/**
 * Wraps a request in rate limit, time limit, one repeat after a lost connection, and the mapping to an outcome. The time
 * limit is a race of our own: the SDK's counts idle time on the socket, so a trickling answer would never meet it.
 * An interactive call waits for its token within its limit, at most a quarter of it; a batch call before it begins.
 * @throws RangeError when the client's time limit is not between 1 ms and MAX_TIME_LIMIT_MS
 */
export function createCaller({ client, bucket, priority, observe }: CallerOptions): Caller {
  const { timeoutMs } = client;
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > MAX_TIME_LIMIT_MS) {
    throw new RangeError(`The processor's time limit must be 1 to ${MAX_TIME_LIMIT_MS} ms.`);
  }
  const isInteractive = priority === 'interactive';
  const queueMs = isInteractive ? timeoutMs / 4 : BATCH_QUEUE_MS;

  return async (asked, send) => {
    const startedMs = performance.now();
    const elapsedMs = () => performance.now() - startedMs;
    const hasToken = await bucket.take(priority, queueMs);
    const limitMs = isInteractive ? timeoutMs - elapsedMs() : timeoutMs;
    const outcome = hasToken
      ? await withinTime(limitMs, (leftMs) => sendTwiceIfLost(send, leftMs))
      : busyOutcome();
    observe?.({ ...namesOf(asked), ms: elapsedMs(), ...endOf(outcome) });
    return outcome;
  };
}

function namesOf(asked: Asked) {
  if (typeof asked === 'string') return { operation: asked, about: null, key: null };
  return { operation: asked.operation, about: asked.about ?? null, key: asked.key ?? null };
}

function endOf(outcome: ProcessorOutcome<unknown>) {
  return { outcome: outcome.kind, errorCode: outcome.kind === 'ok' ? null : outcome.error.code };
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
    timer = setTimeout(
      () => resolve(noAnswerOutcome(`no whole answer within ${Math.round(limitMs)} ms`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([run(leftMs), outOfTime]);
  } finally {
    clearTimeout(timer);
  }
}
