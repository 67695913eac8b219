import { initTRPC, type TRPCError } from '@trpc/server';
import type { z } from 'zod';
import type { Actor } from '@/services/actor';
import type { Action } from '@/services/authorize';
import type { Deps, RequestInfo, ServiceContext } from '@/services/context';
import type { LiveFeed } from '@/services/live/feed';
import type { WatchLink } from '@/services/live/watch';
import { refuseCardNumbers } from '@/services/refuse-card-numbers';
import { transformer } from './encoding';
import { errorData, toTrpcError } from './errors';

/** A websocket that subscriptions are sent over. */
export interface LiveConnection {
  feed: LiveFeed;
  link: WatchLink;
  /** How often it is looked up whether a subscriber may still see what it watches. */
  recheckMs: number;
  /** Who holds it, as of now. Closes it when the credentials do not count any more, and throws. */
  actor(): Promise<Actor>;
  /** Counts a subscription until the answer is called. @throws ServiceError TOO_MANY_SUBSCRIPTIONS */
  claimSubscription(actor: Actor): () => void;
  /** Closes it so that its client comes back and resumes. */
  tryAgain(): void;
}

/** What every call of one HTTP request, or over one websocket, shares. */
export interface TrpcContext {
  deps: Deps;
  request: RequestInfo;
  /** Who asks. Looked up on first use and once only, so that a batch costs one query and public calls none. */
  actor(): Promise<Actor>;
  /** Null over HTTP: live events come over websockets only. */
  live: LiveConnection | null;
}

export interface ProcedureMeta {
  /** The rule of src/services/authorize.ts that guards it; a test fails when a procedure has none. */
  action: Action;
}

/** tRPC repeats the path that it was asked for, which may be as long as a whole request. */
const LONGEST_MESSAGE = 1_000;

const t = initTRPC
  .context<TrpcContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer,
    sse: { enabled: false },
    // Stacks go to the log, never to a caller.
    isDev: false,
    errorFormatter: ({ shape, error, ctx }) => ({
      ...shape,
      message: shape.message.slice(0, LONGEST_MESSAGE),
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

/** What the platform syncs is its own to clean: a row with such a number is stored without it (services/platform/schemas.ts). */
const withoutCards = mapped.use(async ({ getRawInput, meta, next }) => {
  if (meta?.action !== 'platform.sync') refuseCardNumbers(await getRawInput());
  return next();
});

/** For callers who prove who they are: `ctx.service` is what verbs take. The verb decides what they may do. */
export const procedure = withoutCards.use(async ({ ctx, next }) => {
  const service: ServiceContext = { ...ctx.deps, actor: await ctx.actor(), request: ctx.request };
  return next({ ctx: { service } });
});

/** For anyone, without looking at credentials: what a token in the input opens, or what is no secret. */
export const publicProcedure = withoutCards.use(({ ctx, next }) => {
  const service: ServiceContext = { ...ctx.deps, actor: { kind: 'anonymous' }, request: ctx.request };
  return next({ ctx: { service } });
});

/**
 * Types a procedure's input by the schema of its verb, which parses: parsing here too would do it twice. The schema stays
 * with the parser, for tests that make inputs of it (tests/security/fuzz).
 */
export function inputOf<S extends z.ZodType>(schema: S): (raw: unknown) => z.input<S> {
  return Object.assign((raw: unknown) => raw as z.input<S>, { schema });
}
