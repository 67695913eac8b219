import { expect, test } from 'vitest';
import { confirmAsBrowser } from '@/stripe/simulator';
import { startTest } from './support';

test('a confirmation as from a browser answers the public intent, or the decline', async () => {
  const { simulator, stripe } = await startTest();
  const { client_secret: clientSecret } = await stripe.paymentIntents.create({
    amount: 1000,
    currency: 'usd',
  });
  const base = { apiBase: simulator.url, publishableKey: 'pk_test_sim', clientSecret: String(clientSecret) };
  const card = { number: '4000000000009995', expMonth: 12, expYear: 2040, cvc: '123' };
  expect(await confirmAsBrowser({ ...base, card })).toMatchObject({
    httpStatus: 402,
    error: { code: 'card_declined', decline_code: 'insufficient_funds' },
  });
  expect(await confirmAsBrowser({ ...base, paymentMethod: 'pm_card_applePay' })).toMatchObject({
    httpStatus: 200,
    intent: { status: 'succeeded' },
  });
  const [charge] = (await stripe.charges.list({ limit: 1 })).data;
  expect(await (await fetch(String(charge?.receipt_url))).text()).toContain('1000 usd');
  await simulator.close();
});
