import type Stripe from 'stripe';

/** Code of a connection that broke after the request may have been sent. */
export const CONNECTION_LOST = 'CONNECTION_LOST';

const CLOSED_CODES: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE']);
const UNSENT_SYSCALLS: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo']);

/**
 * The SDK repeats a reset request once even with retries off, unseen by its caller (RequestSender._shouldRetry, by error
 * code). Renaming the code keeps every attempt visible to call.ts.
 */
export function withoutHiddenRetry(inner: Stripe.HttpClient): Stripe.HttpClient {
  return {
    getClientName: () => inner.getClientName(),
    makeRequest: async (...request) => {
      try {
        return await inner.makeRequest(...request);
      } catch (error) {
        if (CLOSED_CODES.has(codeOf(error)) && !isUnsent(error)) {
          throw Object.assign(new Error('The connection closed.', { cause: error }), {
            code: CONNECTION_LOST,
          });
        }
        throw error;
      }
    },
  };
}

/** The `code` of a Node.js error, if it has one. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Whether the connection closed under the request or its answer, so that a repeat with the same key is worth while. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  return code === CONNECTION_LOST || CLOSED_CODES.has(code);
}

/**
 * Proof that nothing was sent: the error came from resolving the name or from connecting. Node.js tries several addresses
 * and then gathers their errors: each must be such a one.
 */
export function isUnsent(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isUnsent);
  return error instanceof Error && 'syscall' in error && UNSENT_SYSCALLS.has(error.syscall);
}
