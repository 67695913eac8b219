import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type BankLine,
  type BankPayout,
  bookedOf,
  judgeLineWithoutPayout,
  judgePair,
  judgePayoutWithoutLine,
  matchBank,
} from './bank';
import type { Verdict } from './verdict';

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
    .pairs.map((pair) => `${pair.lines.map((one) => one.id).join('+')}=${pair.payout.id}`)
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

test('the same amount matches up to five days from the arrival, before and after', () => {
  const one = payout({ id: 'po_1' });
  expect(pairsOf([line({ id: 'a', bookedOn: '2026-11-15' })], [one])).toEqual(['a=po_1']);
  expect(pairsOf([line({ id: 'a', bookedOn: '2026-11-05' })], [one])).toEqual(['a=po_1']);
  expect(pairsOf([line({ id: 'a', bookedOn: '2026-11-04' })], [one])).toEqual([]);
});

test('a name has six characters at least, any case, and may be the payout’s own id', () => {
  const named = (text: string, of: Partial<BankPayout>) =>
    pairsOf([line({ id: 'a', text, amountMinor: 1 })], [payout({ id: 'po_1', ...of })]);
  expect(named('ref abc123', { traceId: 'ABC123' })).toEqual(['a=po_1']);
  expect(named('ref abc12', { traceId: 'ABC12' })).toEqual([]);
  expect(named('ref PO_LONGER', { id: 'po_longer' })).toEqual(['a=po_longer']);
  expect(named('ref another', { traceId: 'ABC123' })).toEqual([]);
});

test('what a person tied to another payout is matched neither by name nor by amount', () => {
  const one = payout({ id: 'po_one111' });
  const tied = line({ id: 'a', text: 'po_one111', linkedPayoutId: 'po_elsewhere' });
  expect(matchBank([tied], [one])).toEqual({
    pairs: [],
    payoutsLeft: [one],
    linesLeft: [{ line: tied, names: null }],
  });
});

test('the nearest day wins, then the payout’s id, then the line’s', () => {
  const tenth = [line({ id: 'x', bookedOn: '2026-11-10' })];
  const arrives = (id: string, day: number) =>
    payout({ id, arrivesOn: `2026-11-${String(day).padStart(2, '0')}` });
  expect(pairsOf(tenth, [arrives('po_a', 7), arrives('po_b', 11)])).toEqual(['x=po_b']);
  expect(pairsOf(tenth, [arrives('po_b', 9), arrives('po_a', 11)])).toEqual(['x=po_a']);
  const around = [line({ id: 'y', bookedOn: '2026-11-09' }), line({ id: 'x', bookedOn: '2026-11-11' })];
  expect(pairsOf(around, [arrives('po_a', 10)])).toEqual(['x=po_a']);
  const same = [payout({ id: 'po_b' }), payout({ id: 'po_a' })];
  expect(pairsOf([line({ id: 'x' })], same)).toEqual(['x=po_a']);
  expect(pairsOf([line({ id: 'y' }), line({ id: 'x' })], [payout({ id: 'po_a' })])).toEqual(['x=po_a']);
});

test('of two payouts that a line names it is the earlier, whatever their ids', () => {
  const both = line({ id: 'x', text: 'po_abcdef po_ghijkl', amountMinor: 1 });
  const payouts = [
    payout({ id: 'po_abcdef', arrivesOn: '2026-11-12' }),
    payout({ id: 'po_ghijkl', arrivesOn: '2026-11-11' }),
  ];
  expect(pairsOf([both], payouts)).toEqual(['x=po_ghijkl']);
});

test('of two lines that name one payout the earlier is its own, whatever their ids', () => {
  const one = payout({ id: 'po_abcdef' });
  const later = line({ id: 'a', text: 'po_abcdef', bookedOn: '2026-11-12' });
  const earlier = line({ id: 'b', text: 'po_abcdef', bookedOn: '2026-11-11' });
  const found = matchBank([later, earlier], [one]);
  expect(found.pairs).toEqual([{ lines: [earlier], payout: one }]);
  expect(found.linesLeft).toEqual([{ line: later, names: 'po_abcdef' }]);
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
  const linkedPayoutId = fc.constantFrom('po_1', 'po_2', null);
  const sides = fc.record({
    lines: fc.uniqueArray(fc.record({ id: fc.uuid(), bookedOn: day, amountMinor, linkedPayoutId }), {
      selector: (one) => one.id,
    }),
    payouts: fc.uniqueArray(
      fc.record({ id: fc.oneof(fc.uuid(), fc.constantFrom('po_1', 'po_2')), arrivesOn: day, amountMinor }),
      {
        selector: (one) => one.id,
      },
    ),
  });
  fc.assert(
    fc.property(sides, (given) => {
      const lines = given.lines.map(line);
      const payouts = given.payouts.map(payout);
      const found = matchBank(lines, payouts);
      const paired = found.pairs.flatMap((pair) => pair.lines);
      expect(new Set(paired.map((one) => one.id)).size).toBe(paired.length);
      expect(new Set(found.pairs.map((pair) => pair.payout.id)).size).toBe(found.pairs.length);
      expect(paired.length + found.linesLeft.length).toBe(lines.length);
      // What a person said always holds.
      for (const tied of lines)
        if (payouts.some((one) => one.id === tied.linkedPayoutId))
          expect(found.pairs.find((pair) => pair.lines.includes(tied))?.payout.id).toBe(tied.linkedPayoutId);
      expect(found.pairs.length + found.payoutsLeft.length).toBe(payouts.length);
      expect(pairsOf(lines.toReversed(), payouts.toReversed())).toEqual(pairsOf(lines, payouts));
    }),
  );
});

const sides = { oursMinor: 5, currency: 'USD', theirsMinor: 5, theirsCurrency: 'USD', ageSec: 0 };
const said = (verdict: Verdict) =>
  'reason' in verdict ? `${verdict.class} ${verdict.reason}` : verdict.class;

test.each([
  [{}, 'paid', 'MATCHED'],
  [{}, 'failed', 'STATUS AT_BANK_BUT_NOT_PAID'],
  [{ theirsMinor: 4 }, 'paid', 'AMOUNT BANK_AMOUNT_DIFFERS'],
  [{ theirsCurrency: 'EUR' }, 'paid', 'CURRENCY BANK_CURRENCY_DIFFERS'],
])('a line with %j of a payout that is %s is %s', (change, status, verdict) => {
  expect(said(judgePair({ ...sides, ...change }, status))).toBe(verdict);
});

test.each([
  ['paid', false, 'EXPECTED STATEMENT_NOT_HERE_YET'],
  ['paid', true, 'MISSING_THERE NOT_AT_BANK'],
  ['in_transit', true, 'EXPECTED PAYOUT_IN_TRANSIT'],
  ['failed', true, 'MATCHED'],
  ['canceled', true, 'MATCHED'],
])('a %s payout without a line, covered by statements: %s, is %s', (status, covered, verdict) => {
  expect(said(judgePayoutWithoutLine(payout({ id: 'po_1', status }), covered))).toBe(verdict);
});

test('all lines that people tied to a payout are its own, and their sum is what the bank booked', () => {
  const one = payout({ id: 'po_1' });
  const [first, second] = [line({ id: 'a', amountMinor: 6_000 }), line({ id: 'b', amountMinor: 4_000 })];
  const tied = [second, first].map((part) => ({ ...part, linkedPayoutId: 'po_1', bookedOn: '2026-12-24' }));
  const other = line({ id: 'c' });
  const { pairs, linesLeft } = matchBank([...tied, other], [one]);
  expect(pairs).toMatchObject([{ lines: [{ id: 'a' }, { id: 'b' }], payout: one }]);
  expect(linesLeft).toMatchObject([{ line: other }]);
  expect(pairs.map(bookedOf)).toEqual([{ amountMinor: 10_000, currency: 'USD' }]);
  const foreign = { ...first, currency: 'EUR' };
  expect(bookedOf({ lines: [second, foreign], payout: one })).toEqual({
    amountMinor: 6_000,
    currency: 'EUR',
  });
});

test('a line without a payout is unknown, or the second one of a payout', () => {
  expect(said(judgeLineWithoutPayout(null))).toBe('MISSING_HERE UNKNOWN_BANK_LINE');
  expect(said(judgeLineWithoutPayout('po_1'))).toBe('DUPLICATE SECOND_BANK_LINE');
});
