import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCovered, type PayoutSeen, type Statement } from './statements';

const payout = { arrivesOn: '2026-11-10', currency: 'USD' };
const days = (firstDay: string, lastDay: string, of: Partial<Statement> = {}): Statement => ({
  account: 'a',
  currency: 'USD',
  firstDay: `2026-${firstDay}`,
  lastDay: `2026-${lastDay}`,
  ...of,
});
const seen = (account: string, day: string, currency = 'USD'): PayoutSeen => ({
  account,
  currency,
  day: `2026-${day}`,
});

describe('the days of a statement', () => {
  test.each([
    ['from its arrival to the last day of booking', [days('11-10', '11-15')], true],
    ['a day too short', [days('11-01', '11-14')], false],
    ['a day too late', [days('11-11', '11-30')], false],
    ['nothing', [], false],
    ['another currency', [days('11-01', '11-30', { currency: 'EUR' })], false],
    ['the month before and the month after', [days('10-01', '10-31'), days('12-01', '12-31')], false],
    ['two files that touch, in any order', [days('11-13', '11-30'), days('11-01', '11-12')], true],
    [
      'two files with the days of a closed bank between',
      [days('11-01', '11-10'), days('11-16', '11-30')],
      true,
    ],
    ['two files with six days between', [days('11-01', '11-10'), days('11-17', '11-30')], false],
    ['a short file within a long one', [days('11-01', '11-30'), days('11-02', '11-03')], true],
  ] as const)('%s', (_name, statements, covered) => {
    expect(isCovered(payout, statements, [])).toBe(covered);
  });
});

describe('of several accounts', () => {
  const november = [days('11-01', '11-30', { account: 'e' })];

  test('the file of one to which no payout goes proves nothing', () => {
    expect(isCovered(payout, november, [seen('a', '11-09')])).toBe(false);
    expect(isCovered(payout, [...november, days('11-01', '11-30')], [seen('a', '11-09')])).toBe(true);
  });

  test('one on which no payout was seen is not waited for', () => {
    expect(
      isCovered(
        payout,
        [days('11-01', '11-30'), days('01-01', '01-31', { account: 'e' })],
        [seen('a', '11-09')],
      ),
    ).toBe(true);
  });

  test('what was seen of another currency says nothing', () => {
    expect(isCovered(payout, november, [seen('a', '11-09', 'EUR')])).toBe(true);
  });

  test('those before and after count: where payouts moved between them, both', () => {
    const moved = [seen('a', '10-01'), seen('a', '11-09'), seen('e', '11-11'), seen('e', '12-01')];
    expect(isCovered(payout, november, moved)).toBe(false);
    expect(isCovered({ ...payout, arrivesOn: '2026-11-12' }, november, moved)).toBe(true);
    expect(isCovered(payout, [...november, days('11-01', '11-30')], moved)).toBe(true);
  });

  test('the account that payouts left long ago is not waited for', () => {
    expect(isCovered(payout, november, [seen('a', '03-01'), seen('e', '11-02')])).toBe(true);
  });

  test('without any payout seen, all of them must cover it', () => {
    expect(isCovered(payout, [...november, days('10-01', '10-31')], [])).toBe(false);
    expect(isCovered(payout, [...november, days('11-01', '11-30')], [])).toBe(true);
  });
});

test('another file of an account never makes a covered day uncovered, and order does not matter', () => {
  const day = fc.integer({ min: 1, max: 30 }).map((n) => `11-${String(n).padStart(2, '0')}`);
  const statement = fc
    .tuple(day, day)
    .map(([one, other]) => (one < other ? days(one, other) : days(other, one)));
  fc.assert(
    fc.property(fc.array(statement), statement, (statements, more) => {
      const before = isCovered(payout, statements, []);
      expect(isCovered(payout, statements.toReversed(), [])).toBe(before);
      if (before) expect(isCovered(payout, [...statements, more], [])).toBe(true);
    }),
  );
});
