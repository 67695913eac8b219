import type { Deps } from '../context';

type RetrySettings = Pick<Deps['settings'], 'webhookRetryDelayMs' | 'webhookRetryAttempts'>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * How long until a waiting event is looked at again. It is woken when its record appears, and looked at anyway, as a
 * wake-up between two commits can be lost; but that happens early or never, and most that wait for long are not ours.
 */
export function waitingPauseMs(ageMs: number): number {
  if (ageMs < 10 * MINUTE_MS) return MINUTE_MS / 2;
  return ageMs < 4 * HOUR_MS ? 15 * MINUTE_MS : HOUR_MS;
}

/** How long until an event is tried again that has failed, `repeats` times after its first attempt: each pause is twice the last. */
export function retryPauseMs({ webhookRetryDelayMs }: RetrySettings, repeats: number): number {
  return Math.min(webhookRetryDelayMs * 2 ** repeats, 24 * HOUR_MS);
}

/** No event ever pauses longer. */
export function longestPauseMs(settings: RetrySettings): number {
  return Math.max(waitingPauseMs(Infinity), retryPauseMs(settings, settings.webhookRetryAttempts));
}
