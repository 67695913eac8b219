import Stripe from 'stripe';
import type { ProcessorOutcome } from '@/services/ports';
import { UnexpectedShape } from './fields';
import { describeError } from './messages';
import { codeOf, isUnsent } from './transport';

type Failure = Exclude<ProcessorOutcome<never>, { kind: 'ok' }>;

/** Statuses whose answer is definite: the request was not executed, or its result is final for its key. */
const DEFINITE_STATUSES: ReadonlySet<number> = new Set([400, 401, 402, 403, 404]);

/**
 * What a failed call to Stripe means (Stripe "Error handling", "Idempotent requests"). Anything not provably definite is
 * `unknown`. Codes that are not Stripe's own: `processor_unreachable`, `processor_no_answer`, `processor_connection_lost`,
 * `processor_error` (5xx), `processor_error_stored` (5xx answered from the key's memory: only a new key can get further),
 * `processor_key_conflict` (the key was used for another request: look, then take a new key),
 * `processor_answer_unreadable`, `processor_credentials`.
 * @throws the error itself when it is neither Stripe's nor one of a bad answer: a bug must not pass for an outcome
 */
export function outcomeOfError(error: unknown): Failure {
  if (error instanceof UnexpectedShape) {
    return failure('unknown', 'processor_answer_unreadable', error.message);
  }
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  if (error instanceof Stripe.errors.StripeConnectionError) return outcomeOfConnection(error);

  const status = error.statusCode ?? null;
  const detail = detailOf(error);
  if (error instanceof Stripe.errors.StripeRateLimitError) {
    return failure('unavailable', error.code ?? 'rate_limit', detail, status);
  }
  if (error instanceof Stripe.errors.StripeIdempotencyError) {
    // An earlier request ran under this key, with other parameters: what it did is not known here.
    return failure('unknown', 'processor_key_conflict', detail, status);
  }
  if (status === 401 || status === 403) return failure('refused', 'processor_credentials', detail, status);
  if (status !== null && DEFINITE_STATUSES.has(status)) {
    const code = error.code ?? error.rawType ?? 'invalid_request_error';
    return failure('refused', code, detail, status, error.decline_code || null);
  }
  if (status === 409) return failure('unknown', error.code ?? 'idempotency_key_in_use', detail, status);
  const isStored = error.headers?.['idempotent-replayed'] === 'true';
  return failure('unknown', isStored ? 'processor_error_stored' : 'processor_error', detail, status);
}

/** Nothing was sent for want of a token: safe to repeat. */
export function busyOutcome(): Failure {
  return failure('unavailable', 'processor_busy', 'no token of the client-side rate limit came in time');
}

/** The time for the call ran out. */
export function noAnswerOutcome(detail: string): Failure {
  return failure('unknown', 'processor_no_answer', detail);
}

/**
 * After a first attempt was lost on the way, a second one that was not let in says nothing about the first.
 */
export function afterLostAttempt(outcome: Failure): Failure {
  const isAboutFirst = outcome.kind === 'refused' && outcome.error.code !== 'processor_credentials';
  return isAboutFirst ? outcome : failure('unknown', 'processor_connection_lost', outcome.error.detail, null);
}

function outcomeOfConnection(error: Stripe.errors.StripeConnectionError): Failure {
  const cause: unknown = error.detail;
  const detail =
    `${error.message} ${cause instanceof Error ? `${String(codeOf(cause) ?? cause.name)}` : ''}`.trim();
  if (isUnsent(cause)) return failure('unavailable', 'processor_unreachable', detail);
  return codeOf(cause) === 'ETIMEDOUT'
    ? failure('unknown', 'processor_no_answer', detail)
    : failure('unknown', 'processor_connection_lost', detail);
}

function detailOf(error: Stripe.errors.StripeError): string {
  const facts = [error.type, error.statusCode, error.code, error.decline_code, error.param, error.requestId];
  return `${facts.filter(Boolean).join(' ')}: ${error.message}`;
}

function failure(
  kind: Failure['kind'],
  code: string,
  detail: string,
  httpStatus: number | null = null,
  declineCode: string | null = null,
): Failure {
  return { kind, error: describeError({ code, declineCode, detail, httpStatus }) };
}
