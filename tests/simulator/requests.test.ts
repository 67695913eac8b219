import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Simulator } from '@/stripe/simulator';
import { API_VERSION } from '@/stripe/simulator/options';
import { clientFor, errorOf, pay, startTest } from './support';

let simulator: Simulator;
let stripe: Stripe;
let now = Date.UTC(2026, 10, 1);
beforeAll(async () => {
  ({ simulator, stripe } = await startTest({ clock: () => new Date(now) }));
});
afterAll(() => simulator.close());
beforeEach(() => simulator.control.reset());

type Create = Stripe.PaymentIntentCreateParams;
const create = (params: object) =>
  stripe.paymentIntents.create({ amount: 1000, currency: 'usd', ...params } as Create);

describe('refusals are shaped as Stripe shapes them', () => {
  test('the simulator speaks the version that the SDK pins', () => {
    expect(API_VERSION).toBe(Stripe.API_VERSION);
  });

  test.each([
    [{ payment_method_types: ['card'] }, 'parameter_unknown', 'payment_method_types'],
    [{ amount_details: { tip: { amount: 5 } } }, 'parameter_unknown', 'amount_details[tip]'],
    [{ amount: 10.5 }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 0 }, 'parameter_invalid_integer', 'amount'],
    [{ amount: undefined }, 'parameter_missing', 'amount'],
    [{ currency: '' }, 'parameter_invalid_empty', 'currency'],
    [{ amount: 49 }, 'amount_too_small', 'amount'],
    [{ amount: 100_000_000 }, 'amount_too_large', 'amount'],
    [{ customer: 'cus_missing' }, 'resource_missing', 'customer'],
    [{ payment_method: 'pm_missing' }, 'resource_missing', 'payment_method'],
    [{ statement_descriptor: 'TABSY' }, 'payment_intent_invalid_parameter', 'statement_descriptor'],
    [
      { statement_descriptor_suffix: '12*' },
      'payment_intent_invalid_parameter',
      'statement_descriptor_suffix',
    ],
    [{ amount: 1001, currency: 'kwd' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 150, currency: 'isk' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 150, currency: 'ugx' }, 'parameter_invalid_integer', 'amount'],
    [{ amount: 49, currency: 'jpy' }, 'amount_too_small', 'amount'],
  ])('%j is refused as %s of %s', async (params, code, param) => {
    const error = await errorOf(create(params));
    expect(error).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400, code, param });
    expect(error.requestId).toMatch(/^req_/);
    expect(simulator.control.state().paymentIntents).toEqual([]);
  });

  test.each([
    [{ capture_method: 'later' }, 'capture_method'],
    [{ confirm: 'perhaps' }, 'confirm'],
    [{ currency: 'xyz' }, 'currency'],
    [{ automatic_payment_methods: { enabled: true, what: 1 } }, 'automatic_payment_methods[what]'],
    [{ off_session: true }, 'off_session'],
  ])('%j is refused, naming %s', async (params, param) => {
    expect(await errorOf(create(params))).toMatchObject({ statusCode: 400, param });
  });

  test.each([
    [500, 'jpy'],
    [1010, 'kwd'],
    [500, 'isk'],
    [17_500, 'huf'],
  ])('%i %s is accepted', async (amount, currency) => {
    expect(await create({ amount, currency })).toMatchObject({ amount, currency });
  });

  test('an unknown object is a 404, an unknown URL too', async () => {
    expect(await errorOf(stripe.paymentIntents.retrieve('pi_missing'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such payment_intent: 'pi_missing'",
    });
    expect((await errorOf(stripe.coupons.list())).message).toContain(
      'Unrecognized request URL (GET: /v1/coupons)',
    );
  });

  test('a missing, malformed or live key is a 401', async () => {
    for (const key of ['sk_live_abc', 'pk_live_abc', 'rk_live_abc', 'nonsense']) {
      const error = await errorOf(clientFor(simulator, {}, key).customers.list());
      expect(error).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
    }
    expect((await fetch(`${simulator.url}/v1/customers`)).status).toBe(401);
  });

  test('a card number that does not exist is a card error', async () => {
    const card = { number: '4242424242424241', exp_month: 12, exp_year: 2030, cvc: '123' };
    const error = await errorOf(stripe.paymentMethods.create({ type: 'card', card }));
    expect(error).toMatchObject({ statusCode: 402, code: 'incorrect_number' });
  });
});

describe('lists', () => {
  test('pages forward and back with cursors, newest first', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 7; i += 1) ids.unshift((await create({})).id);
    const first = await stripe.paymentIntents.list({ limit: 3 });
    expect(first).toMatchObject({ has_more: true, url: '/v1/payment_intents' });
    expect(first.data.map((intent) => intent.id)).toEqual(ids.slice(0, 3));
    const second = await stripe.paymentIntents.list({ limit: 3, starting_after: String(ids[2]) });
    expect(second.data.map((intent) => intent.id)).toEqual(ids.slice(3, 6));
    const back = await stripe.paymentIntents.list({ limit: 2, ending_before: String(ids[3]) });
    expect(back.data.map((intent) => intent.id)).toEqual(ids.slice(1, 3));
    expect(back.has_more).toBe(true);
    const all = await stripe.paymentIntents.list({ limit: 3 }).autoPagingToArray({ limit: 100 });
    expect(all.map((intent) => intent.id)).toEqual(ids);
  });

  test('filters by customer and by time of creation', async () => {
    const customer = await stripe.customers.create({ name: 'A' });
    const early = await create({ customer: customer.id });
    now += 60_000;
    const late = await create({});
    const ours = await stripe.paymentIntents.list({ customer: customer.id });
    expect(ours.data.map((intent) => intent.id)).toEqual([early.id]);
    const recent = await stripe.paymentIntents.list({ created: { gt: early.created } });
    expect(recent.data.map((intent) => intent.id)).toEqual([late.id]);
  });

  test('refuses a limit over 100 and an unknown cursor', async () => {
    expect((await errorOf(stripe.charges.list({ limit: 101 }))).param).toBe('limit');
    const error = await errorOf(stripe.charges.list({ starting_after: 'ch_missing' }));
    expect(error).toMatchObject({ code: 'resource_missing', param: 'starting_after' });
  });

  test('expands nested objects in objects and lists, and refuses what cannot be', async () => {
    const customer = await stripe.customers.create({ email: 'a@b.test' });
    const paid = await pay(stripe, 1000, 'pm_card_visa', {
      customer: customer.id,
      capture_method: 'automatic',
    });
    const one = await stripe.paymentIntents.retrieve(paid.id, {
      expand: ['customer', 'latest_charge.balance_transaction', 'payment_method'],
    });
    expect(one).toMatchObject({
      customer: { email: 'a@b.test' },
      latest_charge: { balance_transaction: { net: 941 } },
    });
    const list = await stripe.charges.list({ expand: ['data.payment_intent', 'data.refunds'] });
    expect(list.data[0]).toMatchObject({ payment_intent: { id: paid.id }, refunds: { data: [] } });
    const error = await errorOf(stripe.paymentIntents.retrieve(paid.id, { expand: ['status'] }));
    expect(error.message).toBe('This property cannot be expanded (status).');
  });
});

describe('customers and payment methods', () => {
  test('a customer is changed, deleted and afterwards only a tombstone', async () => {
    const customer = await stripe.customers.create({ name: 'A', metadata: { userId: 'u1' } });
    expect(await stripe.customers.update(customer.id, { name: 'B' })).toMatchObject({
      name: 'B',
      metadata: { userId: 'u1' },
    });
    expect(await stripe.customers.del(customer.id)).toEqual(
      expect.objectContaining({ id: customer.id, deleted: true }),
    );
    expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
  });

  test('a card is attached, listed, detached and then gone for good', async () => {
    const customer = await stripe.customers.create({});
    const card = { number: '4000056655665556', exp_month: 12, exp_year: 2030, cvc: '123' };
    const method = await stripe.paymentMethods.create({
      type: 'card',
      card,
      billing_details: { name: 'Ada' },
    });
    expect(method).toMatchObject({
      customer: null,
      card: { funding: 'debit', last4: '5556' },
      billing_details: { name: 'Ada' },
    });
    await stripe.paymentMethods.attach(method.id, { customer: customer.id });
    expect((await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data).toHaveLength(1);
    expect((await stripe.paymentMethods.detach(method.id)).customer).toBeNull();
    expect(
      (await errorOf(stripe.paymentMethods.attach(method.id, { customer: customer.id }))).statusCode,
    ).toBe(400);
    const types = simulator.control.state().events.map((event) => event.type);
    expect(types).toEqual(['customer.created', 'payment_method.attached', 'payment_method.detached']);
  });
});

describe('a browser with a publishable key', () => {
  const browser = (path: string, body: Record<string, string>) =>
    fetch(`${simulator.url}${path}`, {
      method: 'POST',
      headers: { origin: 'http://shop.example' },
      body: new URLSearchParams({ key: 'pk_test_sim', ...body }),
    });
  const CARD = {
    'payment_method_data[type]': 'card',
    'payment_method_data[card][number]': '4242 4242 4242 4242',
    'payment_method_data[card][exp_month]': '12',
    'payment_method_data[card][exp_year]': '30',
    'payment_method_data[card][cvc]': '123',
  };

  test('confirms as Stripe.js does and sees only the public part of the intent', async () => {
    const intent = await create({ metadata: { secret: 'x' } });
    const answer = await browser(`/v1/payment_intents/${intent.id}/confirm`, {
      client_secret: String(intent.client_secret),
      ...CARD,
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const body = (await answer.json()) as Record<string, unknown>;
    expect(body).toMatchObject({ id: intent.id, status: 'succeeded' });
    expect(body).not.toHaveProperty('metadata');
    expect(body).not.toHaveProperty('latest_charge');
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  test('is refused without the client secret, and everywhere else', async () => {
    const intent = await create({});
    const path = `/v1/payment_intents/${intent.id}/confirm`;
    expect((await browser(path, CARD)).status).toBe(400);
    expect((await browser(path, { client_secret: `${intent.id}_secret_wrong`, ...CARD })).status).toBe(400);
    expect((await browser('/v1/payment_intents', { amount: '1000', currency: 'usd' })).status).toBe(401);
    expect((await browser('/v1/refunds', { payment_intent: intent.id })).status).toBe(401);
    const get = await fetch(
      `${simulator.url}/v1/payment_intents/${intent.id}?key=pk_test_sim&client_secret=${intent.client_secret}`,
    );
    expect(get.status).toBe(200);
  });

  test('gets an answer to its preflight', async () => {
    const answer = await fetch(`${simulator.url}/v1/payment_intents/pi_1/confirm`, { method: 'OPTIONS' });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-methods')).toContain('POST');
  });
});
