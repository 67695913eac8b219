import type { ErrorCode } from '@/services/errors';

/**
 * What an error says about the operation that it ended. REFUSED: it was decided against, nothing was done. DOOR: this call was
 * not let in, which says nothing about an earlier one. UNKNOWN: nobody knows whether it was done.
 */
type Verdict = 'REFUSED' | 'DOOR' | 'UNKNOWN';

/** Every other code refuses. */
const VERDICTS: Partial<Record<ErrorCode, Verdict>> = {
  UNAUTHENTICATED: 'DOOR',
  TOKEN_INVALID: 'DOOR',
  TOKEN_EXPIRED: 'DOOR',
  SESSION_UNKNOWN: 'DOOR',
  FORBIDDEN: 'DOOR',
  HTTPS_REQUIRED: 'DOOR',
  SECOND_FACTOR_REQUIRED: 'DOOR',
  NOT_FOUND: 'DOOR',
  INVALID_INPUT: 'DOOR',
  PAYLOAD_TOO_LARGE: 'DOOR',
  RATE_LIMIT_EXCEEDED: 'DOOR',
  IDENTITY_UNAVAILABLE: 'DOOR',
  CREATION_IN_PROGRESS: 'UNKNOWN',
  PROCESSOR_UNAVAILABLE: 'UNKNOWN',
  PROCESSOR_OUTCOME_UNKNOWN: 'UNKNOWN',
  DATABASE_UNAVAILABLE: 'UNKNOWN',
  PLATFORM_UNAVAILABLE: 'UNKNOWN',
  INTERNAL: 'UNKNOWN',
};

export function verdictOf(error: unknown): Verdict {
  const code = appCodeOf(error);
  return code === null ? 'UNKNOWN' : (VERDICTS[code as ErrorCode] ?? 'REFUSED');
}

/** The session has ended: signing in again, and nothing else, helps. */
export function isSignedOut(error: unknown): boolean {
  return dataOf(error)?.code === 'UNAUTHORIZED';
}

/** For people at the pages, who have no keys to choose. */
const TEXTS: Partial<Record<ErrorCode, string>> = {
  CREATION_IN_PROGRESS: 'This is being worked on.',
  PROCESSOR_OUTCOME_UNKNOWN: 'Stripe or the database has not answered in time.',
  PROCESSOR_UNAVAILABLE: 'Stripe is busy or cannot be reached.',
  IDEMPOTENCY_KEY_REUSED:
    'Something else was asked for at the same time. Look at what was done, then start again.',
};

/** An error of the API as people read it, with the id to quote. */
export function describe(error: unknown): { message: string; requestId: string | null } {
  if (!(error instanceof Error)) return { message: 'Something went wrong.', requestId: null };
  if (isSignedOut(error)) return { message: 'Your session has ended.', requestId: null };
  const code = appCodeOf(error);
  // Without an answer the message is the browser's, in words of its own, or a proxy's page that could not be read.
  if (code === null && error.name === 'TRPCClientError')
    return { message: 'The server cannot be reached.', requestId: null };
  const requestId = dataOf(error)?.requestId;
  return {
    message: TEXTS[code as ErrorCode] ?? error.message,
    requestId: typeof requestId === 'string' ? requestId : null,
  };
}

function appCodeOf(error: unknown): string | null {
  const code = dataOf(error)?.appCode;
  return typeof code === 'string' ? code : null;
}

function dataOf(error: unknown): { code?: unknown; appCode?: unknown; requestId?: unknown } | null {
  return error instanceof Error ? ((error as { data?: object | null }).data ?? null) : null;
}
