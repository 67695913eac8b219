import { getTRPCErrorShape, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import type { RequestInfo } from '@/services/context';
import type { ServiceError } from '@/services/errors';
import { errorData, TRPC_CODES } from './errors';
import { appRouter } from './routers';

/** A refusal made before tRPC saw the request, in the shape that its clients can read. */
export function refuseTrpc(refusal: ServiceError, status: number, info: RequestInfo): Response {
  const error = new TRPCError({
    code: status === 413 ? 'PAYLOAD_TOO_LARGE' : TRPC_CODES[refusal.kind],
    message: refusal.message,
    cause: refusal,
  });
  const shape = getTRPCErrorShape({
    config: appRouter._def._config,
    error,
    type: 'unknown',
    path: undefined,
    input: undefined,
    ctx: undefined,
  });
  const body = { ...shape, data: { ...shape.data, ...errorData(error, info.id) } };
  return Response.json({ error: superjson.serialize(body) }, { status });
}
