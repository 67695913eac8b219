import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { sumMinor } from '@/domain/money';
import {
  assertWithinBase,
  baseOf,
  capTo,
  inShareOrder,
  PPM_TOLERANCE,
  type SplitInput,
  type SplitType,
  splitShares,
  WHOLE_PPM,
} from '@/domain/split-calculation';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';

// The number, in full with `npm run test:long`.
const RUNS = { ...numRuns(), numRuns: inject('testSize') === 'full' ? 100_000 : numRuns(10).numRuns };
const PEOPLE = ['ann', 'bob', 'cid', 'dee', 'eve', 'fay', 'gus'];

function split(type: SplitType, baseMinor: number, change: Partial<SplitInput['choices']> = {}): SplitInput {
  return {
    type,
    participants: PEOPLE.slice(0, 3),
    orders: [{ dueMinor: baseMinor, items: [] }],
    choices: { percentages: [], amounts: [], items: [], ...change },
  };
}
const percent = (...ppms: number[]) =>
  ppms.map((sharePpm, i) => ({ guestPublicId: PEOPLE[i] ?? '', sharePpm }));
const amounts = (...minor: number[]) =>
  minor.map((amountMinor, i) => ({ guestPublicId: PEOPLE[i] ?? '', amountMinor }));

describe('equal shares', () => {
  test('of 10.00 for three are 3.34, 3.33 and 3.33, the odd cent with the first', () => {
    expect(splitShares(split('EQUAL', 1000))).toEqual([334, 333, 333]);
  });

  test('of nothing are nothing, and nobody shares nothing', () => {
    expect(splitShares(split('EQUAL', 0))).toEqual([0, 0, 0]);
    expect(splitShares({ ...split('EQUAL', 1000), participants: [] })).toEqual([]);
  });
});

describe('where cards pay multiples of a step only', () => {
  const dinars = (share: SplitInput) => splitShares(share, 10);

  test('shares of a base in whole steps are whole steps', () => {
    expect(dinars(split('EQUAL', 10_000))).toEqual([3340, 3330, 3330]);
    expect(splitShares(split('EQUAL', 100_000), 100)).toEqual([33_400, 33_300, 33_300]);
    expect(dinars(split('BY_PERCENTAGE', 1000, { percentages: percent(333_333, 333_333, 333_333) }))).toEqual(
      [340, 330, 330],
    );
    // What guests chose stays, and so does what no card could pay anyway.
    expect(dinars(split('BY_AMOUNT', 1000, { amounts: amounts(333, 333, 334) }))).toEqual([333, 333, 334]);
    expect(dinars(split('EQUAL', 1001))).toEqual([334, 334, 333]);
    expect(dinars(split('EQUAL', 0))).toEqual([0, 0, 0]);
  });

  test('the sum stays exact, a gap a gap, and no share moves by a whole step', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<SplitType>('EQUAL', 'BY_PERCENTAGE'),
        fc.constantFrom(10, 100),
        fc.nat(10_000_000),
        fc.array(fc.nat(333_333), { minLength: 3, maxLength: 3 }),
        (type, stepMinor, steps, ppms) => {
          const input = split(type, steps * stepMinor, { percentages: percent(...ppms) });
          const [plain, stepped] = [splitShares(input), splitShares(input, stepMinor)];
          for (const [i, share] of stepped.entries()) {
            expect(share % stepMinor).toBe(0);
            expect(Math.abs(share - (plain[i] ?? 0))).toBeLessThan(stepMinor + 1);
          }
          if (type === 'EQUAL') expect(sumMinor(stepped)).toBe(steps * stepMinor);
          else expect(sumMinor(stepped)).toBeLessThanOrEqual(steps * stepMinor);
        },
      ),
      RUNS,
    );
  });
});

describe('percentages', () => {
  test.each([
    [[600_000, 400_000], 1000, [600, 400, 0]],
    // Thirds with two and with four decimals: both mean all of it.
    [[333_300, 333_300, 333_300], 1000, [334, 333, 333]],
    [[333_333, 333_333, 333_333], 1000, [334, 333, 333]],
    [[333_400, 333_300, 333_300], 10, [4, 3, 3]],
    // 99 % leaves a gap that nobody is asked to pay.
    [[590_000, 400_000], 1000, [590, 400, 0]],
    [[333_000, 333_000, 333_000], 2, [1, 1, 0]],
    [[], 1000, [0, 0, 0]],
    // 0.01 % below the whole is the whole, a little more is a gap.
    [[999_900], 1_000_000, [1_000_000, 0, 0]],
    [[999_899], 1_000_000, [999_899, 0, 0]],
  ])('%j of %d are %j', (ppms, baseMinor, shares) => {
    expect(splitShares(split('BY_PERCENTAGE', baseMinor, { percentages: percent(...ppms) }))).toEqual(shares);
  });

  test('sum to 100.01 at most', () => {
    const of = (...ppms: number[]) => split('BY_PERCENTAGE', 1000, { percentages: percent(...ppms) });
    expect(codeOf(() => assertWithinBase(of(600_000, 400_100)))).toBe('no error');
    expect(sumMinor(splitShares(of(600_000, 400_100)))).toBe(1000);
    expect(codeOf(() => assertWithinBase(of(600_000, 400_101)))).toBe('SPLIT_PERCENTAGES_ABOVE_WHOLE');
    expect(detailsOf(() => assertWithinBase(of(600_000, 400_101)))).toEqual({ sumPpm: 1_000_101 });
  });

  test('of those who take no part do not count', () => {
    const input = split('BY_PERCENTAGE', 1000, {
      percentages: [...percent(600_000, 400_000), { guestPublicId: 'zoe', sharePpm: 900_000 }],
    });
    expect(codeOf(() => assertWithinBase(input))).toBe('no error');
    expect(splitShares(input)).toEqual([600, 400, 0]);
  });
});

describe('amounts', () => {
  test('are kept as they are, whatever they leave', () => {
    expect(splitShares(split('BY_AMOUNT', 1000, { amounts: amounts(700, 0, 123) }))).toEqual([700, 0, 123]);
  });

  test('above the balance are refused with what is too much, below zero as no amount', () => {
    const above = split('BY_AMOUNT', 1000, { amounts: amounts(700, 301) });
    expect(codeOf(() => assertWithinBase(above))).toBe('SPLIT_AMOUNTS_ABOVE_BALANCE');
    expect(detailsOf(() => assertWithinBase(above))).toEqual({ excessMinor: 1, baseMinor: 1000 });
    const below = split('BY_AMOUNT', 1000, { amounts: amounts(-1) });
    expect(codeOf(() => assertWithinBase(below))).toBe('AMOUNT_INVALID');
    expect(detailsOf(() => assertWithinBase(below))).toEqual({ name: 'amountMinor', amountMinor: -1 });
  });

  test('of another kind of split do not count', () => {
    const choices = { percentages: percent(900_000, 900_000), amounts: amounts(900, 900) };
    for (const type of ['EQUAL', 'BY_ITEMS'] as const)
      expect(codeOf(() => assertWithinBase(split(type, 1000, choices)))).toBe('no error');
  });

  test('are of what is due, which is never negative', () => {
    expect(detailsOf(() => baseOf([{ dueMinor: -1, items: [] }]))).toEqual({
      name: 'dueMinor',
      amountMinor: -1,
    });
  });

  test('that a bill has shrunk below come down together, to exactly the bill', () => {
    expect(splitShares(split('BY_AMOUNT', 500, { amounts: amounts(600, 400) }))).toEqual([300, 200, 0]);
  });
});

describe('who comes first', () => {
  test('the host, then by time, then by id', () => {
    const at = (ms: number) => new Date(ms);
    const guests = [
      { publicId: 'c', isHost: false, joinedAt: at(2) },
      { publicId: 'b', isHost: false, joinedAt: at(1) },
      { publicId: 'a', isHost: false, joinedAt: at(2) },
      { publicId: 'h', isHost: true, joinedAt: at(9) },
    ];
    expect(inShareOrder(guests).map((guest) => guest.publicId)).toEqual(['h', 'b', 'a', 'c']);
  });

  test('the same guests stand in the same order however they are listed', () => {
    const guest = (publicId: string) => ({ publicId, isHost: false, joinedAt: new Date(1) });
    for (const listed of ['ab', 'ba'])
      expect(inShareOrder([...listed].map(guest)).map((one) => one.publicId)).toEqual(['a', 'b']);
  });
});

const input: fc.Arbitrary<SplitInput> = fc
  .record({
    type: fc.constantFrom<SplitType>('EQUAL', 'BY_PERCENTAGE', 'BY_AMOUNT', 'BY_ITEMS'),
    people: fc.integer({ min: 1, max: PEOPLE.length }),
    orders: fc.array(
      fc.record({ dueMinor: fc.nat(200_000), prices: fc.array(fc.nat(9_999), { maxLength: 6 }) }),
      { minLength: 1, maxLength: 4 },
    ),
    weights: fc.array(fc.nat(100), { minLength: PEOPLE.length, maxLength: PEOPLE.length }),
    isWhole: fc.boolean(),
    eaters: fc.array(fc.subarray(PEOPLE), { maxLength: 24 }),
  })
  .map(({ type, people, orders, weights, isWhole, eaters }) => {
    const participants = PEOPLE.slice(0, people);
    const withItems = orders.map((order, o) => ({
      dueMinor: order.dueMinor,
      items: order.prices.map((subtotalMinor, i) => ({ itemId: `${o}-${i}`, subtotalMinor })),
    }));
    const baseMinor = baseOf(withItems);
    const parts = (whole: number) => {
      const sum = participants.reduce((all, _, i) => all + (weights[i] ?? 0), 0) + (isWhole ? 0 : 50);
      const floors = participants.map((_, i) => Math.floor((whole * (weights[i] ?? 0)) / Math.max(1, sum)));
      const rest = whole - sumMinor(floors);
      return isWhole ? floors.map((part, i) => (i === 0 ? part + rest : part)) : floors;
    };
    return {
      type,
      participants,
      orders: withItems,
      choices: {
        percentages: percent(...parts(WHOLE_PPM)),
        amounts: amounts(...parts(baseMinor)),
        items: withItems
          .flatMap((order) => order.items)
          .map((item, i) => ({ itemId: item.itemId, guestPublicIds: eaters[i] ?? [] })),
      },
    };
  });

describe('for any split', () => {
  test('the shares sum exactly to the base, or leave exactly what was chosen to be left', () => {
    fc.assert(
      fc.property(input, (any) => {
        assertWithinBase(any);
        const baseMinor = baseOf(any.orders);
        const shares = splitShares(any);
        expect(shares).toHaveLength(any.participants.length);
        for (const share of shares) expect(Number.isSafeInteger(share) && share >= 0).toBe(true);
        const sum = sumMinor(shares);
        if (any.type === 'EQUAL' || any.type === 'BY_ITEMS') expect(sum).toBe(baseMinor);
        else if (any.type === 'BY_AMOUNT')
          expect(sum).toBe(sumMinor(any.choices.amounts.map((row) => row.amountMinor)));
        else {
          const ppm = sumMinor(any.choices.percentages.map((row) => row.sharePpm));
          if (ppm >= WHOLE_PPM - PPM_TOLERANCE) expect(sum).toBe(baseMinor);
          else {
            expect(sum).toBeLessThanOrEqual(baseMinor);
            const gap = (BigInt(baseMinor) * BigInt(WHOLE_PPM - ppm)) / BigInt(WHOLE_PPM);
            expect(Math.abs(baseMinor - sum - Number(gap))).toBeLessThanOrEqual(1);
          }
        }
      }),
      RUNS,
    );
  });

  test('each percentage is within one unit of its exact part', () => {
    fc.assert(
      fc.property(input, (any) => {
        const baseMinor = baseOf(any.orders);
        const shares = splitShares({ ...any, type: 'BY_PERCENTAGE' });
        any.choices.percentages.forEach(({ sharePpm }, i) => {
          const error = BigInt(shares[i] ?? 0) * BigInt(WHOLE_PPM) - BigInt(baseMinor) * BigInt(sharePpm);
          expect(error < BigInt(WHOLE_PPM) && error > BigInt(-WHOLE_PPM)).toBe(true);
        });
      }),
      numRuns(),
    );
  });

  test('equal shares differ by at most one unit, also by items that nobody took', () => {
    fc.assert(
      fc.property(input, (any) => {
        for (const type of ['EQUAL', 'BY_ITEMS'] as const) {
          const shares = splitShares({ ...any, type, choices: { percentages: [], amounts: [], items: [] } });
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
          expect(shares).toEqual([...shares].sort((a, b) => b - a));
        }
      }),
      numRuns(),
    );
  });

  test('capped shares sum to the cap and nobody pays more than before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50_000), { minLength: 1, maxLength: 8 }), fc.nat(50_000), (shares, cap) => {
        const capped = capTo(cap, shares);
        expect(sumMinor(capped)).toBe(Math.min(cap, sumMinor(shares)));
        capped.forEach((share, i) => {
          expect(share).toBeLessThanOrEqual(shares[i] ?? 0);
        });
      }),
      numRuns(),
    );
  });
});
