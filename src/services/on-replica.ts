import type { ServiceContext } from './context';

/**
 * The context for what is read and never decided upon: figures, and files for people. Its db and prisma are the replica's, or
 * the primary's without one. Authorize with the primary's: a replica may not have heard of a restaurant yet.
 */
export function onReplica<Ctx extends Pick<ServiceContext, 'db' | 'prisma' | 'replica'>>(ctx: Ctx): Ctx {
  return { ...ctx, ...ctx.replica };
}
