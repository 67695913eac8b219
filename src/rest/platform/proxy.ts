import { ServiceError } from '@/services/errors';

/** Below the clients' 10 s. */
export const PROXY_LIMIT_MS = 8_000;
/** Of one connection, not of the message; the others are this server's own to set. */
const DROPPED_REQUEST = ['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding'];
const DROPPED_RESPONSE = [
  'connection',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'keep-alive',
];

/**
 * Passes a request on to the platform's own API (decision 2): path, query, headers and body as they are. The host is the
 * configured one, whatever the path says. @throws ServiceError PLATFORM_UNAVAILABLE when it is silent
 */
export async function proxyToPlatform(
  baseUrl: string,
  request: Request,
  path: string,
  ip: string | null,
  limitMs = PROXY_LIMIT_MS,
): Promise<Response> {
  const target = `${baseUrl}${path}${new URL(request.url).search}`;
  const headers = without(request.headers, (name) => DROPPED_REQUEST.includes(name));
  // What this server knows of the caller's address, not what the caller says.
  if (ip === null) headers.delete('x-forwarded-for');
  else headers.set('x-forwarded-for', ip);
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  try {
    const answer = await fetch(target, {
      method: request.method,
      headers,
      body: hasBody ? await request.arrayBuffer() : null,
      // A redirect is the client's to follow: following it here could lead anywhere.
      redirect: 'manual',
      signal: AbortSignal.timeout(limitMs),
    });
    return new Response(answer.body, {
      status: answer.status,
      headers: without(
        answer.headers,
        (name) => DROPPED_RESPONSE.includes(name) || name.startsWith('access-control-'),
      ),
    });
  } catch (cause) {
    throw new ServiceError('PLATFORM_UNAVAILABLE', 'The platform does not answer. Try again shortly.', {
      cause,
      log: { path },
    });
  }
}

function without(headers: Headers, isDropped: (name: string) => boolean): Headers {
  return new Headers([...headers].filter(([name]) => !isDropped(name)));
}
