import { expect } from 'vitest';
import { retryEvents } from '@/services/inbox/retry';
import { newKey, payWithCard, refusalOf, seedOrder, seedSession, waitForStatus } from '../../support/app';
import { passInboxTime } from '../../support/inbox-time';
import type { LegacySocket } from '../../support/legacy-socket';
import { intentEvent, sendWebhook, stripeId } from '../../support/webhook-sender';
import { newGuestId, pay, syncOrder, syncSession } from '../payments/support';
import { runNow } from '../reconciliation/support';
import type { RecoveryStage } from '../recovery/support';
import { setSplit } from '../split-calculations/support';
import { guestsTenEach, nth, payShareOf, type SplitScene, split } from '../splits/support';

/** A table of a restaurant, what a worker works with, and the page that a guest has open. */
export interface StoryScene extends SplitScene {
  stage: RecoveryStage;
  guestPage: LegacySocket;
}

/** Longer than an event may wait for its record. */
const WAITING_IS_OVER_MS = 73 * 3_600_000;

const newOrder = ({ service, at, session }: StoryScene, subtotalMinor = 2500) =>
  seedOrder(service, at, { session, subtotalMinor });

/**
 * What happens at a restaurant, through the doors through which it happens: after all of them every type of live event has been
 * written. The last one ends the visit.
 */
export const STORIES = {
  'a bill is placed, changed and served': async (scene: StoryScene) => {
    const orderId = await newOrder(scene);
    const id = { id: orderId, orderNumber: 'A-2' };
    await syncOrder(scene, { ...id, status: 'COMPLETED', version: 2 });
    await syncOrder(scene, { ...id, status: 'COMPLETED', subtotalMinor: 2000, version: 3 });
  },

  'a card is declined, pays after the bank took its time, and gets its money back': async (
    scene: StoryScene,
  ) => {
    const { app, guest, staff } = scene;
    const payment = await pay(guest, await newOrder(scene));
    await payWithCard(app, payment, 'pm_card_chargeDeclined');
    await waitForStatus(guest, payment.id, 'FAILED');
    await payWithCard(app, payment, 'pm_card_processing');
    await waitForStatus(guest, payment.id, 'PROCESSING');
    app.simulator.control.finishProcessing({
      paymentIntent: payment.paymentIntentId ?? '',
      outcome: 'succeed',
    });
    await waitForStatus(guest, payment.id, 'COMPLETED');
    await staff.refunds.create.mutate({
      paymentId: payment.id,
      amountMinor: 700,
      reason: 'Cold soup',
      idempotencyKey: newKey(),
    });
    await waitForStatus(guest, payment.id, 'PARTIALLY_REFUNDED');
  },

  'a payment is called off': async (scene: StoryScene) => {
    const payment = await pay(scene.guest, await newOrder(scene));
    await scene.guest.payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    await waitForStatus(scene.guest, payment.id, 'CANCELLED');
  },

  'a bank disputes a payment, and the restaurant wins': async (scene: StoryScene) => {
    const { app, guest } = scene;
    const { control } = app.simulator;
    const payment = await pay(guest, await newOrder(scene));
    await payWithCard(app, payment, 'pm_card_createDispute');
    await waitForStatus(guest, payment.id, 'COMPLETED');
    control.runScheduled();
    await control.waitForDeliveries();
    const dispute = control.state().disputes.find((one) => one.payment_intent === payment.paymentIntentId);
    control.resolveDispute({ dispute: dispute?.id ?? '', outcome: 'won' });
    await control.waitForDeliveries();
  },

  'three people share a bill, two others give theirs up': async (scene: StoryScene) => {
    const { app, guest, mate, third, staff } = scene;
    const shared = await split(guest, await newOrder(scene, 2800), guestsTenEach(scene));
    for (const [n, client] of [guest, mate, third].entries()) {
      const { participants } = await client.splits.get.query({ groupId: shared.id });
      await payShareOf(app, client, nth({ ...shared, participants }, n));
    }
    const given = await split(guest, await newOrder(scene), [1700, 1000]);
    await staff.splits.cancel.mutate({ groupId: given.id, idempotencyKey: newKey() });
  },

  'guests divide the table’s bill, one holds it and lets it go': async (scene: StoryScene) => {
    const on = { tableSessionId: scene.session.sessionId };
    await newOrder(scene);
    await setSplit(scene.guest, { on }, { type: 'EQUAL' });
    await scene.guest.splitCalculations.lock.mutate({ ...on, idempotencyKey: newKey() });
    await refusalOf(setSplit(scene.mate, { on }, { type: 'BY_AMOUNT' }));
    await scene.guest.splitCalculations.unlock.mutate({ ...on, idempotencyKey: newKey() });
  },

  'a guest asks for somebody to come': async (scene: StoryScene) => {
    await scene.guestPage.ask('table:assistance-requested', { requestType: 'bill' });
  },

  'Stripe tells of a payment that never comes': async ({ app, stage }: StoryScene) => {
    const event = intentEvent('succeeded', {
      id: stripeId('pi'),
      amountMinor: 100,
      metadata: { paymentId: newKey() },
    });
    await sendWebhook(app, event);
    await passInboxTime(app.database.pool, WAITING_IS_OVER_MS);
    await retryEvents(stage.deps);
  },

  'the books are compared': async ({ app, at, stage }: StoryScene) => {
    const run = await runNow(stage, await app.asOwner(at.ownerId), { restaurantId: at.restaurantId });
    expect(run.state).toBe('FINISHED');
  },

  'another party is seated': async ({ service, at }: StoryScene) => {
    await seedSession(service, at);
  },

  'somebody joins, leaves, and the visit ends': async (scene: StoryScene) => {
    const here = scene.session.guests.map((guestSessionId) => ({ guestSessionId, joinedAt: new Date() }));
    const late = { guestSessionId: newGuestId(), joinedAt: new Date() };
    await syncSession(scene, { guests: [...here, late], version: 2 });
    await syncSession(scene, { guests: here, status: 'PAYMENT_PENDING', version: 3 });
    await syncSession(scene, { guests: here, status: 'CLOSED', version: 4 });
  },
};
