import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSimulator } from '@/stripe/simulator';
import { clientFor, errorOf, pay, startTest } from './support';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stripe-simulator-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the simulator refuses to start in production', async () => {
  await expect(startSimulator({ production: true })).rejects.toThrow('refuses to start in production');
});

describe('the data file', () => {
  test('keeps objects, keys and pending effects over a restart', async () => {
    const dataFile = join(folder, 'state', 'stripe.json');
    const first = await startTest({ dataFile });
    first.simulator.control.configure({ settleDelayMs: null });
    const paid = await first.stripe.paymentIntents.create(
      { amount: 1000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true },
      { idempotencyKey: 'k1' },
    );
    await first.simulator.close();
    const second = await startTest({ dataFile });
    const again = await second.stripe.paymentIntents.create(
      { amount: 1000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true },
      { idempotencyKey: 'k1' },
    );
    expect(again.id).toBe(paid.id);
    expect(second.simulator.control.runScheduled()).toEqual({ run: 1 });
    const charge = await second.stripe.charges.retrieve(String(paid.latest_charge));
    expect(charge.balance_transaction).toMatch(/^txn_/);
    await second.simulator.close();
  });

  test('is written without waiting for the end', async () => {
    const dataFile = join(folder, 'stripe.json');
    const { simulator, stripe } = await startTest({ dataFile });
    const customer = await stripe.customers.create({});
    await expect
      .poll(() => readFile(dataFile, 'utf8').catch(() => ''), { timeout: 5000 })
      .toContain(customer.id);
    await simulator.close();
  });

  test('when damaged stops the start with its name', async () => {
    const dataFile = join(folder, 'stripe.json');
    await writeFile(dataFile, '{"store":');
    await expect(startSimulator({ production: false, dataFile })).rejects.toThrow(dataFile);
  });
});

describe('control over HTTP', () => {
  const call = (url: string, method: string, body?: unknown, type = 'application/json') =>
    fetch(`${url}/_simulator/${method}`, {
      method: 'POST',
      ...(body === undefined ? {} : { headers: { 'content-type': type }, body: JSON.stringify(body) }),
    });

  test('does what the object does, and reports errors', async () => {
    const { simulator, stripe } = await startTest();
    const { url } = simulator;
    expect(await (await call(url, 'addFault', { kind: 'server_error', times: 1 })).json()).toHaveProperty(
      'id',
    );
    expect((await errorOf(stripe.customers.list())).statusCode).toBe(500);
    const waiting = await pay(stripe, 1000, 'pm_card_authenticationRequired');
    const answer = await call(url, 'completeAuthentication', {
      paymentIntent: waiting.id,
      outcome: 'succeed',
    });
    expect(await answer.json()).toMatchObject({ status: 'succeeded' });
    expect((await call(url, 'failRefund', { refund: 're_missing' })).status).toBe(404);
    expect((await call(url, 'constructor')).status).toBe(404);
    expect((await call(url, 'reset', {}, 'text/plain')).status).toBe(415);
    const state = (await (await fetch(`${url}/_simulator/state`)).json()) as {
      requestCounts: Record<string, number>;
    };
    expect(state.requestCounts).toEqual({ 'GET /v1/customers': 1, 'POST /v1/payment_intents': 1 });
    expect((await fetch(`${url}/_simulator/health`)).status).toBe(200);
    await simulator.close();
  });
});

describe('setup intents', () => {
  test('save a card for later, decline one, and authenticate one so that it is not asked again', async () => {
    const { simulator, stripe } = await startTest();
    const customer = await stripe.customers.create({});
    const saved = await stripe.setupIntents.create({
      customer: customer.id,
      confirm: true,
      payment_method: 'pm_card_visa',
    });
    expect(saved).toMatchObject({ status: 'succeeded', usage: 'off_session' });
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(1);
    const open = await stripe.setupIntents.create({ customer: customer.id });
    const error = await errorOf(
      stripe.setupIntents.confirm(open.id, { payment_method: 'pm_card_chargeDeclined' }),
    );
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
    const waiting = await stripe.setupIntents.confirm(open.id, {
      payment_method: 'pm_card_authenticationRequiredOnSetup',
    });
    expect(waiting.status).toBe('requires_action');
    simulator.control.completeSetupAuthentication({ setupIntent: open.id, outcome: 'succeed' });
    const method = String((await stripe.setupIntents.retrieve(open.id)).payment_method);
    expect(await pay(stripe, 1000, method, { customer: customer.id })).toMatchObject({ status: 'succeeded' });
    expect((await errorOf(stripe.setupIntents.cancel(open.id))).code).toBe('setup_intent_unexpected_state');
    await simulator.close();
  });
});

test('the account and an own balance can be read', async () => {
  const { simulator } = await startTest();
  const stripe = clientFor(simulator);
  expect(await stripe.accounts.retrieveCurrent()).toMatchObject({ object: 'account', charges_enabled: true });
  expect(await stripe.balance.retrieve()).toMatchObject({ available: [{ amount: 0, currency: 'usd' }] });
  await simulator.close();
});
