import type { Actor } from '@/services/actor';

/** `payment`: creates a payment; `request`: anything else. */
export type LimitKind = 'payment' | 'request';

/** How a caller stands with the limit that is nearest to its end. */
export interface LimitState {
  limit: number;
  remaining: number;
  resetSec: number;
  isExceeded: boolean;
}

/** Counts requests by actor and by address (decision 27). Never throws: without its store it counts in memory. */
export interface RateLimits {
  /**
   * Everything from one address, before anybody is looked up. Null address: not known, not counted.
   * @param points how many calls a batch holds
   */
  takeAddress(ip: string | null, points?: number): Promise<LimitState | null>;
  /** @param points as above */
  take(kind: LimitKind, actor: Actor, ip: string | null, points?: number): Promise<LimitState>;
}

/** The header fields of draft-ietf-httpapi-ratelimit-headers as deployed: limit, remaining, seconds to reset. */
export function limitHeaders(state: LimitState): Record<string, string> {
  return {
    'ratelimit-limit': String(state.limit),
    'ratelimit-remaining': String(state.remaining),
    'ratelimit-reset': String(state.resetSec),
    ...(state.isExceeded ? { 'retry-after': String(Math.max(1, state.resetSec)) } : {}),
  };
}

/** The one that refuses for longest; else the one with the least left. */
export function nearest(states: readonly LimitState[]): LimitState {
  const rank = (state: LimitState) => (state.isExceeded ? -1 - state.resetSec : state.remaining);
  return states.reduce((first, state) => (rank(state) < rank(first) ? state : first));
}
