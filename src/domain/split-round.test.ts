import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sumMinor } from '@/domain/money';
import { PAYMENT_STATUSES, type PaymentStatus } from '@/domain/payment/status';
import { countsInRound, isRoundOver, roundShares } from '@/domain/split-round';
import { numRuns } from '@/domain/test-samples';

const shares = (...minor: number[]) =>
  minor.map((shareMinor, i) => ({ guestPublicId: 'abcdefgh'.charAt(i), shareMinor }));
const pays = (guestPublicId: string, amountMinor: number, status: PaymentStatus) => ({
  guestPublicId,
  amountMinor,
  status,
});
const seen = (rows: ReturnType<typeof roundShares>) => rows.map((row) => [row.shareMinor, row.status]);

describe('a round', () => {
  test('keeps 40 % of the base for the second payer after the first has paid 60 %', () => {
    expect(seen(roundShares(shares(600, 400), [pays('a', 600, 'COMPLETED')], 400))).toEqual([
      [600, 'PAID'],
      [400, 'UNPAID'],
    ]);
  });

  test('lets everybody start while the others are open, a declined attempt among them', () => {
    const open = [pays('a', 334, 'PENDING'), pays('b', 333, 'FAILED')];
    expect(seen(roundShares(shares(334, 333, 333), open, 1000))).toEqual([
      [334, 'PAYING'],
      [333, 'PAYING'],
      [333, 'UNPAID'],
    ]);
  });

  test('asks for no more than remains when somebody else has paid on the bill', () => {
    expect(seen(roundShares(shares(334, 333, 333), [pays('a', 334, 'COMPLETED')], 266))).toEqual([
      [334, 'PAID'],
      [133, 'UNPAID'],
      [133, 'UNPAID'],
    ]);
    expect(seen(roundShares(shares(500, 500), [pays('a', 500, 'PENDING')], 700))).toEqual([
      [500, 'PAYING'],
      [200, 'UNPAID'],
    ]);
  });

  test('a cancelled payment frees its share, one that went back wholly is owed again', () => {
    const payments = [pays('a', 600, 'CANCELLED'), pays('b', 400, 'REFUNDED')];
    expect(seen(roundShares(shares(600, 400), payments, 1000))).toEqual([
      [600, 'UNPAID'],
      [400, 'UNPAID'],
    ]);
  });

  test.each(PAYMENT_STATUSES)('%s holds it as long as money is under way or here', (status) => {
    expect(countsInRound({ status })).toBe(status !== 'CANCELLED' && status !== 'REFUNDED');
  });
});

describe('a round is over', () => {
  const over = (rows: ReturnType<typeof shares>, payments: ReturnType<typeof pays>[], dueMinor: number) =>
    isRoundOver(roundShares(rows, payments, dueMinor), payments);

  test('when all with a share have paid, also when percentages left a gap', () => {
    const payments = [pays('a', 500, 'COMPLETED'), pays('b', 400, 'PARTIALLY_REFUNDED')];
    expect(over(shares(500, 400, 0), payments, 100)).toBe(true);
  });

  test('when nothing is due any more, whoever paid it', () => {
    expect(over(shares(500, 500), [pays('a', 500, 'COMPLETED')], 0)).toBe(true);
  });

  test('not before anybody paid, not while somebody pays, not while somebody owes', () => {
    expect(over(shares(500, 500), [], 0)).toBe(false);
    expect(over(shares(500, 500), [pays('a', 500, 'COMPLETED'), pays('b', 500, 'PROCESSING')], 500)).toBe(
      false,
    );
    expect(over(shares(500, 500), [pays('a', 500, 'COMPLETED')], 500)).toBe(false);
  });
});

test('however payers come and go, what is paid and what is asked for never exceed the bill; the last takes the exact rest', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(5_000), { minLength: 1, maxLength: 8 }),
      fc.array(fc.constantFrom('pay', 'leave', 'other'), { maxLength: 12 }),
      fc.nat(4_000),
      (amounts, steps, otherMinor) => {
        const planned = shares(...amounts);
        const baseMinor = sumMinor(amounts);
        let dueMinor = baseMinor;
        const payments: ReturnType<typeof pays>[] = [];
        for (const [i, step] of steps.entries()) {
          const rows = roundShares(planned, payments, dueMinor);
          const unpaid = rows.filter((row) => row.status === 'UNPAID' && row.shareMinor > 0);
          const held = rows.filter((row) => row.status === 'PAYING');
          const asked = sumMinor([...unpaid, ...held].map((row) => row.shareMinor));
          expect(asked).toBeLessThanOrEqual(dueMinor);
          const next = unpaid[i % Math.max(1, unpaid.length)];
          if (step === 'other')
            dueMinor -= Math.min(otherMinor, dueMinor - sumMinor(held.map((h) => h.shareMinor)));
          else if (next && step === 'leave')
            payments.push(pays(next.guestPublicId, next.shareMinor, 'PENDING'));
          else if (next) {
            payments.push(pays(next.guestPublicId, next.shareMinor, 'COMPLETED'));
            dueMinor -= next.shareMinor;
          }
        }
        for (const payment of payments) {
          if (payment.status !== 'PENDING') continue;
          payment.status = 'COMPLETED';
          dueMinor -= payment.amountMinor;
        }
        const rest = roundShares(planned, payments, dueMinor).filter((row) => row.status === 'UNPAID');
        expect(sumMinor(rest.map((row) => row.shareMinor))).toBe(dueMinor);
      },
    ),
    numRuns(),
  );
});

test('who pays a second time is paying, whatever was paid before', () => {
  const payments = [pays('a', 300, 'COMPLETED'), pays('a', 200, 'PENDING')];
  expect(seen(roundShares(shares(500, 500), payments, 700))).toEqual([
    [500, 'PAYING'],
    [500, 'UNPAID'],
  ]);
});

test('a round in which all was withdrawn, or somebody still pays, is not over, though nothing is left to ask for', () => {
  const asked = [{ guestPublicId: 'a', shareMinor: 0, status: 'UNPAID' as const }];
  expect(isRoundOver(asked, [{ status: 'CANCELLED' }])).toBe(false);
  expect(isRoundOver(asked, [{ status: 'COMPLETED' }, { status: 'PENDING' }])).toBe(false);
  expect(isRoundOver(asked, [{ status: 'COMPLETED' }])).toBe(true);
});
