import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kindOf } from '@/domain/ledger/processor-postings';
import { judgeLedger, judgeOrder } from './books';
import { judgeCash, judgeDrawer, judgeZReport } from './cash';
import { DUE_SEC } from './due';
import { judgePayout, judgeShare } from './payouts';
import { type ChargeFacts, judgeCharge, judgeDispute, judgeRefund, judgeStray } from './processor';
import { severityOf } from './severity';
import { contractTypeOf, ITEM_CLASSES, isBreak, MATCHED } from './verdict';
import { wordsOf } from './words';

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
      charge({ chargeCount: 0, ...none, ageSec: DUE_SEC.chargeTransaction - 1 }),
      'EXPECTED LATE_BALANCE_TRANSACTION',
    ],
    [charge({ isCaptured: false, oursMinor: null }), 'STATUS CHARGED_BUT_NOT_CAPTURED'],
    [charge({ isCaptured: false, oursMinor: null, ageSec: 5 }), 'EXPECTED EVENT_UNDER_WAY'],
    [charge({ isByProcessor: false, oursMinor: null }), 'DUPLICATE CHARGED_BESIDE_CASH'],
    [charge({ chargeCount: 2, theirsMinor: 5400 }), 'DUPLICATE CHARGED_TWICE'],
    [charge({ theirsCurrency: 'EUR' }), 'CURRENCY CHARGE_CURRENCY_DIFFERS'],
    [charge({ theirFeeMinor: 31 }), 'FEE FEE_DIFFERS'],
  ])('%# is judged by the first rule that holds', (facts, said) => {
    const verdict = judgeCharge(facts);
    expect(`${verdict.class} ${'reason' in verdict ? verdict.reason : ''}`).toBe(said);
  });

  test('nobody has to look at what neither side has, or at a fee that one side cannot say', () => {
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

  test('a refund', () => {
    const young = { ageSec: 60 };
    const nothing = { transactionCount: 0, ...none };
    expect(judgeRefund(refund)).toEqual(MATCHED);
    expect(judgeRefund({ ...refund, theirsMinor: -499 }).class).toBe('AMOUNT');
    expect(judgeRefund({ ...refund, theirsCurrency: 'EUR' }).class).toBe('CURRENCY');
    expect(judgeRefund({ ...refund, ...nothing }).class).toBe('MISSING_THERE');
    expect(judgeRefund({ ...refund, ...nothing, ...young }).class).toBe('EXPECTED');
    expect(judgeRefund({ ...refund, status: 'PROCESSING' }).class).toBe('STATUS');
    expect(judgeRefund({ ...refund, status: 'PROCESSING', ...young }).class).toBe('EXPECTED');
    expect(judgeRefund({ ...refund, status: 'FAILED' }).class).toBe('STATUS');
    expect(judgeRefund({ ...refund, status: 'FAILED', ...young }).class).toBe('EXPECTED');
    expect(judgeRefund({ ...refund, status: 'FAILED', theirsMinor: 0 })).toEqual(MATCHED);
  });

  test('a dispute', () => {
    expect(judgeDispute(dispute)).toEqual(MATCHED);
    expect(judgeDispute({ ...dispute, oursMinor: 0, ...none, transactionCount: 0 })).toEqual(MATCHED);
    expect(judgeDispute({ ...dispute, ...none, transactionCount: 0 }).class).toBe('MISSING_THERE');
    expect(judgeDispute({ ...dispute, ...none, transactionCount: 0, ageSec: 5 }).class).toBe('EXPECTED');
    expect(judgeDispute({ ...dispute, theirsMinor: -400 }).class).toBe('AMOUNT');
  });

  test('a movement that nothing here stands for', () => {
    expect(judgeStray(stray)).toEqual({ class: 'MISSING_HERE', reason: 'FOREIGN_CHARGE' });
    expect(judgeStray({ ...stray, isPosted: false, ageSec: 5 }).class).toBe('EXPECTED');
    expect(judgeStray({ ...stray, isOurs: true, kind: 'REFUND' })).toEqual({
      class: 'MISSING_HERE',
      reason: 'UNKNOWN_REFUND',
    });
    expect(judgeStray({ ...stray, isOurs: true, kind: 'REFUND', ageSec: 5 }).class).toBe('EXPECTED');
    const fee = { ...stray, kind: 'FEE' as const, oursMinor: -20, theirsMinor: -20 };
    expect(judgeStray(fee)).toEqual(MATCHED);
    expect(judgeStray({ ...fee, oursMinor: -21 }).class).toBe('AMOUNT');
    expect(judgeStray({ ...fee, oursMinor: null, isPosted: false }).class).toBe('MISSING_HERE');
    expect(judgeStray({ ...fee, oursMinor: null, isPosted: false, ageSec: 5 }).class).toBe('EXPECTED');
  });
});

describe('the books', () => {
  test('what is posted is what was taken', () => {
    const facts = { ...charge(), entryCount: 1 };
    expect(judgeLedger(facts)).toEqual(MATCHED);
    expect(judgeLedger({ ...facts, entryCount: 0, ...none }).class).toBe('MISSING_THERE');
    expect(judgeLedger({ ...facts, theirsMinor: 1 }).class).toBe('AMOUNT');
    expect(judgeLedger({ ...facts, isCaptured: false }).class).toBe('STATUS');
    expect(judgeLedger({ ...facts, isCaptured: false, entryCount: 0 })).toEqual(MATCHED);
  });

  test('an order is paid when its bill was captured, also when it was refunded on purpose', () => {
    fc.assert(
      fc.property(minor, fc.nat(), fc.boolean(), (bill, refunded, isServed) => {
        const capturedMinor = bill;
        const refundedMinor = refunded % (bill + 1);
        const kept = { keptCapturedMinor: capturedMinor, keptRefundedMinor: refundedMinor };
        expect(
          judgeOrder({ ...charge(), oursMinor: bill, isServed, capturedMinor, refundedMinor, ...kept }),
        ).toEqual(MATCHED);
      }),
    );
  });

  test('a bill that is short, too much or not summed right is told', () => {
    const of = (capturedMinor: number, isServed: boolean, keptCapturedMinor = capturedMinor) =>
      judgeOrder({
        ...charge(),
        isServed,
        capturedMinor,
        refundedMinor: 0,
        keptCapturedMinor,
        keptRefundedMinor: 0,
      });
    expect(of(0, true)).toEqual({ class: 'MISSING_THERE', reason: 'ORDER_UNPAID' });
    expect(of(10, true)).toEqual({ class: 'AMOUNT', reason: 'ORDER_UNDERPAID' });
    expect(of(0, false)).toEqual({ class: 'EXPECTED', reason: 'BILL_OPEN' });
    expect(of(2701, false)).toEqual({ class: 'DUPLICATE', reason: 'OVER_COLLECTED' });
    expect(of(2700, true, 2699)).toEqual({ class: 'AMOUNT', reason: 'ORDER_STATE_DIFFERS' });
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

  test('a payout is its lines; what they leave is the remainder', () => {
    expect(judgePayout(payout)).toEqual(MATCHED);
    expect(judgePayout({ ...payout, theirsMinor: 1 })).toEqual({
      class: 'REMAINDER',
      reason: 'LINES_DIFFER',
    });
    expect(judgePayout({ ...payout, linesState: 'NONE' }).class).toBe('REMAINDER');
    expect(judgePayout({ ...payout, linesState: 'WAITING' }).class).toBe('MISSING_HERE');
    expect(judgePayout({ ...payout, linesState: 'DUE', ageSec: 5 }).class).toBe('EXPECTED');
    expect(judgePayout({ ...payout, isPosted: false }).class).toBe('STATUS');
    expect(judgePayout({ ...payout, status: 'failed' }).class).toBe('STATUS');
    expect(judgePayout({ ...payout, status: 'failed', isReversed: true })).toEqual(MATCHED);
    expect(judgePayout({ ...payout, status: 'failed', isPosted: false, linesState: 'WAITING' })).toEqual(
      MATCHED,
    );
    expect(judgeShare(payout)).toEqual(MATCHED);
    expect(judgeShare({ ...payout, theirsMinor: 1 }).class).toBe('REMAINDER');
  });

  test('a drawer, its cash and the Z-report', () => {
    const drawer = { ...charge(), storedExpectedMinor: 2700 };
    expect(judgeDrawer(drawer)).toEqual(MATCHED);
    expect(judgeDrawer({ ...drawer, theirsMinor: 2699 })).toMatchObject({ reason: 'DRAWER_SHORT' });
    expect(judgeDrawer({ ...drawer, theirsMinor: 2701 })).toMatchObject({ reason: 'DRAWER_OVER' });
    expect(judgeDrawer({ ...drawer, storedExpectedMinor: 1 }).class).toBe('REMAINDER');
    expect(judgeDrawer({ ...drawer, theirsMinor: null }).class).toBe('STATUS');
    expect(judgeDrawer({ ...drawer, theirsMinor: null, ageSec: 5 }).class).toBe('EXPECTED');
    expect(judgeCash(drawer)).toEqual(MATCHED);
    expect(judgeCash({ ...drawer, theirsMinor: null }).class).toBe('MISSING_THERE');
    expect(judgeCash({ ...drawer, theirsMinor: 1 }).class).toBe('AMOUNT');
    expect(judgeZReport({ ...drawer, isSame: true })).toEqual(MATCHED);
    expect(judgeZReport({ ...drawer, isSame: false })).toMatchObject({ reason: 'Z_REPORT_PARTS_DIFFER' });
    expect(judgeZReport({ ...drawer, theirsMinor: 1, isSame: false })).toMatchObject({
      reason: 'Z_REPORT_DIFFERS',
    });
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

test('every break is of one of the contract’s four types, and every reason has words', () => {
  for (const one of ITEM_CLASSES)
    if (one !== 'EXPECTED') expect(contractTypeOf(one)).toMatch(/_(PAYMENT|MISMATCH)$/);
  expect(isBreak('EXPECTED')).toBe(false);
  expect(isBreak('REMAINDER')).toBe(true);
  expect(wordsOf('FOREIGN_CHARGE')).toContain('no payment of ours');
  expect(wordsOf('SOMETHING_ELSE')).toBe('SOMETHING_ELSE');
  expect(kindOf('charge')).toBe('CHARGE');
});
