import { TRPCError } from '@trpc/server';
import { getStatusCodeFromKey } from '@trpc/server/unstable-core-do-not-import';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InvalidCursorError } from '@/db/cursor';
import { CommitUnknownError } from '@/db/transaction-errors';
import { DomainError } from '@/domain/error';
import { ERROR_CODES, type ErrorCode, type ErrorKind, ServiceError } from '@/services/errors';
import { errorData, toTrpcError } from '@/trpc/errors';

const HTTP: Record<ErrorKind, number> = {
  INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  NOT_VISIBLE: 404,
  CONFLICT: 409,
  PRECONDITION: 412,
  DECLINED: 402,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** How a thrown value reaches a caller. */
function seen(error: unknown) {
  const mapped = toTrpcError(error);
  return {
    status: getStatusCodeFromKey(mapped.code),
    message: mapped.message,
    ...errorData(mapped, 'req-1'),
  };
}

describe('every refusal of a service', () => {
  it.each(Object.entries(ERROR_CODES) as [ErrorCode, ErrorKind][])(
    '%s keeps its code, text and status',
    (code, kind) => {
      const appCode = code === 'NOT_VISIBLE' ? 'NOT_FOUND' : code;
      expect(seen(new ServiceError(code, 'text', { details: { a: 1 }, log: { secret: 's' } }))).toEqual({
        status: HTTP[kind],
        message: 'text',
        appCode,
        details: { a: 1 },
        requestId: 'req-1',
      });
    },
  );
});

describe('what else may be thrown', () => {
  it.each([
    [
      'a domain rule with a code of ours',
      new DomainError('AMOUNT_BELOW_MINIMUM', 'too little'),
      400,
      'AMOUNT_BELOW_MINIMUM',
    ],
    [
      'a domain rule on the caller’s figures',
      new DomainError('TIP_INVALID', 'negative'),
      400,
      'INVALID_INPUT',
    ],
    [
      'a domain rule that only a bug breaks',
      new DomainError('LEDGER_UNBALANCED', 'secret sum'),
      500,
      'INTERNAL',
    ],
    ['a foreign page marker', new InvalidCursorError(), 400, 'CURSOR_INVALID'],
    ['a lost COMMIT', new CommitUnknownError(new Error('x')), 503, 'PROCESSOR_OUTCOME_UNKNOWN'],
    [
      'a refused connection',
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      503,
      'DATABASE_UNAVAILABLE',
    ],
    ['a lost connection', new Error('Connection terminated unexpectedly'), 503, 'DATABASE_UNAVAILABLE'],
    [
      'a database that shuts down',
      Object.assign(new Error('x'), { code: '57P01' }),
      503,
      'DATABASE_UNAVAILABLE',
    ],
    [
      'several refused addresses',
      new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]),
      503,
      'DATABASE_UNAVAILABLE',
    ],
    [
      'Prisma without a database',
      Object.assign(new Error('x'), { code: 'P1001' }),
      503,
      'DATABASE_UNAVAILABLE',
    ],
    [
      'a unique violation nobody foresaw',
      Object.assign(new Error('dup'), { code: '23505' }),
      500,
      'INTERNAL',
    ],
    ['a bug', new TypeError('Cannot read x of undefined'), 500, 'INTERNAL'],
    ['not even an error', 'oops', 500, 'INTERNAL'],
  ])('%s', (_name, error, status, appCode) => {
    expect(seen(error)).toMatchObject({ status, appCode });
  });

  it('tells nothing about a bug but where to ask', () => {
    const { message, details } = seen(new Error('password=hunter2 at /srv/app/x.ts'));
    expect(message).toBe('Something went wrong on our side. Try again, or quote the request id.');
    expect(details).toEqual({});
  });

  it('names the wrong field and what to change, never its value', () => {
    const schema = z.object({ tip: z.object({ amountMinor: z.int().min(0) }), key: z.string().min(8) });
    const { error } = schema.safeParse({ tip: { amountMinor: -987654 }, key: 'x' });
    expect(seen(error)).toMatchObject({
      status: 400,
      appCode: 'INVALID_INPUT',
      details: { field: 'tip.amountMinor' },
    });
    expect(seen(error).message).toContain('tip.amountMinor');
    expect(seen(error).message).not.toContain('987654');
  });

  it("keeps tRPC's own verdict on a broken request", () => {
    const broken = new TRPCError({ code: 'BAD_REQUEST', message: 'no JSON', cause: new SyntaxError('x') });
    expect(seen(broken)).toMatchObject({ status: 400, appCode: 'INVALID_INPUT', message: 'no JSON' });
  });
});
