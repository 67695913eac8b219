import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProcessorIntent, ProcessorOutcome } from '@/services/ports';
import { creation, type Rig, startRig } from './support';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
beforeEach(() => rig.simulator.control.reset());
afterAll(() => rig.close());

function okValue<T>(outcome: ProcessorOutcome<T>): T {
  if (outcome.kind !== 'ok')
    throw new Error(`${outcome.kind}: ${outcome.error.code} ${outcome.error.detail}`);
  return outcome.value;
}

const create = async (paymentId: string, more = {}): Promise<ProcessorIntent> =>
  okValue(await rig.processor.createIntent(creation(paymentId, more), `payment:${paymentId}:create:1`));

const confirm = (intentId: string, paymentMethod: string) =>
  rig.client.sdk.paymentIntents.confirm(intentId, { payment_method: paymentMethod });

describe('creating an intent', () => {
  it('answers it with a client secret, ready for a card', async () => {
    expect(await create('p1')).toMatchObject({
      id: expect.stringMatching(/^pi_/),
      clientSecret: expect.stringContaining('_secret_'),
      status: 'requires_payment_method',
      amountMinor: 1_250,
      receivedMinor: 0,
      currency: 'USD',
      chargeId: null,
      metadata: { paymentId: 'p1' },
      lastError: null,
      failedChargeId: null,
      failedMethodId: null,
    });
  });

  it('asks for automatic methods without redirects, automatic capture, and nothing about a customer', async () => {
    await create('p1', { customerId: 'cus_of_nobody' });
    const [raw] = rig.simulator.control.state().paymentIntents;
    expect(raw).toMatchObject({
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      customer: null,
      setup_future_usage: null,
      statement_descriptor_suffix: null,
    });
    expect(raw?.capture_method).not.toBe('manual');
  });

  it('keeps the card only for a customer who asked', async () => {
    const customer = okValue(await rig.processor.createCustomer('user-1', 'customer:user-1:create:1'));
    await create('p1', { customerId: customer.id, saveCard: true, statementSuffix: 'Café "Zoë"' });
    expect(rig.simulator.control.state().customers[0]).toMatchObject({
      metadata: { userId: 'user-1' },
      email: null,
    });
    expect(rig.simulator.control.state().paymentIntents[0]).toMatchObject({
      customer: customer.id,
      setup_future_usage: 'off_session',
      statement_descriptor_suffix: 'Cafe Zoe',
    });
  });

  it('with the same key gives the same intent: never a second one', async () => {
    const [first, second] = [await create('p1'), await create('p1')];
    expect(second.id).toBe(first.id);
    expect(rig.simulator.control.state().paymentIntents).toHaveLength(1);
  });

  it('with the same key and other parameters is refused with a code of its own', async () => {
    await create('p1');
    const outcome = await rig.processor.createIntent(
      creation('p1', { amountMinor: 9 }),
      'payment:p1:create:1',
    );
    expect(outcome).toMatchObject({
      kind: 'unknown',
      error: { code: 'processor_key_conflict', httpStatus: 400 },
    });
  });

  it('of an amount below the minimum is refused in words for a guest', async () => {
    const outcome = await rig.processor.createIntent(creation('p1', { amountMinor: 1 }), 'k');
    expect(outcome).toMatchObject({
      kind: 'refused',
      error: { code: 'amount_too_small', guestMessage: expect.stringContaining('too small') },
    });
  });

  it.each([
    ['JPY', 1_250],
    ['KWD', 12_340],
    ['ISK', 125_000],
    ['HUF', 20_000],
  ])('in %s sends the minor amount as it is', async (currency, amountMinor) => {
    expect(await create('p1', { currency, amountMinor })).toMatchObject({ currency, amountMinor });
  });
});

describe('a card', () => {
  it.each([
    ['pm_card_visa', { cardBrand: 'visa', cardLast4: '4242', cardFunding: 'credit', wallet: null }],
    ['pm_card_visa_debit', { cardFunding: 'debit', wallet: null }],
    ['pm_card_applePay', { wallet: 'apple_pay' }],
    ['pm_card_googlePay', { wallet: 'google_pay' }],
  ])('%s pays, and the charge says what it was', async (card, facts) => {
    const intent = await create('p1');
    await confirm(intent.id, card);
    const paid = okValue(await rig.processor.retrieveIntent(intent.id));
    expect(paid).toMatchObject({
      status: 'succeeded',
      receivedMinor: 1_250,
      chargeId: expect.stringMatching(/^ch_/),
      chargeCreatedSec: expect.any(Number),
    });
    expect(okValue(await rig.processor.retrieveCharge(paid.chargeId ?? ''))).toMatchObject({
      intentId: intent.id,
      amountMinor: 1_250,
      currency: 'USD',
      ...facts,
    });
  });

  it('that is declined leaves the intent open with the reason in our words', async () => {
    const intent = await create('p1');
    await expect(confirm(intent.id, 'pm_card_chargeDeclinedInsufficientFunds')).rejects.toThrow();
    expect(okValue(await rig.processor.retrieveIntent(intent.id))).toMatchObject({
      status: 'requires_payment_method',
      receivedMinor: 0,
      lastError: {
        code: 'card_declined',
        declineCode: 'insufficient_funds',
        guestMessage: expect.stringContaining('insufficient funds'),
      },
    });
  });

  it('that must be authenticated leaves the intent in requires_action', async () => {
    const intent = await create('p1');
    await confirm(intent.id, 'pm_card_authenticationRequired');
    expect(okValue(await rig.processor.retrieveIntent(intent.id)).status).toBe('requires_action');
  });
});

describe('changing and cancelling', () => {
  it('a changed amount keeps id and client secret', async () => {
    const intent = await create('p1');
    const changed = okValue(await rig.processor.changeAmount(intent.id, 1_500, 'payment:p1:amount:1:1500'));
    expect(changed).toMatchObject({ id: intent.id, clientSecret: intent.clientSecret, amountMinor: 1_500 });
    expect(okValue(await rig.processor.retrieveIntent(intent.id)).amountMinor).toBe(1_500);
  });

  it('the amount of a paid intent cannot be changed', async () => {
    const intent = await create('p1');
    await confirm(intent.id, 'pm_card_visa');
    expect(await rig.processor.changeAmount(intent.id, 1_500, 'k')).toMatchObject({
      kind: 'refused',
      error: { code: 'payment_intent_unexpected_state' },
    });
  });

  it('cancelling twice, even with another key, is cancelled', async () => {
    const intent = await create('p1');
    expect(okValue(await rig.processor.cancelIntent(intent.id, 'payment:p1:cancel:1')).status).toBe(
      'canceled',
    );
    expect(okValue(await rig.processor.cancelIntent(intent.id, 'payment:p1:cancel:1')).status).toBe(
      'canceled',
    );
    expect(okValue(await rig.processor.cancelIntent(intent.id, 'payment:p1:cancel:2'))).toMatchObject({
      id: intent.id,
      status: 'canceled',
    });
  });

  it('a paid intent cannot be cancelled', async () => {
    const intent = await create('p1');
    await confirm(intent.id, 'pm_card_visa');
    expect(await rig.processor.cancelIntent(intent.id, 'k')).toMatchObject({
      kind: 'refused',
      error: { code: 'payment_intent_unexpected_state' },
    });
  });

  it('what does not exist is refused as missing', async () => {
    expect(await rig.processor.retrieveIntent('pi_missing')).toMatchObject({
      kind: 'refused',
      error: { code: 'resource_missing', httpStatus: 404 },
    });
  });
});

describe('finding an intent by listing', () => {
  it('reads on over pages until it is found, and says null only after the last', async () => {
    for (let number = 0; number < 205; number += 1) await create(`p${number}`);
    const sinceSec = Math.floor(Date.now() / 1000) - 600;
    const before = rig.simulator.control.requests().length;
    for (const processor of [rig.processor, rig.batch]) {
      expect(okValue(await processor.findIntentByPaymentId('p0', sinceSec))?.metadata).toEqual({
        paymentId: 'p0',
      });
      expect(okValue(await processor.findIntentByPaymentId('p204', sinceSec))?.metadata.paymentId).toBe(
        'p204',
      );
      expect(okValue(await processor.findIntentByPaymentId('p-none', sinceSec))).toBeNull();
    }
    expect(rig.simulator.control.requests().length - before).toBe(2 * (3 + 1 + 3));
  });

  it('looks no further back than asked', async () => {
    await create('p1');
    const laterSec = Math.floor(Date.now() / 1000) + 60;
    expect(okValue(await rig.processor.findIntentByPaymentId('p1', laterSec))).toBeNull();
  });

  it('never says null when a page failed', async () => {
    for (let number = 0; number < 101; number += 1) await create(`p${number}`);
    rig.simulator.control.addFault({ method: 'GET', kind: 'server_error', bodyIncludes: 'starting_after' });
    expect((await rig.processor.findIntentByPaymentId('p0', 0)).kind).toBe('unknown');
  });
});
