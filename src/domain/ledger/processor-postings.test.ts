import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertBalanced, type Posting } from '@/domain/ledger/postings';
import {
  exchangePostings,
  kindOf,
  movementPostings,
  unmatchedMovementPostings,
} from '@/domain/ledger/processor-postings';
import { numRuns } from '@/domain/test-samples';

const byAccount = (postings: readonly Posting[]) =>
  Object.fromEntries(postings.map(({ account, amountMinor }) => [account, amountMinor]));

test.each([
  ['charge', 'CHARGE'],
  ['refund', 'REFUND'],
  ['refund_failure', 'REFUND'],
  ['dispute', 'DISPUTE'],
  ['dispute_reversal', 'DISPUTE'],
  ['payout', 'PAYOUT'],
  ['payout_reversal', 'PAYOUT'],
  ['fee', 'FEE'],
  ['network_cost', 'FEE'],
  ['tax', 'FEE'],
  ['brand_new', 'OTHER'],
])('the reporting category %s is a %s', (category, kind) => {
  expect(kindOf(category)).toBe(kind);
});

describe('what a movement at the processor posts', () => {
  test.each([
    [
      'a charge of ours: its fee',
      'charge',
      2700,
      108,
      true,
      { PROCESSOR_FEES: 108, PROCESSOR_CLEARING: -108 },
    ],
    ['a refund of ours: nothing, it is booked as a refund', 'refund', -500, 0, true, {}],
    ['a fee given back', 'refund', -500, -30, true, { PROCESSOR_FEES: -30, PROCESSOR_CLEARING: 30 }],
    [
      'funds withdrawn by a dispute, with the fee',
      'dispute',
      -2700,
      1500,
      true,
      { DISPUTE_LOSSES: 2700, DISPUTE_FEES: 1500, PROCESSOR_CLEARING: -4200 },
    ],
    [
      'funds reinstated, with the fee given back',
      'dispute_reversal',
      2700,
      -1500,
      true,
      { DISPUTE_LOSSES: -2700, DISPUTE_FEES: -1500, PROCESSOR_CLEARING: 4200 },
    ],
    [
      'funds reinstated for a fee',
      'dispute_reversal',
      2700,
      100,
      true,
      { DISPUTE_LOSSES: -2700, DISPUTE_FEES: 100, PROCESSOR_CLEARING: 2600 },
    ],
    ['a fee of the account', 'fee', -200, 0, false, { PROCESSOR_FEES: 200, PROCESSOR_CLEARING: -200 }],
    [
      'a charge of nobody here',
      'charge',
      1000,
      59,
      false,
      { UNMATCHED_RECEIPTS: -1000, PROCESSOR_FEES: 59, PROCESSOR_CLEARING: 941 },
    ],
    [
      'a refund of nobody here',
      'refund',
      -1000,
      0,
      false,
      { UNMATCHED_RECEIPTS: 1000, PROCESSOR_CLEARING: -1000 },
    ],
    [
      'a category that nobody knows yet',
      'brand_new',
      7,
      0,
      true,
      { UNMATCHED_RECEIPTS: -7, PROCESSOR_CLEARING: 7 },
    ],
  ] as const)('%s', (_name, category, grossMinor, feeMinor, isOurs, expected) => {
    expect(byAccount(movementPostings({ kind: kindOf(category), grossMinor, feeMinor }, isOurs))).toEqual(
      expected,
    );
  });

  test('a payout posts nothing here: it posts by its shares', () => {
    expect(movementPostings({ kind: 'PAYOUT', grossMinor: -900, feeMinor: 0 }, false)).toEqual([]);
  });

  test('a settlement in another currency leaves the payment’s own clearing empty and fills the settled one', () => {
    const { presented, settled } = exchangePostings(5000, 3312);
    expect(byAccount(presented)).toEqual({ PROCESSOR_CLEARING: -5000, CURRENCY_EXCHANGE: 5000 });
    expect(byAccount(settled)).toEqual({ PROCESSOR_CLEARING: 3312, CURRENCY_EXCHANGE: -3312 });
    expect(exchangePostings(0, 0)).toEqual({ presented: [], settled: [] });
  });
});

test('an unmatched receipt that goes back in any parts, failed ones among them, leaves nothing in the books', () => {
  const parts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(parts, fc.array(fc.integer({ min: 1, max: 1_000_000 })), (given, failed) => {
      const whole = given.reduce((sum, part) => sum + part, 0);
      const moved = [whole, ...given.map((part) => -part), ...failed.flatMap((part) => [-part, part])];
      const sums: Record<string, number> = {};
      for (const postings of moved.map(unmatchedMovementPostings)) {
        assertBalanced(postings);
        for (const { account, amountMinor } of postings) sums[account] = (sums[account] ?? 0) + amountMinor;
      }
      expect(sums).toEqual({ PROCESSOR_CLEARING: 0, UNMATCHED_RECEIPTS: 0 });
    }),
    numRuns(),
  );
  expect(unmatchedMovementPostings(0)).toEqual([]);
});

test('whatever moves, its postings sum to zero, and of what is not booked elsewhere clearing gets exactly the net', () => {
  const amount = fc.integer({ min: -1_000_000, max: 1_000_000 });
  const category = fc.constantFrom('charge', 'refund', 'dispute', 'dispute_reversal', 'fee', 'topup');
  fc.assert(
    fc.property(category, amount, amount, fc.boolean(), (name, grossMinor, feeMinor, isOurs) => {
      const kind = kindOf(name);
      const postings = movementPostings({ kind, grossMinor, feeMinor }, isOurs);
      assertBalanced(postings);
      expect(postings.every((posting) => posting.amountMinor !== 0)).toBe(true);
      const isBooked = isOurs && (kind === 'CHARGE' || kind === 'REFUND');
      const clearing = byAccount(postings).PROCESSOR_CLEARING ?? 0;
      expect(clearing + (isBooked ? grossMinor : 0)).toBe(grossMinor - feeMinor);
    }),
    numRuns(),
  );
});
