import { timingSafeEqual } from 'node:crypto';
import type { Metrics } from '@/observability/metrics';
import { type Connection, isLoopback } from './client-address';

/**
 * /metrics for Prometheus: with METRICS_TOKEN set it takes `Authorization: Bearer <token>`; without one only a caller on
 * this machine, and not one who came through a proxy on it.
 */
export async function handleMetrics(
  metrics: Metrics,
  token: string | undefined,
  request: Request,
  connection: Connection,
): Promise<Response> {
  if (token === undefined) {
    const isLocal = isLoopback(connection.remoteAddress) && !request.headers.has('x-forwarded-for');
    if (!isLocal) return new Response('Set METRICS_TOKEN to read metrics from elsewhere.\n', { status: 403 });
  } else if (!isSame(request.headers.get('authorization') ?? '', `Bearer ${token}`)) {
    return new Response('The metrics need METRICS_TOKEN as a bearer token.\n', {
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
  return new Response(await metrics.render(), { headers: { 'content-type': metrics.contentType } });
}

function isSame(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
