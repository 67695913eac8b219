import type { LiveEvent } from './events';

/**
 * What a subscription sends: live events, and two words about the stream. `live:ready`: everything up to `position` has been sent.
 * `live:resync`: events before it are no longer kept; load everything anew.
 */
export type LiveMessage =
  | (LiveEvent & { position: string })
  | { type: 'live:ready' | 'live:resync'; position: string };
