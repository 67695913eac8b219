import { TRPCError } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import type { ErrorCode, ErrorKind } from '@/services/errors';
import { ServiceError } from '@/services/errors';
import { toServiceError } from '@/services/to-service-error';

/** The one place that maps a refusal to tRPC. A stranger's thing looks like one that is not there (decision 6). */
export const TRPC_CODES: Record<ErrorKind, TRPC_ERROR_CODE_KEY> = {
  INVALID: 'BAD_REQUEST',
  UNAUTHENTICATED: 'UNAUTHORIZED',
  FORBIDDEN: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  NOT_VISIBLE: 'NOT_FOUND',
  CONFLICT: 'CONFLICT',
  PRECONDITION: 'PRECONDITION_FAILED',
  DECLINED: 'PAYMENT_REQUIRED',
  RATE_LIMITED: 'TOO_MANY_REQUESTS',
  UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
};

/** Errors of tRPC itself (unknown procedure, broken JSON, wrong method): all of them the caller's. */
const OWN_CODES: Partial<Record<TRPC_ERROR_CODE_KEY, ErrorCode>> = {
  PARSE_ERROR: 'INVALID_INPUT',
  BAD_REQUEST: 'INVALID_INPUT',
  METHOD_NOT_SUPPORTED: 'INVALID_INPUT',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE: 'INVALID_INPUT',
  NOT_FOUND: 'NOT_FOUND',
};

/** Whatever was thrown, as a tRPC error whose message may be shown and whose cause is a ServiceError. */
export function toTrpcError(error: unknown): TRPCError {
  // What tRPC itself finds wrong with a request, such as a body that is no JSON, already has its code.
  if (error instanceof TRPCError && error.code !== 'INTERNAL_SERVER_ERROR') return error;
  const refusal = toServiceError(error);
  return new TRPCError({ code: TRPC_CODES[refusal.kind], message: refusal.message, cause: refusal });
}

/** What `error.data` carries beside tRPC's own fields. Clients branch on `appCode`. */
export interface ErrorData {
  appCode: ErrorCode;
  details: Record<string, string | number | boolean | null>;
  requestId: string | null;
}

export function errorData(error: TRPCError, requestId: string | null): ErrorData {
  if (error.cause instanceof ServiceError) {
    return { appCode: publicCode(error.cause), details: error.cause.details, requestId };
  }
  return { appCode: OWN_CODES[error.code] ?? 'INTERNAL', details: {}, requestId };
}

/** Telling NOT_VISIBLE from NOT_FOUND would say that another tenant's thing exists. */
function publicCode(error: ServiceError): ErrorCode {
  return error.kind === 'NOT_VISIBLE' ? 'NOT_FOUND' : error.code;
}
