import { describe, expect, it } from 'vitest';
import { UnexpectedShape } from './fields';
import { toCharge, toIntent, toMethod, toRefund } from './normalise';

const INTENT = {
  object: 'payment_intent',
  id: 'pi_1',
  client_secret: 'pi_1_secret_x',
  status: 'succeeded',
  amount: 1250,
  amount_received: 1250,
  currency: 'usd',
  created: 1_700_000_000,
  latest_charge: 'ch_1',
  metadata: { paymentId: 'p1' },
  last_payment_error: null,
};
const CHARGE = {
  object: 'charge',
  id: 'ch_1',
  payment_intent: 'pi_1',
  amount: 1250,
  currency: 'eur',
  created: 1_700_000_001,
  metadata: { paymentId: 'p1' },
  payment_method_details: {
    type: 'card',
    card: { brand: 'visa', last4: '4242', funding: 'debit', wallet: null },
  },
};

describe('intents', () => {
  it('come through with amounts unchanged and the currency in upper case', () => {
    expect(toIntent(INTENT)).toEqual({
      id: 'pi_1',
      clientSecret: 'pi_1_secret_x',
      status: 'succeeded',
      amountMinor: 1250,
      receivedMinor: 1250,
      currency: 'USD',
      createdSec: 1_700_000_000,
      chargeId: 'ch_1',
      chargeCreatedSec: null,
      metadata: { paymentId: 'p1' },
      lastError: null,
      failedChargeId: null,
      failedMethodId: null,
    });
  });

  it('take id and time from an expanded charge, and null before there is one', () => {
    expect(toIntent({ ...INTENT, latest_charge: CHARGE })).toMatchObject({
      chargeId: 'ch_1',
      chargeCreatedSec: 1_700_000_001,
    });
    expect(toIntent({ ...INTENT, latest_charge: null }).chargeId).toBeNull();
  });

  it('carry the last error in our words', () => {
    const last_payment_error = {
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      message: 'Your card has insufficient funds.',
    };
    expect(
      toIntent({ ...INTENT, status: 'requires_payment_method', last_payment_error }).lastError,
    ).toMatchObject({
      code: 'card_declined',
      declineCode: 'insufficient_funds',
      httpStatus: null,
      guestMessage: expect.stringContaining('insufficient funds'),
    });
  });

  it('name the charge and the method of the attempt that failed, by id or as objects', () => {
    const failed = (last_payment_error: object) => toIntent({ ...INTENT, last_payment_error });
    expect(failed({ code: 'card_declined', charge: 'ch_2', payment_method: { id: 'pm_1' } })).toMatchObject({
      failedChargeId: 'ch_2',
      failedMethodId: 'pm_1',
    });
    expect(failed({ code: 'payment_intent_authentication_failure' })).toMatchObject({
      failedChargeId: null,
      failedMethodId: null,
    });
  });

  it.each([
    ['id', undefined],
    ['status', 'brand_new'],
    ['amount', 12.5],
    ['amount', '1250'],
    ['currency', null],
    ['created', undefined],
  ])('without a usable %s (%j) are refused, never guessed', (name, value) => {
    expect(() => toIntent({ ...INTENT, [name]: value })).toThrow(UnexpectedShape);
  });
});

describe('charges', () => {
  it('say which card paid', () => {
    expect(toCharge(CHARGE)).toEqual({
      id: 'ch_1',
      intentId: 'pi_1',
      amountMinor: 1250,
      currency: 'EUR',
      cardBrand: 'visa',
      cardLast4: '4242',
      cardFunding: 'debit',
      wallet: null,
      createdSec: 1_700_000_001,
      transactionId: null,
      metadata: { paymentId: 'p1' },
    });
    expect(toCharge({ ...CHARGE, balance_transaction: 'txn_1' }).transactionId).toBe('txn_1');
  });

  it.each(['apple_pay', 'google_pay'])('say that %s paid', (type) => {
    const card = { ...CHARGE.payment_method_details.card, wallet: { type, [type]: {} } };
    expect(toCharge({ ...CHARGE, payment_method_details: { type: 'card', card } }).wallet).toBe(type);
  });

  it('accept cards at a terminal, other kinds, and no details at all', () => {
    const card_present = { brand: 'mastercard', last4: '4444', funding: 'credit' };
    const terminal = toCharge({ ...CHARGE, payment_method_details: { type: 'card_present', card_present } });
    expect(terminal).toMatchObject({ cardBrand: 'mastercard', cardFunding: 'credit', wallet: null });
    const none = { cardBrand: null, cardLast4: null, cardFunding: null, wallet: null };
    expect(toCharge({ ...CHARGE, payment_method_details: { type: 'link', link: {} } })).toMatchObject(none);
    expect(toCharge({ ...CHARGE, payment_method_details: null, payment_intent: null })).toMatchObject({
      ...none,
      intentId: null,
    });
  });
});

describe('refunds and disputes', () => {
  const REFUND = {
    object: 'refund',
    id: 're_1',
    created: 1_700_000_000,
    payment_intent: 'pi_1',
    charge: 'ch_1',
    amount: 5,
    currency: 'jpy',
  };

  it('refunds keep status, reason and ids', () => {
    const refund = {
      ...REFUND,
      status: 'failed',
      failure_reason: 'lost_or_stolen_card',
      metadata: { refundId: 'r1' },
    };
    expect(toRefund(refund)).toEqual({
      id: 're_1',
      intentId: 'pi_1',
      chargeId: 'ch_1',
      amountMinor: 5,
      currency: 'JPY',
      status: 'failed',
      failureReason: 'lost_or_stolen_card',
      createdSec: 1_700_000_000,
      metadata: { refundId: 'r1' },
    });
  });

  it('a refund without status is pending; one with an unheard-of status is refused', () => {
    expect(toRefund({ ...REFUND, status: null })).toMatchObject({ status: 'pending', metadata: {} });
    expect(() => toRefund({ ...REFUND, status: 'brand_new' })).toThrow(UnexpectedShape);
  });
});

describe('payment methods', () => {
  const METHOD = {
    object: 'payment_method',
    id: 'pm_1',
    type: 'card',
    customer: 'cus_1',
    created: 1_700_000_000,
    card: { brand: 'visa', last4: '4242', exp_month: 4, exp_year: 2030, fingerprint: 'f', wallet: null },
  };

  it('keep brand, last four digits and expiry, and nothing that tells the number', () => {
    expect(toMethod(METHOD)).toEqual({
      id: 'pm_1',
      customerId: 'cus_1',
      type: 'card',
      cardBrand: 'visa',
      cardLast4: '4242',
      cardExpMonth: 4,
      cardExpYear: 2030,
      createdSec: 1_700_000_000,
    });
  });

  it.each(['apple_pay', 'google_pay'])('of %s are called so', (wallet) => {
    expect(toMethod({ ...METHOD, card: { ...METHOD.card, wallet: { type: wallet } } }).type).toBe(wallet);
  });

  it('of other kinds have no card, and detached ones no customer', () => {
    const { card: _card, ...link } = { ...METHOD, type: 'link', customer: null };
    expect(toMethod(link)).toMatchObject({
      type: 'link',
      customerId: null,
      cardLast4: null,
      cardExpYear: null,
    });
  });
});
