import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type BankLine,
  type BankPayout,
  judgeLineWithoutPayout,
  judgePair,
  judgePayoutWithoutLine,
  matchBank,
} from './bank';

const line = (of: Partial<BankLine> & { id: string }): BankLine => ({
  bookedOn: '2026-11-10',
  amountMinor: 10_000,
  currency: 'USD',
  text: 'STRIPE TRANSFER',
  linkedPayoutId: null,
  ...of,
});
const payout = (of: Partial<BankPayout> & { id: string }): BankPayout => ({
  arrivesOn: '2026-11-10',
  amountMinor: 10_000,
  currency: 'USD',
  status: 'paid',
  traceId: null,
  ...of,
});
const pairsOf = (lines: BankLine[], payouts: BankPayout[]) =>
  matchBank(lines, payouts)
    .pairs.map((pair) => `${pair.line.id}=${pair.payout.id}`)
    .sort();

test('what a person said comes first, then what the line names, then the nearest of the same amount', () => {
  const payouts = [
    payout({ id: 'po_one111' }),
    payout({ id: 'po_two222', traceId: 'TRACE77' }),
    payout({ id: 'po_three3', arrivesOn: '2026-11-12' }),
  ];
  const lines = [
    line({ id: 'a', linkedPayoutId: 'po_three3' }),
    line({ id: 'b', text: 'Stripe trace77', amountMinor: 1 }),
    line({ id: 'c', bookedOn: '2026-11-11' }),
  ];
  expect(pairsOf(lines, payouts)).toEqual(['a=po_three3', 'b=po_two222', 'c=po_one111']);
});

test('another amount, currency or week is no match without a name; a payout that failed neither', () => {
  const one = payout({ id: 'po_1' });
  expect(pairsOf([line({ id: 'a', amountMinor: 9_999 })], [one])).toEqual([]);
  expect(pairsOf([line({ id: 'a', currency: 'EUR' })], [one])).toEqual([]);
  expect(pairsOf([line({ id: 'a', bookedOn: '2026-11-16' })], [one])).toEqual([]);
  expect(pairsOf([line({ id: 'a' })], [payout({ id: 'po_1', status: 'failed' })])).toEqual([]);
});

test('a second line of a payout is known as such', () => {
  const one = payout({ id: 'po_abcdef', traceId: 'TRACE77' });
  const { linesLeft } = matchBank(
    [line({ id: 'a', text: 'TRACE77' }), line({ id: 'b', text: 'TRACE77' })],
    [one],
  );
  expect(linesLeft).toMatchObject([{ names: 'po_abcdef' }]);
});

test('each line and each payout is matched at most once, none is lost, and order does not matter', () => {
  const day = fc.integer({ min: 1, max: 9 }).map((n) => `2026-11-0${n}`);
  const amountMinor = fc.integer({ min: 1, max: 3 });
  const sides = fc.record({
    lines: fc.uniqueArray(fc.record({ id: fc.uuid(), bookedOn: day, amountMinor }), {
      selector: (one) => one.id,
    }),
    payouts: fc.uniqueArray(fc.record({ id: fc.uuid(), arrivesOn: day, amountMinor }), {
      selector: (one) => one.id,
    }),
  });
  fc.assert(
    fc.property(sides, (given) => {
      const lines = given.lines.map(line);
      const payouts = given.payouts.map(payout);
      const found = matchBank(lines, payouts);
      expect(new Set(found.pairs.map((pair) => pair.line.id)).size).toBe(found.pairs.length);
      expect(new Set(found.pairs.map((pair) => pair.payout.id)).size).toBe(found.pairs.length);
      expect(found.pairs.length + found.linesLeft.length).toBe(lines.length);
      expect(found.pairs.length + found.payoutsLeft.length).toBe(payouts.length);
      expect(pairsOf(lines.toReversed(), payouts.toReversed())).toEqual(pairsOf(lines, payouts));
    }),
  );
});

test('a pair, a payout and a line alone are judged', () => {
  const sides = { oursMinor: 5, currency: 'USD', theirsMinor: 5, theirsCurrency: 'USD', ageSec: 0 };
  expect(judgePair(sides, 'paid').class).toBe('MATCHED');
  expect(judgePair(sides, 'failed').class).toBe('STATUS');
  expect(judgePair({ ...sides, theirsMinor: 4 }, 'paid').class).toBe('AMOUNT');
  expect(judgePair({ ...sides, theirsCurrency: 'EUR' }, 'paid').class).toBe('CURRENCY');
  const one = payout({ id: 'po_1' });
  expect(judgePayoutWithoutLine(one, null).class).toBe('EXPECTED');
  expect(judgePayoutWithoutLine(one, '2026-11-14').class).toBe('EXPECTED');
  expect(judgePayoutWithoutLine(one, '2026-11-15').class).toBe('MISSING_THERE');
  expect(judgePayoutWithoutLine({ ...one, status: 'in_transit' }, '2026-11-30').class).toBe('EXPECTED');
  expect(judgePayoutWithoutLine({ ...one, status: 'failed' }, '2026-11-30').class).toBe('MATCHED');
  expect(judgeLineWithoutPayout(null).class).toBe('MISSING_HERE');
  expect(judgeLineWithoutPayout('po_1').class).toBe('DUPLICATE');
});
