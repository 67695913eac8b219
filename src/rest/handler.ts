import type { Actor } from '@/services/actor';
import { refuseStranger } from '@/services/authorize';
import type { Deps, RequestInfo, ServiceContext } from '@/services/context';
import { ServiceError } from '@/services/errors';
import { type ActorResolver, credentialsOf } from '@/services/identity/resolve-actor';
import { refuseCardNumbers } from '@/services/refuse-card-numbers';
import { toServiceError } from '@/services/to-service-error';
import type { Answer, RestCall, Route } from './call';
import { errorResponse, errorStatus } from './errors';
import { assertPossibleIds, namesNothing, notFound } from './existence';
import { operationKeyOf, readBody } from './fields';
import { type LimitState, limitHeaders, type RateLimits } from './limits';
import { createMatcher, plainPath } from './match';
import { proxyToPlatform } from './platform/proxy';
import { type PlatformStub, stubRoutes } from './platform/stub';
import { routes } from './routes';
import type { RestSettings } from './settings';

export const REST_PATH = '/api/v1';

export interface RestDoor {
  deps: Deps;
  resolveActor: ActorResolver;
  limits: RateLimits;
  settings: RestSettings;
  /** Null: in production, or where only the platform can sign tokens. */
  stub: PlatformStub | null;
}

export type RestHandler = (request: Request, info: RequestInfo) => Promise<Response>;

/** What one request has come to know about itself, for its answer and its errors. */
interface Progress {
  route: Route | null;
  actor: Actor | null;
  ctx: ServiceContext | null;
  params: Readonly<Record<string, string>>;
  body: Readonly<Record<string, unknown>>;
  limit: LimitState | null;
}

/** The legacy API: finds the row, the caller and the limit, lets the row answer, and wraps what comes of it. */
export function createRestHandler(door: RestDoor): RestHandler {
  const isStubbed = door.stub !== null && door.settings.platformUrl === undefined;
  const match = createMatcher([...routes, ...(isStubbed && door.stub ? stubRoutes(door.stub) : [])]);

  return async (request, info) => {
    const progress: Progress = { route: null, actor: null, ctx: null, params: {}, body: {}, limit: null };
    try {
      const response = await answer(door, match, request, info, progress);
      return withLimit(response, progress.limit);
    } catch (thrown) {
      const error = await toldApart(toServiceError(thrown), progress);
      report(door, info, progress, error);
      return withLimit(errorResponse(error, progress, request), progress.limit);
    }
  };
}

async function answer(
  door: RestDoor,
  match: ReturnType<typeof createMatcher>,
  request: Request,
  info: RequestInfo,
  progress: Progress,
): Promise<Response> {
  const { limits, settings } = door;
  const url = new URL(request.url);
  const fullPath = plainPath(url.pathname);
  // `..` in an address is resolved by now, and may lead out of here.
  if (!fullPath.startsWith(`${REST_PATH}/`)) throw notFound();
  const path = fullPath.slice(REST_PATH.length);
  const found = match(request.method, path);
  progress.route = found?.route ?? null;
  spend(progress, await limits.takeAddress(info.ip));
  if (!found) return elsewhere(settings, request, url.pathname, info.ip);

  const { route, params } = found;
  progress.params = params;
  progress.actor =
    route.who === 'anyone' ? { kind: 'anonymous' } : await door.resolveActor(credentialsOf(request.headers));
  const ctx: ServiceContext = { ...door.deps, actor: progress.actor, request: info };
  progress.ctx = ctx;
  spend(progress, await limits.take(route.limit ?? 'request', progress.actor, info.ip));
  assertMay(route, progress.actor);
  assertPossibleIds(params);
  progress.body = await readBody(request);
  // One by one, as a name may come twice and rows read either.
  refuseCardNumbers([progress.body, ...Array.from(url.searchParams, ([name, value]) => ({ [name]: value }))]);
  const call: RestCall = {
    ctx,
    params,
    query: url.searchParams,
    body: progress.body,
    ...operationKeyOf(request, path),
    settings,
  };
  return envelope(await route.handle(call));
}

const ALLOWED: Record<'staff' | 'admin', readonly Actor['kind'][]> = {
  staff: ['member', 'admin'],
  admin: ['admin'],
};

/** Who is nobody learns that first, whatever else is wrong; what somebody may do is the verb's to say. */
function assertMay({ who }: Route, actor: Actor): void {
  const isRefused =
    who !== 'anyone' && !(who === 'verb' ? actor.kind !== 'anonymous' : ALLOWED[who].includes(actor.kind));
  if (isRefused) refuseStranger(actor, 'payment.list');
}

function envelope({ data, message, status }: Answer): Response {
  const body = { success: true, data, ...(message === undefined ? {} : { message }) };
  return Response.json(body, { status: status ?? 200 });
}

/** Paths that belong to the platform (decision 2), which reads them as they came. */
function elsewhere(
  settings: RestSettings,
  request: Request,
  path: string,
  ip: string | null,
): Promise<Response> {
  if (settings.platformUrl !== undefined) return proxyToPlatform(settings.platformUrl, request, path, ip);
  throw new ServiceError(
    'NOT_FOUND',
    'This API has no such path. Paths of the platform are passed on once PLATFORM_API_URL is set.',
  );
}

/** @throws ServiceError RATE_LIMIT_EXCEEDED */
function spend(progress: Progress, state: LimitState | null): void {
  if (state === null) return;
  if (state.isExceeded || progress.limit === null || state.remaining < progress.limit.remaining)
    progress.limit = state;
  if (state.isExceeded) {
    throw new ServiceError(
      'RATE_LIMIT_EXCEEDED',
      `Too many requests. Try again in ${Math.max(1, state.resetSec)} seconds.`,
    );
  }
}

/** A refusal for a thing that does not exist at all is a 404; only now it is worth finding out. */
async function toldApart(error: ServiceError, { ctx, params, body }: Progress): Promise<ServiceError> {
  if (error.kind !== 'NOT_VISIBLE' || ctx === null) return error;
  try {
    return (await namesNothing(ctx, params, body)) ? notFound() : error;
  } catch (cause) {
    return toServiceError(cause);
  }
}

function withLimit(response: Response, limit: LimitState | null): Response {
  if (limit === null) return response;
  for (const [name, value] of Object.entries(limitHeaders(limit))) response.headers.set(name, value);
  return response;
}

function report({ deps }: RestDoor, info: RequestInfo, { route }: Progress, error: ServiceError): void {
  // The row's pattern, never the address: that may hold a guest's id.
  const row = route === null ? null : `${route.method} ${route.path}`;
  const fields = { requestId: info.id, row, code: error.code, ...error.options.log };
  const status = errorStatus(error);
  if (status === 500) deps.log.error({ ...fields, err: error.cause ?? error }, 'a row failed');
  else if (status === 503)
    deps.log.warn({ ...fields, err: error.cause }, 'a row could not be carried out now');
  else deps.log.debug(fields, 'a row refused');
}
