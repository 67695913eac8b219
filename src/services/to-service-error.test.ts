import { describe, expect, it } from 'vitest';
import { DomainError } from '@/domain/error';
import { checkLimits } from '@/domain/payment/amounts';
import { toServiceError } from './to-service-error';

function refusalOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    return toServiceError(error);
  }
  throw new Error('nothing was refused');
}

describe('a broken money rule tells the caller why, and what to do instead', () => {
  const check = { totalMinor: 1_000, remainingAfterMinor: 0, minMinor: 50, maxMinor: 50_000 };

  it.each([
    [
      { totalMinor: 49 },
      'AMOUNT_BELOW_MINIMUM',
      { reason: 'PAYMENT', offers: 'CASH,LARGER_SHARE,TIP', minMinor: 50, totalMinor: 49 },
    ],
    [
      { remainingAfterMinor: 10 },
      'AMOUNT_BELOW_MINIMUM',
      { reason: 'REMAINDER', offers: 'CASH,LARGER_SHARE', minMinor: 50, remainingAfterMinor: 10 },
    ],
    [{ totalMinor: 50_001 }, 'AMOUNT_ABOVE_MAXIMUM', { maxMinor: 50_000 }],
  ])('%j', (change, code, details) => {
    expect(refusalOf(() => checkLimits({ ...check, ...change }))).toMatchObject({ code, details });
  });

  it('in words and figures alone: what is neither stays in the log', () => {
    const given = {
      list: ['a', 1],
      object: { secret: 1 },
      objects: [{}],
      nothing: null,
      flag: true,
      gone: undefined,
    };
    const error = toServiceError(new DomainError('TIP_INVALID', 'Negative.', given));
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.details).toEqual({ reason: 'TIP_INVALID', list: 'a,1', nothing: null, flag: true });
  });

  it('but nothing of a rule that only a bug of ours can break', () => {
    const error = toServiceError(new DomainError('LEDGER_UNBALANCED', 'x', { sum: 1 }));
    expect([error.code, error.details]).toEqual(['INTERNAL', {}]);
  });
});

describe('a database that is away', () => {
  const cut = { code: '57P01', message: 'terminating connection due to administrator command' };

  it.each([
    ['a statement whose connection was cut', Object.assign(new Error(cut.message), cut)],
    [
      'the same as Prisma tells it: a code of its own, the server’s words in meta',
      Object.assign(new Error('Invalid `prisma.order.findMany()` invocation'), {
        code: 'P2039',
        meta: {
          modelName: 'Order',
          driverAdapterError: new Error(cut.message, { cause: { ...cut, kind: 'postgres' } }),
        },
      }),
    ],
  ])('%s can be asked again: it is no bug', (_what, error) => {
    expect(toServiceError(error).code).toBe('DATABASE_UNAVAILABLE');
  });

  it('but a mistake of ours in a query is one, whoever tells it', () => {
    const error = Object.assign(new Error('Invalid invocation'), {
      code: 'P2039',
      meta: {
        driverAdapterError: new Error('syntax error', { cause: { code: '42601', message: 'syntax error' } }),
      },
    });
    expect(toServiceError(error).code).toBe('INTERNAL');
  });
});
