import { z } from 'zod';
import { DomainError } from '@/domain/error';
import { ERROR_CODES, type ErrorCode, ServiceError } from '@/services/errors';
import { isDatabaseUnavailable, isInvalidCursor, isOutcomeUnknown } from './database-errors';

/** Domain rules that a caller's figures can break; any other unlisted domain code is a bug of ours. */
const CALLERS_FAULT = new Set([
  'AMOUNT_INVALID',
  'AMOUNT_NOT_POSITIVE',
  'REFUND_EXCEEDS_REMAINING',
  'REFUND_NOT_POSITIVE',
  'SPLIT_SIZE',
  'TIP_INVALID',
  'TIP_REFUND_EXCEEDS_TIP',
]);

/**
 * Whatever a verb threw, as a refusal that may be shown. Anything unforeseen becomes INTERNAL with a text that
 * gives nothing away; the original stays as `cause` for the log.
 */
export function toServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof z.ZodError) return invalidInput(error);
  if (error instanceof DomainError) return fromDomain(error);
  if (isInvalidCursor(error)) {
    return new ServiceError('CURSOR_INVALID', error.message, { cause: error });
  }
  if (isOutcomeUnknown(error)) {
    return new ServiceError(
      'PROCESSOR_OUTCOME_UNKNOWN',
      'The connection broke while this was being saved. Ask again with the same idempotency key to learn what happened.',
      { cause: error },
    );
  }
  if (isDatabaseUnavailable(error)) {
    return new ServiceError(
      'DATABASE_UNAVAILABLE',
      'The service cannot reach its database. Try again shortly.',
      {
        cause: error,
      },
    );
  }
  return internal(error);
}

/** The answer to a bug: nothing about it but where to ask. */
function internal(cause: unknown): ServiceError {
  return new ServiceError(
    'INTERNAL',
    'Something went wrong on our side. Try again, or quote the request id.',
    {
      cause,
    },
  );
}

function fromDomain(error: DomainError): ServiceError {
  const code = error.code in ERROR_CODES ? (error.code as ErrorCode) : null;
  if (code) return new ServiceError(code, error.message, { details: plainDetails(error), cause: error });
  if (CALLERS_FAULT.has(error.code)) {
    return new ServiceError('INVALID_INPUT', error.message, {
      details: { ...plainDetails(error), reason: error.code },
      cause: error,
    });
  }
  return internal(error);
}

/** What a caller may know of a broken money rule: amounts, limits, reasons; lists of words joined by commas. */
function plainDetails(error: DomainError): Record<string, string | number | boolean | null> {
  const isPlain = (value: unknown): value is string | number | boolean | null =>
    value === null || ['string', 'number', 'boolean'].includes(typeof value);
  return Object.fromEntries(
    Object.entries(error.details ?? {}).flatMap(([name, value]) => {
      const plain = Array.isArray(value) && value.every(isPlain) ? value.join(',') : value;
      return isPlain(plain) ? [[name, plain]] : [];
    }),
  );
}

/** Names the first field and what to change; the other fields by name only. Values are never repeated. */
function invalidInput(error: z.ZodError): ServiceError {
  const fields = [...new Set(error.issues.map((issue) => issue.path.map(String).join('.') || 'input'))];
  const [first] = error.issues;
  const also = fields.length > 1 ? ` Also wrong: ${fields.slice(1, 10).join(', ')}.` : '';
  const message = `Change ${fields[0] ?? 'input'}: ${first?.message ?? 'invalid'}.${also}`;
  return new ServiceError('INVALID_INPUT', message, {
    details: { field: fields[0] ?? 'input', fields: fields.slice(0, 20).join(',') },
    cause: error,
  });
}
