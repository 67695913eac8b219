import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { numRuns } from '@/domain/test-samples';
import { creditServers, shareTips, TIP_POOL_RULES, type TipPoolRule, tipWeights } from '@/domain/tip-pool';

const tips = [
  { serverId: 'ann', tipMinor: 700 },
  { serverId: 'bob', tipMinor: 300 },
  { serverId: null, tipMinor: 1 },
];
const members = [
  { userId: 'cyd', minutesWorked: 120, points: 0 },
  { userId: 'ann', minutesWorked: 480, points: 10 },
  { userId: 'bob', minutesWorked: 240, points: 5 },
];
const shares = (rule: TipPoolRule, of = members, from = tips) =>
  Object.fromEntries(shareTips(rule, from, of).map((s) => [String(s.userId), s.shareMinor]));

describe('who gets what of the tips', () => {
  test('unpooled, everybody keeps their own, and the rest is nobody’s', () => {
    expect(shares('NONE')).toEqual({ ann: 700, bob: 300, null: 1 });
  });

  test('equal parts, the odd cents to the first by id', () => {
    expect(shares('EQUAL')).toEqual({ ann: 334, bob: 334, cyd: 333 });
  });

  test('by hours and by points, largest remainder', () => {
    expect(shares('BY_HOURS')).toEqual({ ann: 572, bob: 286, cyd: 143 });
    expect(shares('BY_POINTS')).toEqual({ ann: 667, bob: 334, cyd: 0 });
  });

  test('without hours written down, the pool is shared equally; without members, among those who served', () => {
    const idle = members.map((m) => ({ ...m, minutesWorked: 0 }));
    expect(shares('BY_HOURS', idle)).toEqual(shares('EQUAL'));
    expect(shares('EQUAL', [])).toEqual({ ann: 501, bob: 500 });
  });

  test('with nobody at all, the tips are nobody’s; no tips, no shares', () => {
    const strays = [{ serverId: null, tipMinor: 900 }];
    expect(shares('EQUAL', [], strays)).toEqual({ null: 900 });
    expect(shareTips('EQUAL', [], [])).toEqual([]);
  });

  test('a day on which more tips went back than came shares the loss the same way', () => {
    expect(shares('EQUAL', members, [{ serverId: 'ann', tipMinor: -100 }])).toEqual({
      ann: -34,
      bob: -33,
      cyd: -33,
    });
  });

  test('a tip on several orders is credited to their servers by what was paid of each', () => {
    expect(
      creditServers(100, [
        { serverId: 'ann', weight: 2000 },
        { serverId: 'bob', weight: 1000 },
      ]),
    ).toEqual([
      { serverId: 'ann', tipMinor: 67 },
      { serverId: 'bob', tipMinor: 33 },
    ]);
    expect(creditServers(100, [])).toEqual([{ serverId: null, tipMinor: 100 }]);
  });

  test('a tip given back in two halves leaves both servers with nothing, not one with a cent of the other', () => {
    const orders = [
      { serverId: 'ann', weight: 2000 },
      { serverId: 'bob', weight: 1000 },
    ];
    const parts = [100, -50, -50].map((part, i) => creditServers(part, orders, [0, 100, 50][i]));
    const of = (index: number) => parts.map((part) => part[index]?.tipMinor);
    expect([of(0), of(1)]).toEqual([
      [67, -34, -33],
      [33, -16, -17],
    ]);
  });
});

describe('whatever the rule, the tips and the people', () => {
  const people = fc.uniqueArray(
    fc.record({
      userId: fc.stringMatching(/^[a-z]{1,6}$/),
      minutesWorked: fc.integer({ min: 0, max: 900 }),
      points: fc.integer({ min: 0, max: 100 }),
    }),
    { selector: (member) => member.userId, maxLength: 12 },
  );
  const collected = fc.array(
    fc.record({
      serverId: fc.option(fc.stringMatching(/^[a-z]{1,2}$/)),
      tipMinor: fc.integer({ min: -5000, max: 500_000 }),
    }),
    { maxLength: 8 },
  );
  const sum = (minors: number[]) => minors.reduce((total, minor) => total + minor, 0);

  test('the shares are the tips, to the cent, and the order of people does not matter', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TIP_POOL_RULES), collected, people, (rule, from, of) => {
        const given = shareTips(rule, from, of);
        expect(sum(given.map((g) => g.shareMinor))).toBe(sum(from.map((t) => t.tipMinor)));
        expect(shareTips(rule, from, of.toReversed())).toEqual(given);
      }),
      numRuns(5),
    );
  });

  test('equal shares differ by at most one minor unit', () => {
    fc.assert(
      fc.property(collected, people, (from, of) => {
        fc.pre(of.length > 0);
        const minors = shareTips('EQUAL', from, of).map((s) => s.shareMinor);
        expect(Math.max(...minors) - Math.min(...minors)).toBeLessThanOrEqual(1);
      }),
      numRuns(),
    );
  });

  test('a tip credited to servers is the tip', () => {
    const orders = fc.array(fc.record({ serverId: fc.option(fc.constant('s')), weight: fc.nat(9999) }), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.integer({ min: -9999, max: 9999 }), orders, (tipMinor, on) => {
        expect(sum(creditServers(tipMinor, on).map((t) => t.tipMinor))).toBe(tipMinor);
      }),
      numRuns(),
    );
  });

  test('in whatever parts a tip comes and goes, each server has what the rest of it gives them', () => {
    const orders = fc.array(fc.record({ serverId: fc.stringMatching(/^[a-z]$/), weight: fc.nat(9999) }), {
      minLength: 1,
      maxLength: 5,
    });
    const parts = fc.array(fc.integer({ min: -9999, max: 9999 }), { maxLength: 6 });
    fc.assert(
      fc.property(parts, orders, (tips, on) => {
        let before = 0;
        const had = on.map(() => 0);
        for (const tip of tips) {
          creditServers(tip, on, before).forEach((credit, i) => {
            had[i] = (had[i] ?? 0) + credit.tipMinor;
          });
          before += tip;
        }
        expect(had).toEqual(creditServers(before, on).map((credit) => credit.tipMinor));
      }),
      numRuns(),
    );
  });
});

describe('the weight of each order in a payment’s tip', () => {
  const orders = fc.array(
    fc.record({ ownTipMinor: fc.nat(500), coveredMinor: fc.integer({ min: 1, max: 9_999 }) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  );

  it('is its own tip and a part of what was added: all weights are the whole tip, so that each cent has a place', () => {
    fc.assert(
      fc.property(orders, fc.nat(2_000), (on, addedMinor) => {
        const ownMinor = on.reduce((sum, order) => sum + order.ownTipMinor, 0);
        fc.pre(ownMinor + addedMinor > 0);
        const weights = tipWeights(ownMinor + addedMinor, on);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(ownMinor + addedMinor);
        weights.forEach((weight, i) => {
          expect(weight).toBeGreaterThanOrEqual(on[i]?.ownTipMinor ?? 0);
        });
      }),
    );
  });

  it('without any tip is what is covered', () => {
    expect(tipWeights(0, [{ ownTipMinor: 0, coveredMinor: 7 }])).toEqual([7]);
  });
});
