import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RETRIES, retryStep } from './retry';
import { PAYMENT_STATUSES } from './status';

const failed = {
  status: 'FAILED',
  retryCount: 0,
  failedAttempts: ['ch_1', 'ch_2'],
  retriedAttempts: 1,
} as const;

describe('retryStep', () => {
  it.each([
    ['a first failure counts', { ...failed, failedAttempts: ['ch_1'], retriedAttempts: 0 }, 'COUNT'],
    ['the same failure counts once', { ...failed, retryCount: 1, retriedAttempts: 2 }, 'COUNTED'],
    ['another failure counts again', { ...failed, retryCount: 1 }, 'COUNT'],
    ['the third retry is the last', { ...failed, retryCount: 2 }, 'COUNT'],
    ['a fourth is refused', { ...failed, retryCount: 3 }, 'LIMIT_REACHED'],
    ['the third stays usable until it fails', { ...failed, retryCount: 3, retriedAttempts: 2 }, 'COUNTED'],
    ['one wish answers all failures before it', { ...failed, retriedAttempts: 0 }, 'COUNT'],
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
        const failedAttempts: string[] = ['ch_0'];
        let retriedAttempts = 0;
        for (const fails of isFailure) {
          if (fails) failedAttempts.push(`ch_${failedAttempts.length}`);
          else if (retryStep({ status: 'FAILED', retryCount, failedAttempts, retriedAttempts }) === 'COUNT') {
            retryCount += 1;
            retriedAttempts = failedAttempts.length;
          }
        }
        expect(retryCount).toBeLessThanOrEqual(Math.min(MAX_RETRIES, failedAttempts.length));
        expect(retryCount).toBeLessThanOrEqual(MAX_RETRIES);
      }),
    );
  });
});
