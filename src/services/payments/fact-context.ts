import type { Actor } from '../actor';
import type { ServiceContext, Settings } from '../context';

/** Where a change of a payment comes from: who, in which request, and when. The audit keeps all three. */
export interface ChangeOrigin {
  actor: Actor;
  requestId: string;
  now: Date;
}

/** What applying a fact needs besides its transaction. */
export interface FactContext extends ChangeOrigin {
  settings: Settings;
}

/** The caller of a verb as the origin of what it changes now. */
export function originOf(ctx: ServiceContext): ChangeOrigin {
  return { actor: ctx.actor, requestId: ctx.request.id, now: ctx.clock.now() };
}

/** The same for a fact that the verb itself applies, as the processor has just told it. */
export function factContextOf(ctx: ServiceContext): FactContext {
  return { ...originOf(ctx), settings: ctx.settings };
}
