/** Verbs and headers the existing frontends use (legacy-contract.md section 1.1), and what tRPC's links send. */
const ALLOWED_METHODS = 'GET, POST, PUT, PATCH, DELETE, OPTIONS';
const ALLOWED_HEADERS =
  'authorization, content-type, x-session-id, x-request-id, idempotency-key, trpc-accept, trpc-batch-mode, last-event-id';
const EXPOSED_HEADERS = 'retry-after, x-request-id, ratelimit-limit, ratelimit-remaining, ratelimit-reset';
const PREFLIGHT_MAX_AGE_SEC = '600';

export interface Cors {
  /** The answer to a preflight request. */
  preflight(): Response;
  /** Adds what a browser needs to read the answer, errors included. No cookies are used across origins. */
  decorate(request: Request, headers: Headers): void;
}

/** `origins`: exact origins, or `*`. An origin that is not listed gets no header, so its browser refuses. */
export function createCors(origins: readonly string[]): Cors {
  const allowed = new Set(origins);
  const isOpen = allowed.has('*');

  return {
    preflight: () =>
      new Response(null, {
        status: 204,
        headers: {
          'access-control-allow-methods': ALLOWED_METHODS,
          'access-control-allow-headers': ALLOWED_HEADERS,
          'access-control-max-age': PREFLIGHT_MAX_AGE_SEC,
        },
      }),
    decorate(request, headers) {
      headers.append('vary', 'origin');
      const origin = request.headers.get('origin');
      if (origin === null || !(isOpen || allowed.has(origin))) return;
      headers.set('access-control-allow-origin', origin);
      headers.set('access-control-expose-headers', EXPOSED_HEADERS);
    },
  };
}
