import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import type { Actor } from '@/services/actor';
import type { Deps, RequestInfo } from '@/services/context';
import { ServiceError } from '@/services/errors';
import { type ActorResolver, credentialsOf } from '@/services/identity/resolve-actor';
import { appRouter } from './routers';
import type { TrpcContext } from './trpc';

/** The typed client holds itself to the same (decision 26). */
export const MAX_BATCH_SIZE = 10;
export const TRPC_PATH = '/api/trpc';

export interface TrpcDoor {
  deps: Deps;
  resolveActor: ActorResolver;
}

/** Answers one HTTP request at /api/trpc; `info` is made by the door in front (id, address). */
export function handleTrpc(door: TrpcDoor, request: Request, info: RequestInfo): Promise<Response> {
  return fetchRequestHandler({
    endpoint: TRPC_PATH,
    req: request,
    router: appRouter,
    maxBatchSize: MAX_BATCH_SIZE,
    createContext: () => contextOf(door, request, info),
    onError: ({ error, path }) => {
      const refusal = error.cause instanceof ServiceError ? error.cause : null;
      const fields = { requestId: info.id, path, code: refusal?.code ?? error.code, ...refusal?.options.log };
      if (error.code === 'INTERNAL_SERVER_ERROR') {
        door.deps.log.error({ ...fields, err: refusal?.cause ?? error }, 'a procedure failed');
      } else if (error.code === 'SERVICE_UNAVAILABLE') {
        door.deps.log.warn({ ...fields, err: refusal?.cause }, 'a procedure could not be carried out now');
      } else {
        door.deps.log.debug(fields, 'a procedure refused');
      }
    },
  });
}

function contextOf(door: TrpcDoor, request: Request, info: RequestInfo): TrpcContext {
  let actor: Promise<Actor> | undefined;
  return {
    deps: door.deps,
    request: info,
    actor: () => {
      actor ??= door.resolveActor(credentialsOf(request.headers));
      return actor;
    },
    live: null,
  };
}
