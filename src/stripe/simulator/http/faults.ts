import { ApiError } from '../errors';
import { type Frequency, matchesGlob, type Rules } from '../rules';
import { keyInUse } from './idempotency';

/** A fault for requests that match. All kinds answer before execution unless they say otherwise. */
export interface FaultRule extends Frequency {
  method?: 'GET' | 'POST' | 'DELETE';
  /** Glob over the path: `/v1/payment_intents`, `/v1/payment_intents/*` + `/confirm`, `/v1/**`. */
  pathPattern?: string;
  /** Only requests whose raw body or query contains this text (for example a payment id). */
  bodyIncludes?: string;
  /** Not those that contain this, for example `client_secret=`: what a browser sends. */
  bodyExcludes?: string;
  kind: FaultKind;
  /** For `rate_limit`, `server_error` and `conflict`: the `stripe-should-retry` header. */
  shouldRetry?: boolean;
  /** For `delay`: milliseconds before execution. */
  delayMs?: number;
}

/**
 * - `rate_limit`: 429, nothing executed, nothing stored
 * - `server_error`: 500 without effect, stored as the first result of the key
 * - `server_error_after_execution`: 500 although the operation took effect, stored likewise
 * - `conflict`: 409 idempotency_key_in_use
 * - `card_declined`: 402 for insufficient funds without effect, stored as the first result of the key
 * - `hang`: no answer, not executed; `hang_after_execution`: no answer, executed
 * - `reset`: connection destroyed, not executed; `lost_answer`: executed, then destroyed
 * - `delay`: executed after `delayMs`
 */
export type FaultKind =
  | 'rate_limit'
  | 'server_error'
  | 'server_error_after_execution'
  | 'conflict'
  | 'card_declined'
  | 'hang'
  | 'hang_after_execution'
  | 'reset'
  | 'lost_answer'
  | 'delay';

export interface FaultSubject {
  method: string;
  path: string;
  raw: string;
}

export function takeFault(rules: Rules<FaultRule>, subject: FaultSubject): FaultRule | undefined {
  return rules.take(
    (rule) =>
      (rule.method === undefined || rule.method === subject.method) &&
      (rule.pathPattern === undefined || matchesGlob(rule.pathPattern, subject.path)) &&
      (rule.bodyIncludes === undefined || subject.raw.includes(rule.bodyIncludes)) &&
      (rule.bodyExcludes === undefined || !subject.raw.includes(rule.bodyExcludes)),
  );
}

function retryHeader(rule: FaultRule): Record<string, string> {
  return rule.shouldRetry === undefined ? {} : { 'stripe-should-retry': String(rule.shouldRetry) };
}

/** The error that a fault answers with before anything has begun, if it is of that kind: nothing is stored. */
export function faultError(rule: FaultRule, key: string | undefined): ApiError | undefined {
  if (rule.kind === 'rate_limit') {
    const message =
      'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.';
    const body = { type: 'invalid_request_error', code: 'rate_limit', message } as const;
    return new ApiError(429, body, false, {
      'stripe-rate-limited-reason': 'global-rate',
      ...retryHeader(rule),
    });
  }
  if (rule.kind === 'conflict') {
    const error = keyInUse(key ?? 'simulated');
    return new ApiError(409, error.body, false, retryHeader(rule));
  }
  return undefined;
}

/** The error that a fault answers with in place of the effect, once the request has begun: it is the key's first result. */
export function storedError(rule: FaultRule | undefined): ApiError | undefined {
  if (rule?.kind === 'server_error') return serverError(rule);
  if (rule?.kind !== 'card_declined') return undefined;
  const message = 'Your card has insufficient funds.';
  return new ApiError(402, {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'insufficient_funds',
    message,
  });
}

export function serverError(rule: FaultRule): ApiError {
  const message = 'An unknown error occurred (simulated fault).';
  return new ApiError(500, { type: 'api_error', message }, true, retryHeader(rule));
}
