import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assertBalanced,
  cardCapturePostings,
  cashCapturePostings,
  disputeReinstatedPostings,
  disputeWithdrawnPostings,
  drawerCashPostings,
  drawerClosedPostings,
  feePostings,
  feeReversedPostings,
  type Posting,
  payoutFailedPostings,
  payoutPostings,
  refundFailedPostings,
  refundPostings,
  reverse,
  unmatchedReceiptPostings,
} from '@/domain/ledger/postings';
import { codeOf, detailsOf, numRuns } from '@/domain/test-samples';

const parts = { subtotalMinor: 1000, taxMinor: 80, tipMinor: 200 };
const byAccount = (postings: readonly Posting[]) =>
  Object.fromEntries(postings.map(({ account, amountMinor }) => [account, amountMinor]));

describe('the posting table', () => {
  test('a card capture debits clearing and credits sales, tax and tips', () => {
    expect(byAccount(cardCapturePostings(parts))).toEqual({
      PROCESSOR_CLEARING: 1280,
      SALES: -1000,
      TAX_PAYABLE: -80,
      TIPS_PAYABLE: -200,
    });
  });

  test('cash goes to the drawer', () => {
    expect(byAccount(cashCapturePostings({ ...parts, tipMinor: 0 }))).toEqual({
      CASH_DRAWER: 1080,
      SALES: -1000,
      TAX_PAYABLE: -80,
    });
  });

  test('what was over-collected is guest credit, carved out of subtotal and tax inside the charge', () => {
    expect(byAccount(cardCapturePostings({ ...parts, overCollectedMinor: 540 }))).toEqual({
      PROCESSOR_CLEARING: 1280,
      SALES: -500,
      TAX_PAYABLE: -40,
      TIPS_PAYABLE: -200,
      GUEST_CREDIT: -540,
    });
    expect(byAccount(cardCapturePostings({ ...parts, overCollectedMinor: 1280 }))).toEqual({
      PROCESSOR_CLEARING: 1280,
      GUEST_CREDIT: -1280,
    });
  });

  test('more guest credit than money is refused', () => {
    expect(codeOf(() => cardCapturePostings({ ...parts, overCollectedMinor: 1281 }))).toBe('AMOUNT_INVALID');
    expect(codeOf(() => refundPostings({ method: 'CARD', ...parts, guestCreditMinor: -1 }))).toBe(
      'AMOUNT_INVALID',
    );
  });

  test.each([
    [1281, 1280],
    [1, 0],
  ])('guest credit of %d in a charge of %d is told to the log', (carvedMinor, totalMinor) => {
    const charge = totalMinor === 0 ? { subtotalMinor: 0, taxMinor: 0, tipMinor: 0 } : parts;
    expect(detailsOf(() => cardCapturePostings({ ...charge, overCollectedMinor: carvedMinor }))).toEqual({
      carvedMinor,
      totalMinor,
    });
  });

  test('what is too much of a tip alone is credit, too', () => {
    const tip = { subtotalMinor: 0, taxMinor: 0, tipMinor: 200, overCollectedMinor: 50 };
    expect(byAccount(cardCapturePostings(tip))).toEqual({
      PROCESSOR_CLEARING: 200,
      TIPS_PAYABLE: -150,
      GUEST_CREDIT: -50,
    });
  });

  test('a float comes from the safe, a counted drawer goes back to it with what is over or short', () => {
    expect(byAccount(drawerCashPostings({ amountMinor: 10_000 }))).toEqual({
      CASH_DRAWER: 10_000,
      CASH_SAFE: -10_000,
    });
    expect(byAccount(drawerCashPostings({ amountMinor: -300 }))).toEqual({
      CASH_DRAWER: -300,
      CASH_SAFE: 300,
    });
    expect(drawerCashPostings({ amountMinor: 0 })).toEqual([]);
    const short = drawerClosedPostings({ expectedMinor: 12_700, countedMinor: 12_650 });
    expect(byAccount(short)).toEqual({ CASH_SAFE: 12_650, CASH_OVER_SHORT: 50, CASH_DRAWER: -12_700 });
    const over = drawerClosedPostings({ expectedMinor: -100, countedMinor: 0 });
    expect(byAccount(over)).toEqual({ CASH_OVER_SHORT: -100, CASH_DRAWER: 100 });
    expect(codeOf(() => drawerClosedPostings({ expectedMinor: 0, countedMinor: -1 }))).toBe('AMOUNT_INVALID');
  });

  test('a refund debits refunds, tax and tips, and leaves by the way the money came', () => {
    const debits = { REFUNDS: 1000, TAX_PAYABLE: 80, TIPS_PAYABLE: 200 };
    expect(byAccount(refundPostings({ method: 'CARD', ...parts }))).toEqual({
      ...debits,
      PROCESSOR_CLEARING: -1280,
    });
    expect(byAccount(refundPostings({ method: 'CASH', ...parts }))).toEqual({
      ...debits,
      CASH_DRAWER: -1280,
    });
  });

  test('a refund of guest credit touches neither refunds nor tax', () => {
    const refund = {
      method: 'CARD',
      subtotalMinor: 500,
      taxMinor: 40,
      tipMinor: 0,
      guestCreditMinor: 540,
    } as const;
    expect(byAccount(refundPostings(refund))).toEqual({ GUEST_CREDIT: 540, PROCESSOR_CLEARING: -540 });
  });

  test('fees, disputes, payouts and unmatched receipts post as the table says', () => {
    expect(byAccount(feePostings({ feeMinor: 59 }))).toEqual({ PROCESSOR_FEES: 59, PROCESSOR_CLEARING: -59 });
    expect(byAccount(disputeWithdrawnPostings({ amountMinor: 1280, feeMinor: 1500 }))).toEqual({
      DISPUTE_LOSSES: 1280,
      DISPUTE_FEES: 1500,
      PROCESSOR_CLEARING: -2780,
    });
    expect(byAccount(payoutPostings({ amountMinor: 900 }))).toEqual({ BANK: 900, PROCESSOR_CLEARING: -900 });
    expect(byAccount(payoutPostings({ amountMinor: -900 }))).toEqual({ BANK: -900, PROCESSOR_CLEARING: 900 });
    expect(byAccount(unmatchedReceiptPostings({ amountMinor: 5 }))).toEqual({
      PROCESSOR_CLEARING: 5,
      UNMATCHED_RECEIPTS: -5,
    });
  });

  test('a fact of zero posts nothing', () => {
    expect(feePostings({ feeMinor: 0 })).toEqual([]);
    expect(cardCapturePostings({ subtotalMinor: 0, taxMinor: 0, tipMinor: 0 })).toEqual([]);
  });

  test.each([
    ['feeMinor', () => feePostings({ feeMinor: -1 })],
    ['subtotalMinor', () => cardCapturePostings({ ...parts, subtotalMinor: -1 })],
    ['taxMinor', () => cardCapturePostings({ ...parts, taxMinor: -1 })],
    ['tipMinor', () => cardCapturePostings({ ...parts, tipMinor: -1 })],
    ['guest credit', () => cardCapturePostings({ ...parts, overCollectedMinor: -1 })],
    ['amountMinor', () => disputeWithdrawnPostings({ amountMinor: -1, feeMinor: 0 })],
    ['feeMinor', () => disputeWithdrawnPostings({ amountMinor: 0, feeMinor: -1 })],
    ['amountMinor', () => unmatchedReceiptPostings({ amountMinor: -1 })],
    ['countedMinor', () => drawerClosedPostings({ expectedMinor: 0, countedMinor: -1 })],
  ])('a negative %s is refused by name', (name, act) => {
    expect(codeOf(act)).toBe('AMOUNT_INVALID');
    expect(detailsOf(act)).toEqual({ name, amountMinor: -1 });
  });

  test('negative amounts are refused where the fact has its own reverse', () => {
    expect(codeOf(() => feePostings({ feeMinor: -1 }))).toBe('AMOUNT_INVALID');
    expect(codeOf(() => cashCapturePostings({ ...parts, taxMinor: -1 }))).toBe('AMOUNT_INVALID');
    expect(codeOf(() => disputeWithdrawnPostings({ amountMinor: -1, feeMinor: 0 }))).toBe('AMOUNT_INVALID');
    expect(codeOf(() => unmatchedReceiptPostings({ amountMinor: -1 }))).toBe('AMOUNT_INVALID');
  });
});

describe('reversals', () => {
  test('of refund, fee, dispute and payout leave every account as it was', () => {
    const refund = { method: 'CARD', ...parts } as const;
    expect(refundFailedPostings(refund)).toEqual(reverse(refundPostings(refund)));
    expect(feeReversedPostings({ feeMinor: 59 })).toEqual(reverse(feePostings({ feeMinor: 59 })));
    const dispute = { amountMinor: 5, feeMinor: 15 };
    expect(disputeReinstatedPostings(dispute)).toEqual(reverse(disputeWithdrawnPostings(dispute)));
    expect(payoutFailedPostings({ amountMinor: 7 })).toEqual(reverse(payoutPostings({ amountMinor: 7 })));
  });
});

test('unbalanced postings are refused', () => {
  const postings = [{ account: 'SALES', amountMinor: 1 }] as const;
  expect(codeOf(() => assertBalanced(postings))).toBe('LEDGER_UNBALANCED');
  expect(detailsOf(() => assertBalanced(postings))).toEqual({ sum: 1, postings });
  expect(codeOf(() => assertBalanced([{ account: 'SALES', amountMinor: 0.5 }]))).toBe('AMOUNT_INVALID');
  expect(assertBalanced([])).toEqual([]);
});

test('whatever the amounts, every fact sums to zero, has no zero line and names an account once', () => {
  const amount = fc.nat(1_000_000);
  const anyParts = fc.record({ subtotalMinor: amount, taxMinor: amount, tipMinor: amount });
  fc.assert(
    fc.property(
      anyParts,
      amount,
      fc.nat(100),
      fc.constantFrom('CARD', 'CASH'),
      (money, other, percent, method) => {
        const total = money.subtotalMinor + money.taxMinor + money.tipMinor;
        const inside = Math.floor((total * percent) / 100);
        const facts = [
          cardCapturePostings({ ...money, overCollectedMinor: inside }),
          cashCapturePostings({ ...money, overCollectedMinor: inside }),
          refundPostings({ method, ...money, guestCreditMinor: inside }),
          refundFailedPostings({ method, ...money, guestCreditMinor: inside }),
          feePostings({ feeMinor: other }),
          feeReversedPostings({ feeMinor: other }),
          disputeWithdrawnPostings({ amountMinor: total, feeMinor: other }),
          disputeReinstatedPostings({ amountMinor: total, feeMinor: other }),
          payoutPostings({ amountMinor: other - total }),
          payoutFailedPostings({ amountMinor: other - total }),
          unmatchedReceiptPostings({ amountMinor: other }),
        ];
        for (const postings of facts) {
          assertBalanced(postings);
          expect(postings.every((posting) => posting.amountMinor !== 0)).toBe(true);
          expect(new Set(postings.map((posting) => posting.account)).size).toBe(postings.length);
        }
      },
    ),
    numRuns(),
  );
});

test('capturing a payment and refunding all of it leaves only sales against refunds', () => {
  const balance = new Map<string, number>();
  for (const { account, amountMinor } of [
    ...cardCapturePostings({ ...parts, overCollectedMinor: 333 }),
    ...refundPostings({ method: 'CARD', ...parts, guestCreditMinor: 333 }),
  ]) {
    balance.set(account, (balance.get(account) ?? 0) + amountMinor);
  }
  expect((balance.get('SALES') ?? 0) + (balance.get('REFUNDS') ?? 0)).toBe(0);
  for (const account of ['PROCESSOR_CLEARING', 'TAX_PAYABLE', 'TIPS_PAYABLE', 'GUEST_CREDIT']) {
    expect(balance.get(account) ?? 0).toBe(0);
  }
});
