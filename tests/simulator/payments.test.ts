import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Simulator } from '@/stripe/simulator';
import { errorOf, pay, startTest, typesOf } from './support';

let simulator: Simulator;
let stripe: Stripe;
beforeAll(async () => {
  ({ simulator, stripe } = await startTest());
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.control.reset();
  simulator.control.configure({ settleDelayMs: null });
});

describe('a successful card payment', () => {
  test('goes from created to succeeded with its charge and events', async () => {
    const created = await stripe.paymentIntents.create({
      amount: 2500,
      currency: 'usd',
      metadata: { paymentId: 'p1' },
    });
    expect(created).toMatchObject({ status: 'requires_payment_method', metadata: { paymentId: 'p1' } });
    expect(created.client_secret).toMatch(new RegExp(`^${created.id}_secret_\\w{25}$`));
    const paid = await stripe.paymentIntents.confirm(created.id, {
      payment_method: 'pm_card_visa',
      expand: ['latest_charge'],
    });
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 2500 });
    expect(paid.latest_charge).toMatchObject({ object: 'charge', paid: true, balance_transaction: null });
    expect(typesOf(simulator)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
  });

  test('gets its balance transaction later, with charge.updated', async () => {
    const paid = await pay(stripe, 1000);
    expect(simulator.control.settle()).toEqual({ settled: 1 });
    const charge = await stripe.charges.retrieve(String(paid.latest_charge), {
      expand: ['balance_transaction'],
    });
    expect(charge.balance_transaction).toMatchObject({
      amount: 1000,
      fee: 59,
      net: 941,
      reporting_category: 'charge',
      source: charge.id,
    });
    const updated = simulator.control.state().events.find((event) => event.type === 'charge.updated');
    expect(updated?.data.previous_attributes).toEqual({ balance_transaction: null });
  });

  test('settles by itself after the configured delay', async () => {
    simulator.control.configure({ settleDelayMs: 1 });
    const paid = await pay(stripe, 1000);
    await expect
      .poll(async () => (await stripe.charges.retrieve(String(paid.latest_charge))).balance_transaction)
      .toMatch(/^txn_/);
  });

  test('has its balance transaction at once when captured synchronously', async () => {
    const paid = await pay(stripe, 1000, 'pm_card_visa', {
      capture_method: 'automatic',
      expand: ['latest_charge'],
    });
    expect((paid.latest_charge as Stripe.Charge).balance_transaction).toMatch(/^txn_/);
  });

  test.each([
    ['pm_card_visa_debit', 'debit', null],
    ['pm_card_applePay', 'credit', 'apple_pay'],
    ['pm_card_googlePay', 'credit', 'google_pay'],
  ])('%s shows funding %s and wallet %s on the charge', async (card, funding, wallet) => {
    const paid = await pay(stripe, 1000, card, { expand: ['latest_charge'] });
    const details = (paid.latest_charge as Stripe.Charge).payment_method_details?.card;
    expect(details?.funding).toBe(funding);
    expect(details?.wallet?.type ?? null).toBe(wallet);
  });

  test('saves the card of a customer who asks, and refuses a spent card otherwise', async () => {
    const customer = await stripe.customers.create({ email: 'guest@example.test' });
    const kept = await pay(stripe, 1000, 'pm_card_visa', {
      customer: customer.id,
      setup_future_usage: 'off_session',
    });
    const listed = await stripe.customers.listPaymentMethods(customer.id);
    expect(listed.data.map((method) => method.id)).toEqual([kept.payment_method]);
    const spent = await pay(stripe, 1000);
    const error = await errorOf(pay(stripe, 1000, String(spent.payment_method)));
    expect(error.message).toContain('may not be used again');
  });
});

describe('a declined card', () => {
  test.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', undefined],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', undefined],
  ])('%s answers 402 %s %s', async (card, code, declineCode) => {
    const error = await errorOf(pay(stripe, 1000, card));
    expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, code });
    expect(error.decline_code || undefined).toBe(declineCode);
    expect(error.payment_intent).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code },
    });
  });

  test('leaves a failed charge and both events, and a later card still pays', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
    await errorOf(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_chargeDeclined' }));
    expect(typesOf(simulator)).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
    ]);
    const charges = await stripe.charges.list({ payment_intent: intent.id });
    expect(charges.data).toMatchObject([{ status: 'failed', paid: false, failure_code: 'card_declined' }]);
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_mastercard' });
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
  });
});

describe('authentication and delayed processing', () => {
  test('a card that requires authentication waits, then succeeds or fails as the payer does', async () => {
    const first = await pay(stripe, 1000, 'pm_card_authenticationRequired', {
      return_url: 'https://example.test/back',
    });
    expect(first).toMatchObject({ status: 'requires_action', next_action: { type: 'redirect_to_url' } });
    simulator.control.completeAuthentication({ paymentIntent: first.id, outcome: 'succeed' });
    expect((await stripe.paymentIntents.retrieve(first.id)).status).toBe('succeeded');
    const second = await pay(stripe, 1000, 'pm_card_threeDSecure2Required');
    expect(second.next_action?.type).toBe('use_stripe_sdk');
    simulator.control.completeAuthentication({ paymentIntent: second.id, outcome: 'fail' });
    expect(await stripe.paymentIntents.retrieve(second.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
  });

  test('the bank page completes the authentication and returns the payer', async () => {
    const intent = await pay(stripe, 1000, 'pm_card_authenticationRequired', {
      return_url: 'https://example.test/back',
    });
    const url = intent.next_action?.redirect_to_url?.url ?? '';
    expect(await (await fetch(url)).text()).toContain('Complete authentication');
    const answer = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ outcome: 'succeed' }),
      redirect: 'manual',
    });
    expect(answer.headers.get('location')).toContain(`payment_intent=${intent.id}`);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  test('an authenticated card can still be declined', async () => {
    const intent = await pay(stripe, 1000, 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds');
    const after = simulator.control.completeAuthentication({ paymentIntent: intent.id, outcome: 'succeed' });
    expect(after).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code: 'insufficient_funds' },
    });
  });

  test('an off-session payment that requires authentication is declined', async () => {
    const error = await errorOf(pay(stripe, 1000, 'pm_card_authenticationRequired', { off_session: true }));
    expect(error).toMatchObject({ code: 'authentication_required', statusCode: 402 });
  });

  test.each(['succeed', 'fail'] as const)('a processing payment can %s later', async (outcome) => {
    const intent = await pay(stripe, 1000, 'pm_card_processing');
    expect(intent.status).toBe('processing');
    simulator.control.finishProcessing({ paymentIntent: intent.id, outcome });
    const after = await stripe.paymentIntents.retrieve(intent.id);
    expect(after.status).toBe(outcome === 'succeed' ? 'succeeded' : 'requires_payment_method');
  });
});

describe('changing and ending an intent', () => {
  test('the amount follows an update while open and is refused after success', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      metadata: { a: '1', b: '2' },
    });
    const updated = await stripe.paymentIntents.update(intent.id, {
      amount: 1200,
      metadata: { a: '', c: '3' },
    });
    expect(updated).toMatchObject({ amount: 1200, client_secret: intent.client_secret });
    expect(updated.metadata).toEqual({ b: '2', c: '3' });
    await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    const error = await errorOf(stripe.paymentIntents.update(intent.id, { amount: 1 }));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
  });

  test('an open intent is canceled once; a paid or canceled one is refused', async () => {
    const open = await stripe.paymentIntents.create({ amount: 1000, currency: 'usd' });
    const canceled = await stripe.paymentIntents.cancel(open.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    const paid = await pay(stripe, 1000);
    for (const id of [open.id, paid.id]) {
      expect(await errorOf(stripe.paymentIntents.cancel(id))).toMatchObject({
        code: 'payment_intent_unexpected_state',
      });
    }
    expect(await errorOf(stripe.paymentIntents.confirm(open.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });

  test('a manual capture takes part of what was authorised', async () => {
    const held = await pay(stripe, 1000, 'pm_card_visa', { capture_method: 'manual' });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 1000 });
    const captured = await stripe.paymentIntents.capture(held.id, {
      amount_to_capture: 700,
      expand: ['latest_charge.balance_transaction'],
    });
    expect(captured).toMatchObject({ status: 'succeeded', amount_received: 700 });
    expect(captured.latest_charge).toMatchObject({ balance_transaction: { amount: 700 } });
    expect(typesOf(simulator)).toContain('payment_intent.amount_capturable_updated');
  });
});
