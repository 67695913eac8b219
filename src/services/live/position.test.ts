import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePositions, formatPosition, LAST_SEQUENCE, parsePosition } from './position';

const position = fc.record({ xid: fc.maxSafeNat(), sequence: fc.maxSafeNat() });

test('a position survives the way to a client and back', () => {
  fc.assert(
    fc.property(position, (p) => {
      expect(parsePosition(formatPosition(p))).toEqual(p);
    }),
  );
});

test('positions are ordered by transaction, then by number', () => {
  fc.assert(
    fc.property(position, position, (a, b) => {
      const expected = a.xid === b.xid ? Math.sign(a.sequence - b.sequence) : Math.sign(a.xid - b.xid);
      expect(Math.sign(comparePositions(a, b))).toBe(expected);
    }),
  );
});

test('the last of a transaction comes after all of its own and before all of the next', () => {
  const last = { xid: 7, sequence: LAST_SEQUENCE };
  expect(comparePositions(last, { xid: 7, sequence: 12 })).toBeGreaterThan(0);
  expect(comparePositions(last, { xid: 8, sequence: 0 })).toBeLessThan(0);
});

test('what is no position is none, whatever it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parsePosition(text);
      expect(parsed === null || /^[0-9a-z]+-[0-9a-z]+$/.test(text)).toBe(true);
    }),
  );
  expect(parsePosition('zzzzzzzzzzz-0')).toBeNull();
});
