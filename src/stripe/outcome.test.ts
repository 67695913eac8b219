import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { UnexpectedShape } from './fields';
import { afterLostAttempt, busyOutcome, noAnswerOutcome, outcomeOfError } from './outcome';
import { CONNECTION_LOST } from './transport';

/** The error that the SDK itself builds from an answer of Stripe. */
function answer(statusCode: number, raw: Record<string, unknown>, headers: Record<string, string> = {}) {
  return Stripe.errors.generateV1Error({ message: 'm', ...raw, statusCode, headers } as never);
}

function connection(cause: Error | undefined) {
  return new Stripe.errors.StripeConnectionError({ message: 'no connection', detail: cause } as never);
}

const nodeError = (fields: object) => Object.assign(new Error('node'), fields);

describe('outcome of a failed call', () => {
  it.each([
    [
      402,
      { type: 'card_error', code: 'card_declined', decline_code: 'do_not_honor' },
      'refused',
      'card_declined',
    ],
    [402, { type: 'card_error', code: 'expired_card' }, 'refused', 'expired_card'],
    [
      400,
      { type: 'invalid_request_error', code: 'amount_too_small', param: 'amount' },
      'refused',
      'amount_too_small',
    ],
    [400, { type: 'invalid_request_error' }, 'refused', 'invalid_request_error'],
    [404, { type: 'invalid_request_error', code: 'resource_missing' }, 'refused', 'resource_missing'],
    [400, { type: 'idempotency_error' }, 'unknown', 'processor_key_conflict'],
    [401, { type: 'invalid_request_error' }, 'refused', 'processor_credentials'],
    [403, { type: 'invalid_request_error', code: 'x' }, 'refused', 'processor_credentials'],
    [429, { type: 'invalid_request_error', code: 'rate_limit' }, 'unavailable', 'rate_limit'],
    [429, { type: 'invalid_request_error', code: 'lock_timeout' }, 'unavailable', 'lock_timeout'],
    [429, { type: 'api_error' }, 'unavailable', 'rate_limit'],
    [400, { type: 'invalid_request_error', code: 'rate_limit' }, 'unavailable', 'rate_limit'],
    [409, { type: 'idempotency_error', code: 'idempotency_key_in_use' }, 'unknown', 'idempotency_key_in_use'],
    [409, { type: 'invalid_request_error' }, 'unknown', 'idempotency_key_in_use'],
    [500, { type: 'api_error' }, 'unknown', 'processor_error'],
    [502, { type: 'api_error' }, 'unknown', 'processor_error'],
    [424, { type: 'api_error' }, 'unknown', 'processor_error'],
    [302, { type: 'api_error' }, 'unknown', 'processor_error'],
  ])('%i %j is %s with code %s', (status, raw, kind, code) => {
    const outcome = outcomeOfError(answer(status, raw));
    expect(outcome).toMatchObject({ kind, error: { code, httpStatus: status } });
  });

  it('tells a 5xx from the memory of its key, which only a new key can get past', () => {
    const outcome = outcomeOfError(answer(500, { type: 'api_error' }, { 'idempotent-replayed': 'true' }));
    expect(outcome).toMatchObject({ kind: 'unknown', error: { code: 'processor_error_stored' } });
  });

  it('keeps the decline code, and null where there is none', () => {
    const declined = outcomeOfError(
      answer(402, { type: 'card_error', code: 'card_declined', decline_code: 'lost_card' }),
    );
    expect(declined.error.declineCode).toBe('lost_card');
    expect(
      outcomeOfError(answer(402, { type: 'card_error', code: 'expired_card' })).error.declineCode,
    ).toBeNull();
  });

  it.each([
    ['refused connection', { code: 'ECONNREFUSED', syscall: 'connect' }],
    ['unresolved name', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }],
    ['connection that never came about', { code: 'ETIMEDOUT', syscall: 'connect' }],
  ])('a %s is unavailable: nothing was sent', (_name, fields) => {
    expect(outcomeOfError(connection(nodeError(fields)))).toMatchObject({
      kind: 'unavailable',
      error: { code: 'processor_unreachable', httpStatus: null },
    });
  });

  it('needs every address to have failed before it calls nothing sent', () => {
    const refused = nodeError({ code: 'ECONNREFUSED', syscall: 'connect' });
    const reset = nodeError({ code: 'ECONNRESET', syscall: 'read' });
    expect(outcomeOfError(connection(new AggregateError([refused, refused]))).kind).toBe('unavailable');
    expect(outcomeOfError(connection(new AggregateError([refused, reset]))).kind).toBe('unknown');
    expect(outcomeOfError(connection(new AggregateError([]))).kind).toBe('unknown');
  });

  it.each([
    ['a reset', nodeError({ code: CONNECTION_LOST }), 'processor_connection_lost'],
    ['the time limit', nodeError({ code: 'ETIMEDOUT' }), 'processor_no_answer'],
    [
      'a broken host during an exchange',
      nodeError({ code: 'EHOSTUNREACH', syscall: 'read' }),
      'processor_connection_lost',
    ],
    ['something without a cause', undefined, 'processor_connection_lost'],
  ])('%s is unknown: it may have been executed', (_name, cause, code) => {
    expect(outcomeOfError(connection(cause))).toMatchObject({ kind: 'unknown', error: { code } });
  });

  it('an answer without its promised fields is unknown', () => {
    expect(outcomeOfError(new UnexpectedShape('no id'))).toMatchObject({
      kind: 'unknown',
      error: { code: 'processor_answer_unreadable' },
    });
  });

  it('rethrows an error that is not about a call', () => {
    expect(() => outcomeOfError(new TypeError('bug'))).toThrow('bug');
  });

  it('a second attempt that was not let in leaves the first unknown; a definite answer stands', () => {
    const refusedConnection = outcomeOfError(
      connection(nodeError({ code: 'ECONNREFUSED', syscall: 'connect' })),
    );
    expect(afterLostAttempt(refusedConnection).kind).toBe('unknown');
    expect(afterLostAttempt(outcomeOfError(answer(429, { type: 'api_error' }))).kind).toBe('unknown');
    expect(afterLostAttempt(outcomeOfError(answer(401, {}))).kind).toBe('unknown');
    const declined = outcomeOfError(answer(402, { type: 'card_error', code: 'card_declined' }));
    expect(afterLostAttempt(declined)).toBe(declined);
  });

  it('a call without a token was not sent; a call out of time may have been', () => {
    expect(busyOutcome().kind).toBe('unavailable');
    expect(noAnswerOutcome('x').kind).toBe('unknown');
  });
});
