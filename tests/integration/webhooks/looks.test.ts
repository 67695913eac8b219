import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Client,
  payWithCard,
  type SeededRestaurant,
  type SeededSession,
  seedRestaurant,
  seedSession,
  startTestApp,
  type TestApp,
  waitFor,
} from '../../support/app';
import { nowSec } from '../../support/webhook-sender';
import { openCardPayment, tracesOf } from './traces';

const AHEAD_MS = 5_000;

let app: TestApp;
let at: SeededRestaurant;
let session: SeededSession;
let guest: Client;
beforeAll(async () => {
  app = await startTestApp({ app: { clock: { now: () => new Date(Date.now() + AHEAD_MS) } } });
  const service = await app.asService();
  at = await seedRestaurant(service);
  session = await seedSession(service, at);
  guest = app.asGuest(session.guests[0]);
});
afterAll(() => app.stop());

test('a look by a node whose clock runs ahead of Stripe does not make the next webhook stale', async () => {
  const { control } = app.simulator;
  const payment = await openCardPayment(app, at, guest, { session });
  control.holdWebhooks();
  await payWithCard(app, payment, 'pm_card_authenticationRequired');
  control.completeAuthentication({ paymentIntent: payment.intentId, outcome: 'fail' });
  expect((await guest.payments.get.query({ paymentId: payment.id })).status).toBe('FAILED');
  const failedSec = nowSec();
  // Within one second a failure outranks processing.
  await waitFor('the next second', () => nowSec() > failedSec);
  await payWithCard(app, payment, 'pm_card_processing');
  control.releaseWebhooks();
  await waitFor('the webhooks are applied', async () => {
    await control.waitForDeliveries();
    return (await tracesOf(app, payment.id)).payment.status === 'PROCESSING';
  });
});

test('an authentication that is failed after a look is shown, by webhook and by the next look', async () => {
  const { control } = app.simulator;
  for (const lost of [false, true]) {
    const payment = await openCardPayment(app, at, guest, { session });
    control.holdWebhooks();
    await payWithCard(app, payment, 'pm_card_authenticationRequired');
    await guest.payments.get.query({ paymentId: payment.id });
    control.completeAuthentication({ paymentIntent: payment.intentId, outcome: 'fail' });
    if (lost) await guest.payments.get.query({ paymentId: payment.id });
    else {
      control.releaseWebhooks();
      await control.waitForDeliveries();
    }
    expect([lost, (await tracesOf(app, payment.id)).payment.status]).toEqual([lost, 'FAILED']);
    control.releaseWebhooks();
    await control.waitForDeliveries();
  }
});
