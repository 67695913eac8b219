import type { Actor } from '../actor';
import type { Settings } from '../context';

/** What applying a fact needs besides its transaction: who brought it, when, and the settings. */
export interface FactContext {
  actor: Actor;
  requestId: string;
  now: Date;
  settings: Settings;
}
