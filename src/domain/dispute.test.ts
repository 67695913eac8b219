import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blocksRefund, DISPUTE_STATUSES, disputeRank, isDisputeOpen, isNewerDispute } from '@/domain/dispute';
import { numRuns } from '@/domain/test-samples';

test.each(DISPUTE_STATUSES)('%s is decided: open or not, and whether it blocks a refund', (status) => {
  const isEnd = ['warning_closed', 'lost', 'prevented', 'won'].includes(status);
  expect(isDisputeOpen(status)).toBe(!isEnd);
  expect(blocksRefund(status)).toBe(!isEnd && !status.startsWith('warning_'));
});

test('a status of another API version counts as open and blocks, and no end gives way to it', () => {
  expect(isDisputeOpen('new_word')).toBe(true);
  expect(blocksRefund('new_word')).toBe(true);
  for (const end of ['won', 'lost', 'prevented'] as const)
    expect(
      isNewerDispute({ factAtSec: 5, factRank: disputeRank(end) }, { atSec: 5, status: 'new_word' }),
    ).toBe(false);
});

test('whatever the order and however often the facts come, the same one is the newest', () => {
  const fact = fc.record({
    atSec: fc.integer({ min: 1, max: 4 }),
    status: fc.constantFrom(...DISPUTE_STATUSES),
  });
  const settle = (facts: readonly { atSec: number; status: string }[]) => {
    let known = { factAtSec: 0, factRank: 0, status: '' };
    for (const { atSec, status } of facts) {
      if (isNewerDispute(known, { atSec, status }))
        known = { factAtSec: atSec, factRank: disputeRank(status), status };
    }
    return known;
  };
  fc.assert(
    fc.property(
      fc
        .array(fact, { minLength: 1, maxLength: 8 })
        .chain((facts) =>
          fc.tuple(
            fc.constant(facts),
            fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length * 2 }),
          ),
        ),
      ([facts, shuffled]) => {
        expect(settle(shuffled)).toEqual(settle(facts));
      },
    ),
    numRuns(),
  );
});

test('a later second is newer and an earlier one is not; within one second the life decides, and a repeat is newer', () => {
  const known = { factAtSec: 5, factRank: disputeRank('under_review') };
  const isNewer = (atSec: number, status: string) => isNewerDispute(known, { atSec, status });
  expect([isNewer(6, 'needs_response'), isNewer(4, 'won')]).toEqual([true, false]);
  expect(['needs_response', 'under_review', 'won'].map((status) => isNewer(5, status))).toEqual([
    false,
    true,
    true,
  ]);
});

test('a status of another API version stands where an unanswered dispute does', () => {
  expect(disputeRank('new_word')).toBe(disputeRank('needs_response'));
});
