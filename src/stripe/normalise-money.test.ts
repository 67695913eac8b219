import { describe, expect, it } from 'vitest';
import { UnexpectedShape } from './fields';
import { toDispute, toPayout, toTransaction } from './normalise-money';

const TRANSACTION = {
  object: 'balance_transaction',
  id: 'txn_1',
  type: 'charge',
  reporting_category: 'charge',
  amount: 2700,
  fee: 108,
  net: 2592,
  currency: 'usd',
  available_on: 1_700_172_800,
  created: 1_700_000_000,
  source: 'ch_1',
};
const DISPUTE = {
  object: 'dispute',
  id: 'dp_1',
  charge: 'ch_1',
  payment_intent: 'pi_1',
  amount: 1250,
  currency: 'usd',
  status: 'needs_response',
  reason: 'fraudulent',
  created: 1_700_000_000,
  metadata: { evidenceId: 'e1' },
  evidence_details: { due_by: 1_700_600_000, has_evidence: true, submission_count: 1 },
};
const PAYOUT = {
  object: 'payout',
  id: 'po_1',
  amount: -500,
  currency: 'eur',
  status: 'failed',
  automatic: true,
  reconciliation_status: 'in_progress',
  failure_code: 'account_closed',
  trace_id: { status: 'supported', value: 'TRACE1' },
  arrival_date: 1_700_086_400,
  created: 1_700_000_000,
};

describe('balance transactions', () => {
  it('without their source say what moved, and not what about', () => {
    expect(toTransaction(TRANSACTION)).toEqual({
      id: 'txn_1',
      type: 'charge',
      reportingCategory: 'charge',
      grossMinor: 2700,
      feeMinor: 108,
      netMinor: 2592,
      currency: 'USD',
      availableOnSec: 1_700_172_800,
      createdSec: 1_700_000_000,
      sourceId: 'ch_1',
      sourceMinor: null,
      sourceCurrency: null,
      intentId: null,
      chargeId: null,
      claimedPaymentId: null,
      payout: null,
    });
    expect(toTransaction({ ...TRANSACTION, source: null }).sourceId).toBeNull();
  });

  it('with a charge name its intent, its own amount and the payment of its metadata', () => {
    const charge = {
      object: 'charge',
      id: 'ch_1',
      payment_intent: 'pi_1',
      amount: 5200,
      currency: 'jpy',
      metadata: { paymentId: 'p1' },
    };
    expect(toTransaction({ ...TRANSACTION, source: charge })).toMatchObject({
      sourceId: 'ch_1',
      sourceMinor: 5200,
      sourceCurrency: 'JPY',
      intentId: 'pi_1',
      chargeId: 'ch_1',
      claimedPaymentId: 'p1',
    });
  });

  it('with a refund name the charge behind it; with a payout bring it along', () => {
    const refund = {
      object: 'refund',
      id: 're_1',
      charge: 'ch_1',
      payment_intent: 'pi_1',
      amount: 1,
      currency: 'usd',
    };
    expect(toTransaction({ ...TRANSACTION, source: refund })).toMatchObject({
      sourceId: 're_1',
      chargeId: 'ch_1',
      intentId: 'pi_1',
      payout: null,
    });
    expect(toTransaction({ ...TRANSACTION, source: PAYOUT }).payout).toEqual(toPayout(PAYOUT));
  });

  it.each(['id', 'amount', 'fee', 'net', 'currency', 'created', 'reporting_category'])(
    'are not read without %s',
    (name) => {
      expect(() => toTransaction({ ...TRANSACTION, [name]: undefined })).toThrow(UnexpectedShape);
    },
  );
});

describe('disputes', () => {
  it('keep reason, deadline, evidence and our mark', () => {
    expect(toDispute(DISPUTE)).toMatchObject({
      intentId: 'pi_1',
      reason: 'fraudulent',
      dueBySec: 1_700_600_000,
      hasEvidence: true,
      submissionCount: 1,
      createdSec: 1_700_000_000,
      metadata: { evidenceId: 'e1' },
      transactions: [],
    });
    expect(toDispute({ ...DISPUTE, payment_intent: null, evidence_details: { due_by: null } })).toMatchObject(
      {
        intentId: null,
        dueBySec: null,
        hasEvidence: false,
        submissionCount: 0,
      },
    );
  });

  it('bring the funds that they moved, about the payment of the dispute', () => {
    const moved = { ...TRANSACTION, reporting_category: 'dispute', source: 'dp_1' };
    expect(toDispute({ ...DISPUTE, balance_transactions: [moved] }).transactions).toMatchObject([
      { id: 'txn_1', sourceId: 'dp_1', intentId: 'pi_1', chargeId: 'ch_1' },
    ]);
  });
});

describe('payouts', () => {
  it('keep status, reconciliation, failure and how the bank names them', () => {
    expect(toPayout(PAYOUT)).toEqual({
      id: 'po_1',
      amountMinor: -500,
      currency: 'EUR',
      status: 'failed',
      isAutomatic: true,
      reconciliationStatus: 'in_progress',
      failureCode: 'account_closed',
      traceId: 'TRACE1',
      arrivalSec: 1_700_086_400,
      createdSec: 1_700_000_000,
    });
    expect(toPayout({ ...PAYOUT, trace_id: null, failure_code: null })).toMatchObject({
      traceId: null,
      failureCode: null,
    });
  });

  it.each([['status'], ['reconciliation_status']])('with an unheard-of %s are refused', (name) => {
    expect(() => toPayout({ ...PAYOUT, [name]: 'brand_new' })).toThrow(UnexpectedShape);
  });
});
