import type Stripe from 'stripe';
import type { Simulator } from '@/stripe/simulator';
import { errorOf, pay } from '../support';

/** The API through the real SDK, and what only Stripe, a bank or a payer does. */
export interface Stage {
  stripe: Stripe;
  control: Simulator['control'];
  /** Moves the simulated account's clock. */
  passDays(days: number): void;
}

const ADDRESS = { city: 'Paris', country: 'FR', line1: '1 Rue A', postal_code: '75001' };
const CARD = { number: '4000056655665556', exp_month: 12, exp_year: 2030, cvc: '123' };
const RETURN = { return_url: 'https://example.test/back' };

async function customers({ stripe }: Stage): Promise<void> {
  const plain = await stripe.customers.create({});
  const full = await stripe.customers.create({
    name: 'Ada',
    email: 'ada@example.test',
    phone: '+1',
    description: 'guest',
    address: ADDRESS,
    shipping: { name: 'Ada', address: ADDRESS },
    preferred_locales: ['fr'],
    tax_exempt: 'exempt',
    metadata: { userId: 'u1' },
    payment_method: 'pm_card_visa',
  });
  await stripe.customers.update(full.id, { name: 'Grace', address: '', metadata: { userId: '' } });
  await stripe.customers.retrieve(full.id);
  const [method] = (await stripe.customers.listPaymentMethods(full.id)).data;
  await stripe.customers.retrievePaymentMethod(full.id, String(method?.id));
  await stripe.customers.list({ limit: 1 });
  await pay(stripe, 700, 'pm_card_visa', { customer: plain.id });
  await stripe.customers.del(plain.id);
  await stripe.customers.retrieve(plain.id);
}

async function paymentMethods({ stripe }: Stage): Promise<void> {
  const customer = await stripe.customers.create({ email: 'a@b.test' });
  const billing_details = { name: 'Ada', email: 'a@b.test', address: ADDRESS };
  const method = await stripe.paymentMethods.create({ type: 'card', card: CARD, billing_details });
  await stripe.paymentMethods.retrieve(method.id);
  await stripe.paymentMethods.attach(method.id, { customer: customer.id });
  for (const token of [
    'pm_card_amex',
    'pm_card_mastercard_prepaid',
    'pm_card_applePay',
    'pm_card_googlePay',
  ]) {
    await stripe.paymentMethods.attach(token, { customer: customer.id });
  }
  await stripe.paymentMethods.update(method.id, { card: { exp_year: 2035 }, metadata: { a: 'b' } });
  await stripe.paymentMethods.list({ customer: customer.id, type: 'card', expand: ['data.customer'] });
  await stripe.paymentMethods.detach(method.id);
}

async function payments({ stripe, control }: Stage): Promise<void> {
  const customer = await stripe.customers.create({ name: 'Ada' });
  for (const card of ['pm_card_visa', 'pm_card_visa_debit', 'pm_card_applePay', 'pm_card_googlePay']) {
    await pay(stripe, 1000, card);
  }
  await pay(stripe, 1000, 'pm_card_visa', {
    customer: customer.id,
    capture_method: 'automatic',
    setup_future_usage: 'off_session',
    receipt_email: 'a@b.test',
    description: 'Table 4',
    shipping: { name: 'Ada', address: ADDRESS, phone: '+1' },
    statement_descriptor_suffix: 'TABLE 4',
    metadata: { paymentId: 'p1' },
  });
  for (const currency of ['jpy', 'kwd']) await pay(stripe, 5000, 'pm_card_visa', { currency });
  const open = await stripe.paymentIntents.create({
    amount: 2500,
    currency: 'eur',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    excluded_payment_method_types: ['sepa_debit'],
  });
  await stripe.paymentIntents.update(open.id, { amount: 2600, customer: customer.id, metadata: { a: 'b' } });
  await errorOf(stripe.paymentIntents.confirm(open.id, { payment_method: 'pm_card_chargeDeclined' }));
  await errorOf(
    stripe.paymentIntents.confirm(open.id, { payment_method: 'pm_card_chargeDeclinedIncorrectCvc' }),
  );
  await stripe.paymentIntents.retrieve(open.id);
  await stripe.paymentIntents.confirm(open.id, { payment_method: 'pm_card_visa' });
  await errorOf(stripe.paymentIntents.cancel(open.id));
  const abandoned = await stripe.paymentIntents.create({
    amount: 900,
    currency: 'usd',
    payment_method: 'pm_card_visa',
  });
  await stripe.paymentIntents.cancel(abandoned.id, { cancellation_reason: 'abandoned' });
  await errorOf(pay(stripe, 900, 'pm_card_authenticationRequired', { off_session: true }));
  control.settle();
  await stripe.paymentIntents.list({ limit: 100, expand: ['data.customer', 'data.latest_charge'] });
}

async function waitingPayments({ stripe, control }: Stage): Promise<void> {
  for (const outcome of ['succeed', 'fail'] as const) {
    for (const more of [RETURN, {}]) {
      const intent = await pay(stripe, 1000, 'pm_card_authenticationRequired', more);
      await stripe.paymentIntents.retrieve(intent.id, { expand: ['payment_method'] });
      control.completeAuthentication({ paymentIntent: intent.id, outcome });
    }
    const slow = await pay(stripe, 1000, 'pm_card_processing', { expand: ['latest_charge'] });
    control.finishProcessing({ paymentIntent: slow.id, outcome });
    await stripe.paymentIntents.retrieve(slow.id, { expand: ['latest_charge'] });
  }
  for (const amount_to_capture of [700, undefined]) {
    const held = await pay(stripe, 1000, 'pm_card_visa', {
      capture_method: 'manual',
      expand: ['latest_charge'],
    });
    await stripe.paymentIntents.capture(held.id, {
      amount_to_capture,
      expand: ['latest_charge.balance_transaction'],
    });
  }
  const released = await pay(stripe, 1000, 'pm_card_visa', { capture_method: 'manual' });
  await stripe.paymentIntents.cancel(released.id);
  await stripe.charges.list({ payment_intent: released.id });
}

async function charges({ stripe, control }: Stage): Promise<void> {
  const paid = await pay(stripe, 1000);
  const id = String(paid.latest_charge);
  await stripe.charges.retrieve(id);
  control.settle();
  await stripe.charges.update(id, {
    description: 'Table 4',
    metadata: { a: 'b' },
    shipping: { name: 'Ada', address: ADDRESS },
    fraud_details: { user_report: 'safe' },
  });
  await stripe.refunds.create({ charge: id, amount: 100 });
  await stripe.charges.retrieve(id, {
    expand: ['refunds', 'balance_transaction', 'payment_intent.payment_method'],
  });
  await stripe.charges.list({ limit: 5, expand: ['data.balance_transaction', 'data.customer'] });
  const [moved] = (await stripe.balanceTransactions.list({ source: id, expand: ['data.source'] })).data;
  await stripe.balanceTransactions.retrieve(String(moved?.id));
}

async function refunds({ stripe, control }: Stage): Promise<void> {
  const paid = await pay(stripe, 1000);
  const early = await stripe.refunds.create({ payment_intent: paid.id, amount: 100, reason: 'duplicate' });
  control.settle();
  await stripe.refunds.update(early.id, { metadata: { refundId: 'r1' } });
  await errorOf(stripe.refunds.cancel(early.id));
  await errorOf(stripe.refunds.create({ payment_intent: paid.id, amount: 901 }));
  control.dashboardRefund({ paymentIntent: paid.id });
  const bouncing = await pay(stripe, 1000, 'pm_card_refundFail');
  control.settle();
  const failing = await stripe.refunds.create({ payment_intent: bouncing.id, metadata: { refundId: 'r2' } });
  control.runScheduled();
  await stripe.refunds.retrieve(failing.id);
  await stripe.refunds.list({ expand: ['data.charge', 'data.balance_transaction'] });
}

async function setups({ stripe, control }: Stage): Promise<void> {
  const customer = await stripe.customers.create({});
  const saving = await stripe.setupIntents.create({
    customer: customer.id,
    automatic_payment_methods: { enabled: true },
    usage: 'off_session',
    description: 'card on file',
  });
  await stripe.setupIntents.update(saving.id, { metadata: { userId: 'u1' } });
  await errorOf(
    stripe.setupIntents.confirm(saving.id, { ...RETURN, payment_method: 'pm_card_chargeDeclined' }),
  );
  await stripe.setupIntents.confirm(saving.id, { ...RETURN, payment_method: 'pm_card_visa' });
  await stripe.setupIntents.retrieve(saving.id, { expand: ['payment_method', 'customer'] });
  for (const outcome of ['succeed', 'fail'] as const) {
    const waiting = await stripe.setupIntents.create({
      ...RETURN,
      customer: customer.id,
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
    });
    control.completeSetupAuthentication({ setupIntent: waiting.id, outcome });
    await stripe.setupIntents.retrieve(waiting.id);
  }
  const unused = await stripe.setupIntents.create({});
  await stripe.setupIntents.cancel(unused.id, { cancellation_reason: 'abandoned' });
  await stripe.setupIntents.list({ customer: customer.id, limit: 3 });
}

async function disputes({ stripe, control }: Stage): Promise<void> {
  for (const [evidence, closes] of [
    ['winning_evidence', false],
    ['losing_evidence', false],
    ['', true],
  ] as const) {
    const paid = await pay(stripe, 2000, 'pm_card_createDispute');
    control.runScheduled();
    const [dispute] = (await stripe.disputes.list({ payment_intent: paid.id, expand: ['data.charge'] })).data;
    const id = String(dispute?.id);
    await stripe.disputes.update(id, {
      evidence: { customer_name: 'Ada' },
      submit: false,
      metadata: { a: 'b' },
    });
    if (closes) await stripe.disputes.close(id);
    else await stripe.disputes.update(id, { evidence: { uncategorized_text: evidence } });
    await stripe.disputes.retrieve(id, { expand: ['payment_intent', 'charge'] });
    await stripe.charges.retrieve(String(paid.latest_charge));
  }
}

async function payouts({ stripe, control, passDays }: Stage): Promise<void> {
  await pay(stripe, 10_000);
  control.settle();
  await stripe.balance.retrieve();
  const failed = control.createPayout({ currency: 'usd', includePending: true, complete: false });
  await stripe.payouts.retrieve(failed.id);
  await errorOf(stripe.balanceTransactions.list({ payout: failed.id }));
  control.finishPayout({ payout: failed.id, outcome: 'failed' });
  const paid = control.createPayout({ currency: 'usd', includePending: true });
  await stripe.payouts.update(paid.id, { metadata: { seen: 'yes' } });
  await stripe.balanceTransactions.list({ payout: paid.id, limit: 100 });
  await pay(stripe, 10_000, 'pm_card_visa', { capture_method: 'automatic' });
  passDays(3);
  const manual = await stripe.payouts.create({ amount: 500, currency: 'usd', statement_descriptor: 'TABSY' });
  await stripe.payouts.cancel(manual.id);
  await errorOf(stripe.payouts.create({ amount: 99_999_999, currency: 'usd' }));
  await stripe.payouts.list({ expand: ['data.balance_transaction'] });
  await stripe.balance.retrieve();
}

async function endpointsAndAccount({ stripe }: Stage): Promise<void> {
  const endpoint = await stripe.webhookEndpoints.create({
    url: 'http://127.0.0.1:9/hook',
    enabled_events: ['issuing_card.created'],
    description: 'ours',
    metadata: { a: 'b' },
  });
  await stripe.webhookEndpoints.update(endpoint.id, { disabled: true });
  await stripe.webhookEndpoints.retrieve(endpoint.id);
  await stripe.webhookEndpoints.list();
  await stripe.webhookEndpoints.del(endpoint.id);
  await stripe.paymentMethodDomains.create({ domain_name: 'app.example.com' });
  await stripe.paymentMethodDomains.list({ enabled: true });
  const account = await stripe.accounts.retrieveCurrent();
  await stripe.countrySpecs.retrieve(account.country ?? '');
  await stripe.accounts.retrieve(account.id);
  await errorOf(stripe.paymentIntents.retrieve('pi_missing'));
  await errorOf(stripe.coupons.list());
  const [event] = (await stripe.events.list({ limit: 100, types: ['charge.*'] })).data;
  await stripe.events.retrieve(String(event?.id));
}

/** Every operation of the simulator, and every way in which a payment, refund, dispute or payout can go. */
export async function driveAllFlows(stage: Stage): Promise<void> {
  const flows = [
    customers,
    paymentMethods,
    payments,
    waitingPayments,
    charges,
    refunds,
    setups,
    disputes,
    payouts,
    endpointsAndAccount,
  ];
  for (const flow of flows) await flow(stage);
}
