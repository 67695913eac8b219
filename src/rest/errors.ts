import type { Actor } from '@/services/actor';
import { type ErrorKind, ServiceError } from '@/services/errors';
import type { Route } from './call';
import { plainPath } from './match';

/** The one place that maps a refusal to the legacy wire (legacy-contract 1.4). 401 for credentials only. */
const STATUS: Record<ErrorKind, number> = {
  INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  NOT_VISIBLE: 403,
  CONFLICT: 409,
  PRECONDITION: 410,
  DECLINED: 402,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** Names that the screens know for what we name otherwise. */
const WIRE_CODES: Readonly<Record<string, string>> = { SESSION_UNKNOWN: 'SESSION_EXPIRED' };

/** What is refused, as it travels: `message` and `code` at the top, where every client looks. */
export interface ErrorBody {
  success: false;
  message: string;
  code: string;
  errorCode: string;
  error?: { code: string; message: string; details?: object };
}

/** @param plain without the `error` key: the client then raises its raw error, with `.response` */
export function errorBody(
  error: Pick<ServiceError, 'code' | 'message' | 'details'>,
  plain = false,
): ErrorBody {
  const { message } = error;
  const isShortOfMoney = error.details.declineCode === 'insufficient_funds';
  const code = isShortOfMoney ? 'INSUFFICIENT_FUNDS' : (WIRE_CODES[error.code] ?? error.code);
  const details = Object.keys(error.details).length > 0 ? { details: error.details } : {};
  return {
    success: false,
    message,
    code,
    errorCode: code,
    ...(plain ? {} : { error: { code, message, ...details } }),
  };
}

export function errorStatus(error: ServiceError): number {
  return error.code === 'PAYLOAD_TOO_LARGE' ? 413 : STATUS[error.kind];
}

/** Paths whose screens look for `.response`, whoever answers them (legacy-contract 1.4). */
const PLAIN_PATHS = /^\/api\/v1\/(qr\/.*|orders)$/;

/** The answer to a refusal. `actor` null: nobody was made out. */
export function errorResponse(
  error: ServiceError,
  { route, actor }: { route: Route | null; actor: Actor | null },
  request: Request,
): Response {
  const isGuest = actor === null || actor.kind === 'guest' || actor.kind === 'anonymous';
  const isPlain =
    (route?.plainErrors === 'guest' && isGuest) || PLAIN_PATHS.test(plainPath(new URL(request.url).pathname));
  if (error.kind === 'NOT_VISIBLE' && route?.strangerGuestGets401 && actor?.kind === 'guest') {
    return Response.json(errorBody(UNAUTHORIZED, isPlain), { status: 401 });
  }
  const shown = error.kind === 'NOT_VISIBLE' ? NOT_YOURS : error;
  return Response.json(errorBody(shown, isPlain), { status: errorStatus(error) });
}

/** A refusal made before the table was asked. */
export function refuseRest(error: ServiceError, status: number): Response {
  return Response.json(errorBody(error), { status });
}

/** The success page tests the text as well as the status. */
const UNAUTHORIZED = new ServiceError(
  'UNAUTHENTICATED',
  'Unauthorized: this payment belongs to another table.',
);
const NOT_YOURS = new ServiceError(
  'FORBIDDEN',
  'This belongs to somebody else. Check the id and your login.',
);
