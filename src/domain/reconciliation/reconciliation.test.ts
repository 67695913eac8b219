import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeLedger, judgeOrder, judgeReceipt } from './books';
import { judgeCash, judgeDrawer, judgeZReport } from './cash';
import { DUE_SEC } from './due';
import { judgePayout, judgeShare } from './payouts';
import { type ChargeFacts, judgeCharge, judgeDispute, judgeRefund, judgeStray } from './processor';
import { severityOf } from './severity';
import { contractTypeOf, ITEM_CLASSES, isBreak, MATCHED, type Verdict, WAYS } from './verdict';

const LATE = 400 * 86_400;
const minor = fc.integer({ min: 1, max: 10_000_000 });
const charge = (of: Partial<ChargeFacts> = {}): ChargeFacts => ({
  oursMinor: 2700,
  currency: 'USD',
  theirsMinor: 2700,
  theirsCurrency: 'USD',
  ageSec: LATE,
  isCaptured: true,
  isByProcessor: true,
  chargeCount: 1,
  feeMinor: 30,
  theirFeeMinor: 30,
  ...of,
});
const none = { theirsMinor: null, theirsCurrency: null };
const said = (verdict: Verdict) =>
  'reason' in verdict ? `${verdict.class} ${verdict.reason}` : verdict.class;

describe('a charge', () => {
  test('matches when amount, currency and fee are the same, whatever they are', () => {
    fc.assert(
      fc.property(minor, minor, (amount, fee) => {
        const facts = charge({ oursMinor: amount, theirsMinor: amount, feeMinor: fee, theirFeeMinor: fee });
        expect(judgeCharge(facts)).toEqual(MATCHED);
      }),
    );
  });

  test('of any other amount never matches', () => {
    fc.assert(
      fc.property(minor, minor, (ours, theirs) => {
        fc.pre(ours !== theirs);
        expect(judgeCharge(charge({ oursMinor: ours, theirsMinor: theirs })).class).toBe('AMOUNT');
      }),
    );
  });

  test.each([
    [charge({ chargeCount: 0, ...none }), 'MISSING_THERE NO_BALANCE_TRANSACTION'],
    [
      charge({ chargeCount: 0, ...none, ageSec: DUE_SEC.chargeTransaction }),
      'MISSING_THERE NO_BALANCE_TRANSACTION',
    ],
    [
      charge({ chargeCount: 0, ...none, ageSec: DUE_SEC.chargeTransaction - 1 }),
      'EXPECTED LATE_BALANCE_TRANSACTION',
    ],
    [charge({ isCaptured: false, oursMinor: null }), 'STATUS CHARGED_BUT_NOT_CAPTURED'],
    [
      charge({ isCaptured: false, oursMinor: null, ageSec: DUE_SEC.event }),
      'STATUS CHARGED_BUT_NOT_CAPTURED',
    ],
    [charge({ isCaptured: false, oursMinor: null, ageSec: DUE_SEC.event - 1 }), 'EXPECTED EVENT_UNDER_WAY'],
    [charge({ theirsMinor: 2701 }), 'AMOUNT CHARGE_AMOUNT_DIFFERS'],
    [charge({ isByProcessor: false, oursMinor: null }), 'DUPLICATE CHARGED_BESIDE_CASH'],
    [charge({ chargeCount: 2, theirsMinor: 5400 }), 'DUPLICATE CHARGED_TWICE'],
    [charge({ theirsCurrency: 'EUR' }), 'CURRENCY CHARGE_CURRENCY_DIFFERS'],
    [charge({ theirFeeMinor: 31 }), 'FEE FEE_DIFFERS'],
  ])('%# is judged by the first rule that holds', (facts, verdict) => {
    expect(said(judgeCharge(facts))).toBe(verdict);
  });

  test('a charge that neither side has, and a fee that one side does not know, count as matched', () => {
    expect(judgeCharge(charge({ chargeCount: 0, ...none, isCaptured: false, oursMinor: null }))).toEqual(
      MATCHED,
    );
    expect(judgeCharge(charge({ chargeCount: 0, ...none, isByProcessor: false, oursMinor: null }))).toEqual(
      MATCHED,
    );
    expect(judgeCharge(charge({ feeMinor: null }))).toEqual(MATCHED);
    expect(judgeCharge(charge({ theirFeeMinor: null }))).toEqual(MATCHED);
  });
});

describe('refunds, disputes and movements of nobody', () => {
  const refund = {
    ...charge(),
    oursMinor: -500,
    theirsMinor: -500,
    status: 'COMPLETED' as const,
    transactionCount: 1,
  };
  const dispute = { ...charge(), oursMinor: -500, theirsMinor: -500, transactionCount: 1 };
  const stray = { ...charge(), oursMinor: null, kind: 'CHARGE' as const, isOurs: false, isPosted: true };

  const nothing = { transactionCount: 0, ...none };
  const late = { ageSec: DUE_SEC.refundTransaction };
  const young = { ageSec: DUE_SEC.refundTransaction - 1 };

  test.each([
    [{}, 'MATCHED'],
    [{ theirsMinor: -499 }, 'AMOUNT REFUND_AMOUNT_DIFFERS'],
    [{ theirsCurrency: 'EUR' }, 'CURRENCY REFUND_CURRENCY_DIFFERS'],
    [{ ...nothing, ...late }, 'MISSING_THERE NO_REFUND_TRANSACTION'],
    [{ ...nothing, ...young }, 'EXPECTED LATE_REFUND'],
    [{ status: 'PROCESSING' as const, ...late }, 'STATUS REFUND_NOT_FINISHED'],
    [{ status: 'PROCESSING' as const, ...young }, 'EXPECTED REFUND_UNDER_WAY'],
    [{ status: 'FAILED' as const, ...late }, 'STATUS REFUND_FAILED_BUT_MOVED'],
    [{ status: 'FAILED' as const, ...young }, 'EXPECTED REFUND_UNDER_WAY'],
    [{ status: 'FAILED' as const, theirsMinor: 0 }, 'MATCHED'],
    [{ status: 'FAILED' as const, ...nothing }, 'MATCHED'],
  ])('a refund with %j is %s', (change, verdict) => {
    expect(said(judgeRefund({ ...refund, ...change }))).toBe(verdict);
  });

  test.each([
    [{}, 'MATCHED'],
    [{ oursMinor: 0, ...nothing }, 'MATCHED'],
    [{ ...nothing, ageSec: DUE_SEC.disputeTransaction }, 'MISSING_THERE NO_DISPUTE_TRANSACTION'],
    [{ ...nothing, ageSec: DUE_SEC.disputeTransaction - 1 }, 'EXPECTED DISPUTE_FUNDS_UNDER_WAY'],
    [{ theirsMinor: -400 }, 'AMOUNT DISPUTE_AMOUNT_DIFFERS'],
    [{ theirsCurrency: 'EUR' }, 'CURRENCY DISPUTE_CURRENCY_DIFFERS'],
  ])('a dispute with %j is %s', (change, verdict) => {
    expect(said(judgeDispute({ ...dispute, ...change }))).toBe(verdict);
  });

  test.each([
    [{ kind: 'CHARGE' as const }, 'FOREIGN_CHARGE', 'OTHER_MOVEMENT'],
    [{ kind: 'REFUND' as const }, 'FOREIGN_REFUND', 'UNKNOWN_REFUND'],
    [{ kind: 'DISPUTE' as const }, 'FOREIGN_DISPUTE', 'UNKNOWN_DISPUTE'],
    [{ kind: 'OTHER' as const }, 'OTHER_MOVEMENT', 'OTHER_MOVEMENT'],
  ])(
    'a movement of %j that nothing here stands for is a %s, of a payment of ours a %s',
    (of, foreign, ours) => {
      expect(said(judgeStray({ ...stray, ...of }))).toBe(`MISSING_HERE ${foreign}`);
      expect(said(judgeStray({ ...stray, ...of, isOurs: true }))).toBe(`MISSING_HERE ${ours}`);
    },
  );

  test.each([
    [{ isPosted: false, ageSec: DUE_SEC.unknownPayment - 1 }, 'EXPECTED WAITS_FOR_ITS_PAYMENT'],
    [{ isPosted: false, ageSec: DUE_SEC.unknownPayment }, 'MISSING_HERE FOREIGN_CHARGE'],
    // Posted as unmatched: it was given up waiting for.
    [{ isPosted: true, ageSec: 5 }, 'MISSING_HERE FOREIGN_CHARGE'],
    [{ isOurs: true, ageSec: DUE_SEC.event - 1 }, 'EXPECTED EVENT_UNDER_WAY'],
    [{ isOurs: true, isPosted: false, ageSec: DUE_SEC.event }, 'MISSING_HERE OTHER_MOVEMENT'],
  ])('a movement with %j is %s', (change, verdict) => {
    expect(said(judgeStray({ ...stray, ...change }))).toBe(verdict);
  });

  test.each([
    [{}, 'MATCHED'],
    [{ oursMinor: -21 }, 'AMOUNT POSTED_FEE_DIFFERS'],
    [{ isPosted: false }, 'MISSING_HERE FEE_NOT_POSTED'],
    [{ isPosted: false, ageSec: 5 }, 'EXPECTED EVENT_UNDER_WAY'],
  ])('a fee of the account with %j is %s', (change, verdict) => {
    const fee = { ...stray, kind: 'FEE' as const, oursMinor: -20, theirsMinor: -20 };
    expect(said(judgeStray({ ...fee, ...change }))).toBe(verdict);
  });
});

describe('the books', () => {
  test.each([
    [{}, 'MATCHED'],
    [{ entryCount: 0, ...none }, 'MISSING_THERE NOT_POSTED'],
    [{ theirsMinor: 1 }, 'AMOUNT LEDGER_DIFFERS'],
    [{ isCaptured: false }, 'STATUS POSTED_BUT_NOT_CAPTURED'],
    [{ isCaptured: false, entryCount: 0 }, 'MATCHED'],
  ])('a payment with %j in the ledger is %s', (change, verdict) => {
    expect(said(judgeLedger({ ...charge(), entryCount: 1, ...change }))).toBe(verdict);
  });

  test('a receipt that fits no payment matches when the ledger has what came and did not go back, and nothing else', () => {
    fc.assert(
      fc.property(minor, minor, (ours, theirs) => {
        const verdict = said(judgeReceipt({ ...charge(), oursMinor: ours, theirsMinor: theirs }));
        expect(verdict).toBe(ours === theirs ? 'MATCHED' : 'AMOUNT RECEIPT_DIFFERS');
        expect(judgeReceipt({ ...charge(), oursMinor: ours, theirsMinor: ours })).toEqual(MATCHED);
      }),
    );
  });

  test('an order is paid when its bill was captured, also when it was refunded on purpose', () => {
    fc.assert(
      fc.property(minor, fc.nat(), fc.boolean(), (bill, refunded, isServed) => {
        const capturedMinor = bill;
        const refundedMinor = refunded % (bill + 1);
        const kept = { keptCapturedMinor: capturedMinor, keptRefundedMinor: refundedMinor };
        expect(
          judgeOrder({
            ...charge(),
            oursMinor: bill,
            isServed,
            isSessionClosed: !isServed,
            capturedMinor,
            refundedMinor,
            ...kept,
          }),
        ).toEqual(MATCHED);
      }),
    );
  });

  const order = {
    ...charge(),
    isServed: true,
    isSessionClosed: false,
    capturedMinor: 2700,
    refundedMinor: 0,
    keptCapturedMinor: 2700,
    keptRefundedMinor: 0,
  };
  const captured = (capturedMinor: number) => ({ capturedMinor, keptCapturedMinor: capturedMinor });
  const underWay = { isServed: false };
  const left = { isServed: false, isSessionClosed: true };

  test.each([
    [{}, 'MATCHED'],
    [captured(0), 'MISSING_THERE ORDER_UNPAID'],
    [captured(10), 'AMOUNT ORDER_UNDERPAID'],
    [{ ...captured(10), ageSec: DUE_SEC.billOfServedOrder }, 'AMOUNT ORDER_UNDERPAID'],
    [{ ...captured(10), ageSec: DUE_SEC.billOfServedOrder - 1 }, 'EXPECTED BILL_OPEN'],
    [{ ...captured(0), ...underWay, ageSec: DUE_SEC.openBill - 1 }, 'EXPECTED BILL_OPEN'],
    [{ ...captured(0), ...underWay, ageSec: DUE_SEC.openBill }, 'MISSING_THERE ORDER_UNPAID'],
    [{ ...captured(10), ...underWay, ageSec: DUE_SEC.openBill }, 'AMOUNT ORDER_UNDERPAID'],
    [{ ...captured(0), ...left, ageSec: DUE_SEC.billOfServedOrder - 1 }, 'EXPECTED BILL_OPEN'],
    [{ ...captured(0), ...left, ageSec: DUE_SEC.billOfServedOrder }, 'MISSING_THERE ORDER_UNPAID'],
    // Cancelled, or adjusted to nothing: it owes nothing, however old it is.
    [{ ...captured(0), ...underWay, oursMinor: 0 }, 'MATCHED'],
    [captured(2701), 'DUPLICATE OVER_COLLECTED'],
    [{ ...captured(2701), refundedMinor: 1, keptRefundedMinor: 1 }, 'MATCHED'],
    // An order without a bill owes nothing and may keep nothing.
    [{ ...captured(0), oursMinor: null }, 'MATCHED'],
    [{ ...captured(1), oursMinor: null }, 'DUPLICATE OVER_COLLECTED'],
    [{ keptCapturedMinor: 2699 }, 'AMOUNT ORDER_STATE_DIFFERS'],
    [{ refundedMinor: 1 }, 'AMOUNT ORDER_STATE_DIFFERS'],
  ])('an order with %j is %s', (change, verdict) => {
    expect(said(judgeOrder({ ...order, ...change }))).toBe(verdict);
  });
});

describe('payouts and cash', () => {
  const payout = {
    ...charge(),
    status: 'paid',
    linesState: 'KEPT' as const,
    isPosted: true,
    isReversed: false,
  };

  const failed = { status: 'failed' };

  test.each([
    [{}, 'MATCHED'],
    [{ theirsMinor: 1 }, 'REMAINDER LINES_DIFFER'],
    [{ linesState: 'NONE' as const }, 'REMAINDER NOT_ITEMISED'],
    [{ linesState: 'WAITING' as const, ageSec: DUE_SEC.payoutLines }, 'MISSING_HERE LINES_MISSING'],
    [{ linesState: 'DUE' as const, ageSec: DUE_SEC.payoutLines - 1 }, 'EXPECTED LINES_UNDER_WAY'],
    [{ isPosted: false, ageSec: DUE_SEC.payoutPosting }, 'STATUS PAYOUT_NOT_POSTED'],
    [{ isPosted: false, ageSec: DUE_SEC.payoutPosting - 1 }, 'MATCHED'],
    [{ isPosted: false, status: 'in_transit' }, 'MATCHED'],
    [{ ...failed, ageSec: DUE_SEC.payoutPosting }, 'STATUS FAILED_BUT_POSTED'],
    [{ ...failed, ageSec: DUE_SEC.payoutPosting - 1 }, 'MATCHED'],
    [{ status: 'canceled' }, 'STATUS FAILED_BUT_POSTED'],
    [{ ...failed, isReversed: true }, 'MATCHED'],
    [{ ...failed, isPosted: false, linesState: 'WAITING' as const }, 'MATCHED'],
    [{ status: 'canceled', isPosted: false, linesState: 'WAITING' as const }, 'MATCHED'],
  ])('a payout with %j is %s', (change, verdict) => {
    expect(said(judgePayout({ ...payout, ...change }))).toBe(verdict);
  });

  test('a restaurant’s share is the sum of its transactions', () => {
    expect(said(judgeShare(payout))).toBe('MATCHED');
    expect(said(judgeShare({ ...payout, theirsMinor: 1 }))).toBe('REMAINDER SHARE_DIFFERS');
  });

  const drawer = { ...charge(), storedExpectedMinor: 2700 };
  const open = { theirsMinor: null };

  test.each([
    [{}, 'MATCHED'],
    [{ theirsMinor: 2699 }, 'AMOUNT DRAWER_SHORT'],
    [{ theirsMinor: 2701 }, 'AMOUNT DRAWER_OVER'],
    [{ storedExpectedMinor: 1 }, 'REMAINDER EXPECTATION_DIFFERS'],
    [{ oursMinor: null, storedExpectedMinor: 0, theirsMinor: 0 }, 'MATCHED'],
    [{ ...open, ageSec: DUE_SEC.drawerCount }, 'STATUS DRAWER_NOT_COUNTED'],
    [{ ...open, ageSec: DUE_SEC.drawerCount - 1 }, 'EXPECTED DRAWER_OPEN'],
  ])('a drawer with %j is %s', (change, verdict) => {
    expect(said(judgeDrawer({ ...drawer, ...change }))).toBe(verdict);
  });

  test('cash that was taken while a drawer was open is in one', () => {
    expect(said(judgeCash(drawer))).toBe('MATCHED');
    expect(said(judgeCash({ ...drawer, ...open }))).toBe('MISSING_THERE CASH_OUTSIDE_DRAWER');
    expect(said(judgeCash({ ...drawer, theirsMinor: 1 }))).toBe('AMOUNT CASH_MOVEMENT_DIFFERS');
  });

  test('a Z-report is the day counted anew, in its net and in its parts', () => {
    expect(said(judgeZReport({ ...drawer, isSame: true }))).toBe('MATCHED');
    expect(said(judgeZReport({ ...drawer, isSame: false }))).toBe('AMOUNT Z_REPORT_PARTS_DIFFER');
    expect(said(judgeZReport({ ...drawer, theirsMinor: 1, isSame: false }))).toBe('AMOUNT Z_REPORT_DIFFERS');
  });
});

test('severity never falls with amount or age, and weighs currencies alike', () => {
  const rank = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
  const of = (amountMinor: number, ageDays: number) =>
    rank.indexOf(severityOf({ amountMinor, ageDays, currency: 'USD' }));
  fc.assert(
    fc.property(minor, minor, fc.nat(90), fc.nat(90), (amount, more, age, older) => {
      expect(of(amount + more, age + older)).toBeGreaterThanOrEqual(of(amount, age));
      expect(of(-amount, age)).toBe(of(amount, age));
    }),
  );
  expect([999, 1_000, 10_000, 100_000].map((amount) => of(amount, 0))).toEqual([0, 1, 2, 3]);
  expect(severityOf({ amountMinor: 1_000, currency: 'JPY', ageDays: 0 })).toBe('MEDIUM');
  expect(of(1, 30)).toBe(2);
});

test('severity rises at 10, 100 and 1000 dollars, after a week and after a month', () => {
  const of = (amountMinor: number, ageDays: number) => severityOf({ amountMinor, ageDays, currency: 'USD' });
  expect([6, 7, 29, 30].map((days) => of(1, days))).toEqual(['LOW', 'MEDIUM', 'MEDIUM', 'HIGH']);
  expect([999, 1_000, 9_999, 10_000, 99_999].map((minor) => of(minor, 0))).toEqual([
    'LOW',
    'MEDIUM',
    'MEDIUM',
    'HIGH',
    'HIGH',
  ]);
  expect(of(100_000, 30)).toBe('CRITICAL');
});

test('every break is of one of the contract’s four types', () => {
  const types = ITEM_CLASSES.flatMap((one) => (one === 'EXPECTED' ? [] : [[one, contractTypeOf(one)]]));
  expect(Object.fromEntries(types)).toEqual({
    MISSING_HERE: 'MISSING_PAYMENT',
    MISSING_THERE: 'MISSING_PAYMENT',
    AMOUNT: 'AMOUNT_MISMATCH',
    CURRENCY: 'AMOUNT_MISMATCH',
    STATUS: 'STATUS_MISMATCH',
    FEE: 'AMOUNT_MISMATCH',
    DUPLICATE: 'DUPLICATE_PAYMENT',
    REMAINDER: 'AMOUNT_MISMATCH',
  });
  expect(ITEM_CLASSES.filter((one) => !isBreak(one))).toEqual(['EXPECTED']);
});

test('a comparison goes to each of the three ways and to bank, payouts and cash', () => {
  expect([...WAYS].sort()).toEqual(['BANK', 'CASH', 'LEDGER', 'ORDERS', 'PAYOUTS', 'PROCESSOR']);
});

test('what one side lacks is late after hours or days, by how fast it usually comes', () => {
  const hours = Object.entries(DUE_SEC).map(([what, seconds]) => [what, seconds / 3_600]);
  expect(Object.fromEntries(hours)).toEqual({
    event: 1,
    chargeTransaction: 24,
    openBill: 72,
    disputeTransaction: 24,
    payoutPosting: 24,
    billOfServedOrder: 24,
    drawerCount: 36,
    unknownPayment: 72,
    refundTransaction: 120,
    bankLine: 120,
    payoutLines: 168,
  });
});
