import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallPriority, createTokenBucket } from './token-bucket';

/** A clock that moves only by `advance`, running what falls due on the way. */
function manualTime() {
  let now = 0;
  let timers: Array<{ atMs: number; wake: () => void }> = [];
  return {
    nowMs: () => now,
    schedule: (wake: () => void, delayMs: number) => void timers.push({ atMs: now + delayMs, wake }),
    pending: () => timers.length,
    async advance(ms: number) {
      const until = now + ms;
      for (;;) {
        const next = timers.filter((timer) => timer.atMs <= until).sort((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        now = next.atMs;
        next.wake();
        await Promise.resolve();
      }
      now = until;
    },
  };
}

function track(results: string[], name: string, promise: Promise<boolean>) {
  void promise.then((granted) => results.push(`${name}:${granted}`));
}

describe('token bucket', () => {
  it('grants the burst at once and then the rate', async () => {
    const time = manualTime();
    const bucket = createTokenBucket({ ratePerSec: 10, burst: 2, ...time });
    const results: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) track(results, name, bucket.take('interactive', 10_000));
    await time.advance(0);
    await Promise.resolve();
    expect(results).toEqual(['a:true', 'b:true']);
    await time.advance(100);
    expect(results).toHaveLength(3);
    await time.advance(100);
    expect(results).toEqual(['a:true', 'b:true', 'c:true', 'd:true']);
  });

  it('lets an interactive call pass batch calls that waited longer', async () => {
    const time = manualTime();
    const bucket = createTokenBucket({ ratePerSec: 10, burst: 1, ...time });
    const results: string[] = [];
    track(results, 'first', bucket.take('batch', 10_000));
    track(results, 'batch', bucket.take('batch', 10_000));
    track(results, 'guest', bucket.take('interactive', 10_000));
    await time.advance(100);
    expect(results).toEqual(['first:true', 'guest:true']);
    await time.advance(100);
    expect(results).toEqual(['first:true', 'guest:true', 'batch:true']);
  });

  it('answers false when no token came in time, and goes on serving the others', async () => {
    const time = manualTime();
    const bucket = createTokenBucket({ ratePerSec: 1, burst: 1, ...time });
    const results: string[] = [];
    track(results, 'now', bucket.take('interactive', 0));
    track(results, 'late', bucket.take('interactive', 500));
    track(results, 'patient', bucket.take('batch', 5_000));
    await time.advance(1_000);
    expect(results).toEqual(['now:true', 'late:false', 'patient:true']);
  });

  it('never saves more than the burst while idle, and needs no timer then', async () => {
    const time = manualTime();
    const bucket = createTokenBucket({ ratePerSec: 100, burst: 3, ...time });
    await time.advance(60_000);
    expect(time.pending()).toBe(0);
    const granted = await Promise.all([1, 2, 3].map(() => bucket.take('batch', 0)));
    expect(granted).toEqual([true, true, true]);
    let fourth: boolean | null = null;
    void bucket.take('batch', 1_000).then((value) => {
      fourth = value;
    });
    await Promise.resolve();
    expect(fourth).toBeNull();
    await time.advance(10);
    expect(fourth).toBe(true);
  });

  it('never grants more than burst + rate x time in any window, for any arrival pattern', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.integer({ min: 0, max: 50 }), fc.constantFrom<CallPriority>('interactive', 'batch')),
          {
            minLength: 1,
            maxLength: 60,
          },
        ),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 10 }),
        async (arrivals, ratePerSec, burst) => {
          const time = manualTime();
          const bucket = createTokenBucket({ ratePerSec, burst, ...time });
          const grantedAtMs: number[] = [];
          for (const [gapMs, priority] of arrivals) {
            await time.advance(gapMs);
            void bucket.take(priority, 600_000).then((granted) => granted && grantedAtMs.push(time.nowMs()));
            await Promise.resolve();
          }
          await time.advance(120_000);
          expect(grantedAtMs).toHaveLength(arrivals.length);
          for (const [index, start] of grantedAtMs.entries()) {
            const last = grantedAtMs.at(-1) ?? start;
            const allowed = burst + ((last - start) * ratePerSec) / 1000 + 1e-6;
            expect(grantedAtMs.length - index).toBeLessThanOrEqual(Math.ceil(allowed));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuses a rate or a burst that could never grant', () => {
    expect(() => createTokenBucket({ ratePerSec: 0 })).toThrow(RangeError);
    expect(() => createTokenBucket({ ratePerSec: Number.NaN })).toThrow(RangeError);
    expect(() => createTokenBucket({ ratePerSec: 10, burst: 0.5 })).toThrow(RangeError);
  });
});
