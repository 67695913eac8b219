import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RETRIES, retryStep } from './retry';
import { PAYMENT_STATUSES } from './status';

const failed = { status: 'FAILED', retryCount: 0, factAtSec: 100, retriedFactAtSec: null } as const;

describe('retryStep', () => {
  it.each([
    ['a first failure counts', failed, 'COUNT'],
    ['the same failure counts once', { ...failed, retryCount: 1, retriedFactAtSec: 100 }, 'COUNTED'],
    ['a later failure counts again', { ...failed, retryCount: 1, retriedFactAtSec: 99 }, 'COUNT'],
    ['the third retry is the last', { ...failed, retryCount: 2, retriedFactAtSec: 99 }, 'COUNT'],
    ['a fourth is refused', { ...failed, retryCount: 3, retriedFactAtSec: 99 }, 'LIMIT_REACHED'],
    ['the third stays usable until it fails', { ...failed, retryCount: 3, retriedFactAtSec: 100 }, 'COUNTED'],
    ['a failure without a second counts', { ...failed, factAtSec: null }, 'COUNT'],
  ] as const)('%s', (_what, payment, step) => {
    expect(retryStep(payment)).toBe(step);
  });

  it('only a failed payment is counted, and one that waits for a card is left as it is', () => {
    for (const status of PAYMENT_STATUSES) {
      const step = retryStep({ ...failed, status });
      if (status === 'FAILED') expect(step).toBe('COUNT');
      else expect(step).toBe(status === 'PENDING' ? 'NOTHING_FAILED' : 'NOT_RETRYABLE');
    }
  });

  it('whatever the order of failures and wishes, no payment is retried more often than allowed', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (isFailure) => {
        let retryCount = 0;
        let factAtSec = 1;
        let retriedFactAtSec: number | null = null;
        for (const fails of isFailure) {
          if (fails) factAtSec += 1;
          else if (retryStep({ status: 'FAILED', retryCount, factAtSec, retriedFactAtSec }) === 'COUNT') {
            retryCount += 1;
            retriedFactAtSec = factAtSec;
          }
        }
        expect(retryCount).toBeLessThanOrEqual(MAX_RETRIES);
      }),
    );
  });
});
