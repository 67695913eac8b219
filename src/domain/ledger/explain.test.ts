import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainPayment } from '@/domain/ledger/explain';
import {
  cardCapturePostings,
  cashCapturePostings,
  refundFailedPostings,
  refundPostings,
} from '@/domain/ledger/postings';
import { kindOf, movementPostings } from '@/domain/ledger/processor-postings';
import { numRuns } from '@/domain/test-samples';

const parts = { subtotalMinor: 1000, taxMinor: 80, tipMinor: 200 };
const capture = () => ({ factKey: 'capture:p', postings: cardCapturePostings(parts) });
const refund = (factKey: string, subtotalMinor: number) => ({
  factKey,
  postings: refundPostings({ method: 'CARD', subtotalMinor, taxMinor: 0, tipMinor: 0 }),
});
const movement = (factKey: string, category: string, grossMinor: number, feeMinor: number) => ({
  factKey,
  postings: movementPostings({ kind: kindOf(category), grossMinor, feeMinor }, true),
});

test('nothing posted, nothing captured', () => {
  expect(explainPayment([])).toMatchObject({ status: null, capturedMinor: 0, refundedMinor: 0 });
  expect(
    explainPayment([{ factKey: 'unmatched:pi_1', postings: cardCapturePostings(parts) }]).status,
  ).toBeNull();
});

test('captured, a part given back, a fee, and a dispute lost: each is told apart', () => {
  const facts = [
    capture(),
    refund('refund:r', 300),
    movement('fee:txn_1', 'charge', 1280, 67),
    movement('dispute:txn_2', 'dispute', -980, 1500),
  ];
  expect(explainPayment(facts)).toEqual({
    status: 'PARTIALLY_REFUNDED',
    capturedMinor: 1280,
    refundedMinor: 300,
    processorFeeMinor: 67,
    disputedMinor: 980,
    disputeFeeMinor: 1500,
  });
});

test('a dispute that is won leaves nothing disputed, only its fee', () => {
  const facts = [
    capture(),
    movement('dispute:txn_2', 'dispute', -1280, 1500),
    movement('dispute:txn_3', 'dispute_reversal', 1280, 0),
  ];
  expect(explainPayment(facts)).toMatchObject({
    status: 'COMPLETED',
    disputedMinor: 0,
    disputeFeeMinor: 1500,
  });
});

test('a refund that failed later leaves the payment completed', () => {
  const failed = refundFailedPostings({ method: 'CARD', subtotalMinor: 1280, taxMinor: 0, tipMinor: 0 });
  const facts = [capture(), refund('refund:r', 1280), { factKey: 'refund-failed:r', postings: failed }];
  expect(explainPayment(facts.slice(0, 2)).status).toBe('REFUNDED');
  expect(explainPayment(facts).status).toBe('COMPLETED');
});

test('cash is explained like cards, whatever the amounts', () => {
  const minor = fc.integer({ min: 1, max: 100_000 });
  fc.assert(
    fc.property(minor, fc.nat(100), (subtotalMinor, percent) => {
      const backMinor = Math.floor((subtotalMinor * percent) / 100);
      const money = { subtotalMinor, taxMinor: 0, tipMinor: 0 };
      const told = explainPayment([
        { factKey: 'capture:p', postings: cashCapturePostings(money) },
        {
          factKey: 'refund:r',
          postings: refundPostings({ method: 'CASH', ...money, subtotalMinor: backMinor }),
        },
      ]);
      expect([told.capturedMinor, told.refundedMinor]).toEqual([subtotalMinor, backMinor]);
    }),
    numRuns(),
  );
});
