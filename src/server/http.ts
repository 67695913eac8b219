import type { IncomingMessage } from 'node:http';
import type { Metrics } from '@/observability/metrics';
import { requestIdOf } from '@/observability/request-id';
import type { Tracing } from '@/observability/tracing';
import { answerInTime } from '@/services/answer-in-time';
import type { RequestInfo } from '@/services/context';
import { ServiceError } from '@/services/errors';
import type { Logger } from '@/services/ports';
import { toServiceError } from '@/services/to-service-error';
import { withinBodyLimit } from './body-limit';
import { type Connection, cameByHttps, clientAddress, isLoopback } from './client-address';
import type { Cors } from './cors';
import type { Door } from './door';

export interface HttpSettings {
  production: boolean;
  trustedProxyHops: number;
  /** The longest that anybody waits for an answer; 9.5 s when absent: clients give up after 10 (legacy-contract 1.4). */
  answerLimitMs?: number;
}

export interface HttpParts {
  settings: HttpSettings;
  doors: ReadonlyMap<string, Door>;
  /** Doors that answer everything below a path, e.g. `/api/trpc/`. */
  prefixes: readonly (readonly [string, Door])[];
  cors: Cors;
  metrics: Metrics;
  /** Null: no traces are made. */
  tracing: Tracing | null;
  log: Logger;
}

export interface Http {
  /** Whether a door answers this path; everything else is Next.js's. */
  serves(pathname: string): boolean;
  /** The one handler of both mounts. Never rejects. */
  fetch(request: Request, connection: Connection): Promise<Response>;
}

/** A year, as the preload lists ask for. */
const HSTS = 'max-age=31536000; includeSubDomains';

export function createHttp(parts: HttpParts): Http {
  const { settings, cors, metrics, tracing, log } = parts;
  const { answerLimitMs = ANSWER_LIMIT_MS } = settings;

  function doorOf(rawPathname: string): Door | undefined {
    const pathname = singleSlashes(rawPathname);
    return parts.doors.get(pathname) ?? parts.prefixes.find(([prefix]) => pathname.startsWith(prefix))?.[1];
  }

  async function answer(
    door: Door,
    request: Request,
    info: RequestInfo,
    connection: Connection,
    isSecure: boolean,
  ): Promise<Response> {
    try {
      if (door.isForBrowsers && request.method === 'OPTIONS') return cors.preflight();
      if (door.needsHttps && !isSecure) return door.refuse(HTTPS_REQUIRED, 403, info);
      const bounded = await withinBodyLimit(request, door.maxBodyBytes);
      if (bounded === null) return door.refuse(tooLarge(door.maxBodyBytes), 413, info);
      const late = () => door.refuse(LATE, 503, info);
      return await answerInTime({ log }, door.handle(bounded, info, connection), late, answerLimitMs);
    } catch (error) {
      const refusal = toServiceError(error);
      const isAway = refusal.kind === 'UNAVAILABLE';
      if (isAway) log.warn({ requestId: info.id, door: door.name, err: error }, 'a door cannot answer now');
      else log.error({ requestId: info.id, door: door.name, err: error }, 'a door failed');
      return isAway ? door.refuse(refusal, 503, info) : door.refuse(FAILED, 500, info);
    }
  }

  return {
    serves: (pathname) => doorOf(pathname) !== undefined,

    async fetch(request, connection) {
      const startedMs = performance.now();
      const door = doorOf(pathOf(request.url));
      if (door === undefined) return new Response('Not found', { status: 404 });
      const { headers } = request;
      const info: RequestInfo = {
        id: requestIdOf(headers.get('x-request-id')),
        ip: clientAddress(headers.get('x-forwarded-for'), connection, settings.trustedProxyHops),
        userAgent: headers.get('user-agent'),
      };
      const isSecure =
        !settings.production ||
        isSecureRequest((name) => headers.get(name), connection, settings.trustedProxyHops);
      const answerAs = (traced: RequestInfo) => answer(door, request, traced, connection, isSecure);
      const response = await (tracing === null
        ? answerAs(info)
        : answerTraced(tracing, door, request, info, answerAs));
      const own = response.headers;
      own.set('x-request-id', info.id);
      if (response.status === 503 && !own.has('retry-after')) own.set('retry-after', RETRY_AFTER_SEC);
      if (settings.production) own.set('strict-transport-security', HSTS);
      if (door.isForBrowsers) {
        own.set('x-content-type-options', 'nosniff');
        own.set('referrer-policy', 'no-referrer');
        own.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
        if (!own.has('cache-control')) own.set('cache-control', 'no-store');
        cors.decorate(request, own);
      }
      metrics.request(door.name, response.status, (performance.now() - startedMs) / 1000);
      return response;
    },
  };
}

/** Answers in a span, which goes on with the caller's trace if it has one. */
function answerTraced(
  tracing: Tracing,
  door: Door,
  request: Request,
  info: RequestInfo,
  answer: (info: RequestInfo) => Promise<Response>,
): Promise<Response> {
  const attributes = { 'http.request.method': request.method, 'tabsy.request.id': info.id };
  return tracing.inSpan(
    { name: spanName(door, request), kind: 'server', from: request.headers.get('traceparent'), attributes },
    async (traceparent, end) => {
      const response = await answer({ ...info, traceparent });
      end({ 'http.response.status_code': response.status }, response.status >= 500);
      return response;
    },
  );
}

/** With the procedures of tRPC; other paths hold ids and tokens. */
function spanName({ name }: Door, request: Request): string {
  if (name !== 'trpc') return `${request.method} ${name}`;
  return `trpc ${pathOf(request.url).split('/').at(-1)?.slice(0, MAX_SPAN_NAME) ?? ''}`;
}
const MAX_SPAN_NAME = 100;

/** Whether its address and host make a URL: everything behind the doors takes that for granted. */
export function hasAddress({ url, headers }: IncomingMessage): boolean {
  return URL.canParse(singleSlashes(url ?? '/'), `http://${headers.host ?? 'localhost'}`);
}

/** The path of an absolute or origin-form URL, without parsing the rest of it. */
export function pathOf(url: string): string {
  const start = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('://') + 3);
  if (start === -1) return '/';
  const end = url.slice(start).search(/[?#]/);
  return end === -1 ? url.slice(start) : url.slice(start, start + end);
}

/**
 * The address with single slashes in its path: the oldest admin portal asks for `/restaurants//payments`, which Next.js
 * would redirect without CORS headers.
 */
export function singleSlashes(url: string): string {
  const path = pathOf(url);
  return url.startsWith('/') ? path.replace(/\/{2,}/g, '/') + url.slice(path.length) : url;
}

/** By https; or from the machine itself and through no proxy, such as `npm start` tried on a laptop. */
export function isSecureRequest(
  header: (name: string) => string | null,
  connection: Connection,
  trustedHops: number,
): boolean {
  if (cameByHttps(header('x-forwarded-proto'), connection, trustedHops)) return true;
  const isProxied =
    trustedHops > 0 || header('x-forwarded-for') !== null || header('x-forwarded-proto') !== null;
  return !isProxied && isLoopback(connection.remoteAddress) && LOCAL_HOST.test(header('host') ?? '');
}

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const HTTPS_REQUIRED = new ServiceError(
  'HTTPS_REQUIRED',
  'Use https: payments are not taken over plain http.',
);
/** Longer than any limit inside: of a call to the processor, of a verb around it, of a statement. */
const ANSWER_LIMIT_MS = 9_500;
const RETRY_AFTER_SEC = '2';
const LATE = new ServiceError(
  'DATABASE_UNAVAILABLE',
  'No answer in time. Try again shortly; with the same idempotency key nothing is done twice.',
);
const FAILED = new ServiceError('INTERNAL', 'Something went wrong on our side. Try again.');

function tooLarge(maxBytes: number): ServiceError {
  return new ServiceError(
    'PAYLOAD_TOO_LARGE',
    `The body is larger than ${maxBytes} bytes. Send less at once.`,
    {
      details: { maxBytes },
    },
  );
}
