import { EXPORTS_PATH, handleExports, refuseExport } from '@/exports/door';
import { LOGIN_PATH, type Login } from '@/login/login';
import type { Metrics } from '@/observability/metrics';
import type { Tracing } from '@/observability/tracing';
import { handleOptOut, OPT_OUT_PATH } from '@/opt-out/door';
import { refuseRest } from '@/rest/errors';
import { REST_PATH, type RestHandler } from '@/rest/handler';
import type { RateLimits } from '@/rest/limits';
import { API_DOCS_PATH, handleApiDocs, handleOpenApi, OPENAPI_PATH } from '@/rest/openapi/door';
import type { Probes } from '@/rest/probes';
import type { Deps, RequestInfo } from '@/services/context';
import { ServiceError } from '@/services/errors';
import { type ActorResolver, isOwnPage } from '@/services/identity/resolve-actor';
import { createIntake } from '@/services/inbox/intake';
import type { Clock } from '@/services/ports';
import { handleTrpc, TRPC_PATH } from '@/trpc/handler';
import { refuseTrpc } from '@/trpc/refusal';
import { handleStripeWebhook, type WebhookObserver } from '@/webhooks/door';
import { type Door, plainRefusal } from './door';
import { handleMetrics } from './metrics-door';
import { traceIntake } from './trace-intake';
import { handleLimitedTrpc } from './trpc-limits';

const WEBHOOK_MAX_BYTES = 1024 * 1024;
const API_MAX_BYTES = 256 * 1024;
/** Uploads to the platform pass through; rows of our own take no more than the other doors. */
const REST_MAX_BYTES = 10 * 1024 * 1024;
const LOGIN_MAX_BYTES = 64 * 1024;
const PROBE_MAX_BYTES = 1024;

export interface DoorParts {
  deps: Deps;
  /** By which the age of a webhook's signature is judged. */
  machineClock: Clock;
  resolveActor: ActorResolver;
  metrics: Metrics;
  metricsToken: string | undefined;
  login: Login;
  probes: Probes;
  rest: RestHandler;
  /** Null: no traces are made. */
  tracing: Tracing | null;
  /** Null: calls over tRPC are not counted. */
  trpcLimits: RateLimits | null;
}

/** Every door of this service by path: exact paths, and prefixes for doors with paths of their own below. */
export function createDoors(parts: DoorParts): {
  doors: ReadonlyMap<string, Door>;
  prefixes: readonly (readonly [string, Door])[];
} {
  const { probes } = parts;
  const trpc = trpcDoor(parts);
  const webhook = webhookDoor(parts);
  const rest = restDoor(parts);
  return {
    doors: new Map([
      [TRPC_PATH, trpc],
      ['/api/webhooks/stripe', webhook],
      ['/api/v1/payments/webhooks/stripe', webhook],
      [OPENAPI_PATH, probeDoor('openapi', async () => handleOpenApi())],
      [API_DOCS_PATH, apiDocsDoor()],
      ['/health', probeDoor('health', () => probes.health())],
      ['/ready', probeDoor('ready', () => probes.ready())],
      ['/live', probeDoor('live', () => probes.live())],
      ['/metrics', metricsDoor(parts)],
    ]),
    prefixes: [
      [`${TRPC_PATH}/`, trpc],
      [`${REST_PATH}/`, rest],
      [`${OPT_OUT_PATH}/`, optOutDoor(parts)],
      [`${LOGIN_PATH}/`, loginDoor(parts)],
      [`${EXPORTS_PATH}/`, exportsDoor(parts)],
    ],
  };
}

function trpcDoor({ deps, resolveActor, trpcLimits }: DoorParts): Door {
  return {
    name: 'trpc',
    maxBodyBytes: API_MAX_BYTES,
    isForBrowsers: true,
    needsHttps: true,
    handle: (request, info) =>
      trpcLimits === null
        ? handleTrpc({ deps, resolveActor }, request, info)
        : handleLimitedTrpc({ deps, resolveActor, limits: trpcLimits }, request, info),
    refuse: refuseTrpc,
  };
}

function restDoor({ rest }: DoorParts): Door {
  return {
    name: 'rest',
    maxBodyBytes: REST_MAX_BYTES,
    isForBrowsers: true,
    needsHttps: true,
    handle: rest,
    refuse: refuseRest,
  };
}

/** better-auth answers with its own words and cookies. Nobody signs in or out from a page of another site. */
function loginDoor({ login }: DoorParts): Door {
  return {
    name: 'login',
    maxBodyBytes: LOGIN_MAX_BYTES,
    isForBrowsers: false,
    needsHttps: true,
    handle: async (request, info) =>
      request.method === 'POST' && !isOwnPage(request.headers)
        ? plainRefusal(FOREIGN_PAGE, 403)
        : login.handle(request, info.ip),
    refuse: plainRefusal,
  };
}

function webhookDoor({ deps, machineClock, metrics, tracing }: DoorParts): Door {
  const observeWebhook: WebhookObserver = (result, event) => {
    if (event === null) metrics.signatureFailure(result.slice('rejected:'.length));
    else metrics.webhookResult(result, deps.clock.now().getTime() / 1000 - event.createdSec);
  };
  const intake = createIntake(deps);
  const receive = tracing === null ? intake : traceIntake(intake, tracing);
  const webhookDeps = { inbox: deps.inbox, clock: machineClock, observeWebhook, receive };
  return {
    name: 'webhook',
    maxBodyBytes: WEBHOOK_MAX_BYTES,
    isForBrowsers: false,
    needsHttps: true,
    handle: async (request) =>
      request.method === 'POST' ? handleStripeWebhook(webhookDeps, request) : onlyPost(),
    refuse: plainRefusal,
  };
}

/** The link at the end of mails: a page, and what its button and mail programs post to. */
function optOutDoor({ deps }: DoorParts): Door {
  return {
    name: 'opt-out',
    maxBodyBytes: PROBE_MAX_BYTES,
    isForBrowsers: false,
    needsHttps: true,
    handle: (request, info) => handleOptOut(deps, request, info),
    refuse: plainRefusal,
  };
}

function exportsDoor({ deps, resolveActor }: DoorParts): Door {
  return {
    name: 'exports',
    maxBodyBytes: PROBE_MAX_BYTES,
    isForBrowsers: true,
    needsHttps: true,
    handle: (request, info) => handleExports({ deps, resolveActor }, request, info),
    refuse: refuseExport,
  };
}

function probeDoor(name: string, handle: () => Promise<Response>): Door {
  return {
    name,
    maxBodyBytes: PROBE_MAX_BYTES,
    isForBrowsers: true,
    needsHttps: false,
    handle,
    refuse: plainRefusal,
  };
}

/** A page with its own rules for what it may load. */
function apiDocsDoor(): Door {
  return { ...probeDoor('api-docs', async () => handleApiDocs()), isForBrowsers: false };
}

function metricsDoor({ metrics, metricsToken }: DoorParts): Door {
  return {
    name: 'metrics',
    maxBodyBytes: PROBE_MAX_BYTES,
    isForBrowsers: false,
    needsHttps: false,
    handle: (request, _info: RequestInfo, connection) =>
      handleMetrics(metrics, metricsToken, request, connection),
    refuse: (error: ServiceError, status) => plainRefusal(error, status),
  };
}

const FOREIGN_PAGE = new ServiceError('FORBIDDEN', 'Sign in at the pages of this server.');

function onlyPost(): Response {
  return new Response('Stripe posts events here.\n', { status: 405, headers: { allow: 'POST' } });
}
