import { initTRPC, type TRPCError } from '@trpc/server';
import superjson from 'superjson';
import type { z } from 'zod';
import type { Actor } from '@/services/actor';
import type { Action } from '@/services/authorize';
import type { Deps, RequestInfo, ServiceContext } from '@/services/context';
import { errorData, toTrpcError } from './errors';

/** What every call of one HTTP request shares. */
export interface TrpcContext {
  deps: Deps;
  request: RequestInfo;
  /** Who asks. Looked up on first use and once only, so that a batch costs one query and public calls none. */
  actor(): Promise<Actor>;
}

export interface ProcedureMeta {
  /** The rule of src/services/authorize.ts that guards it; a test fails when a procedure has none. */
  action: Action;
}

const t = initTRPC
  .context<TrpcContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer: superjson,
    // Stacks go to the log, never to a caller.
    isDev: false,
    errorFormatter: ({ shape, error, ctx }) => ({
      ...shape,
      data: { ...shape.data, ...errorData(error, ctx?.request.id ?? null) },
    }),
  });

export const router = t.router;

/** tRPC wraps what a verb throws as INTERNAL_SERVER_ERROR with the original as cause; here it gets the code of its kind. */
const mapped = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok) throw toTrpcError(isWrapper(result.error) ? result.error.cause : result.error);
  return result;
});

function isWrapper(error: TRPCError): boolean {
  return error.code === 'INTERNAL_SERVER_ERROR' && error.cause !== undefined;
}

/** For callers who prove who they are: `ctx.service` is what verbs take. The verb decides what they may do. */
export const procedure = mapped.use(async ({ ctx, next }) => {
  const service: ServiceContext = { ...ctx.deps, actor: await ctx.actor(), request: ctx.request };
  return next({ ctx: { service } });
});

/** For anyone, without looking at credentials: what a token in the input opens, or what is no secret. */
export const publicProcedure = mapped.use(({ ctx, next }) => {
  const service: ServiceContext = { ...ctx.deps, actor: { kind: 'anonymous' }, request: ctx.request };
  return next({ ctx: { service } });
});

/** Types a procedure's input by the schema of its verb, which parses: parsing here too would do it twice. */
export function inputOf<S extends z.ZodType>(_schema: S): (raw: unknown) => z.input<S> {
  return (raw) => raw as z.input<S>;
}
