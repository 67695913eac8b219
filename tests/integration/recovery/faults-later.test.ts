import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { finishEvidence } from '@/services/disputes/finish-evidence';
import { sweepEvents } from '@/services/inbox/sweep';
import { finishDetaches } from '@/services/payment-methods/detach';
import { syncProcessorMoney } from '@/services/processor-money/sync';
import { finishShareChanges } from '@/services/recovery/finish-share-changes';
import { newKey, payWithCard, seedOrder, waitFor, waitForStatus } from '../../support/app';
import { confirmSetup } from '../../support/confirm-setup';
import { insist } from '../../support/insist';
import { disputedPayment, staffOf } from '../disputes/support';
import {
  customerScene,
  methodsAtProcessor,
  newCard,
  openPayment as openOwnPayment,
  saveCard,
} from '../payment-methods/support';
import { decline } from '../retry/support';
import { groupOf, nth, split } from '../splits/support';
import {
  expectRest,
  FAULTS,
  type Fault,
  intentsOf,
  janitor,
  openPayment,
  paidPayment,
  paymentIdOf,
  paymentRow,
  type RecoveryStage,
  refund,
  startStage,
} from './support';

/*
 * The faults of faults.test.ts x what else asks the processor: saved cards, disputes, shares, retries, and every read. Each is the
 * one that the recovery needs just then: it must wait, and go on once it is answered.
 */
let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage({ env: { STRIPE_TIMEOUT_MS: '1000', STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterAll(() => stage.stop());
beforeEach(async () => {
  stage.app.simulator.control.clearFaults();
  stage.app.simulator.control.releaseWebhooks();
  await stage.app.simulator.control.waitForDeliveries();
});

/** Twice, as a lost connection is repeated by the call itself: then nothing but the caller or the recovery can end it. */
function spoil(kind: Fault, method: 'GET' | 'POST', pathPattern: string, more = {}): void {
  const isLost = kind === 'reset' || kind === 'lost_answer';
  stage.app.simulator.control.addFault({ kind, method, pathPattern, times: isLost ? 2 : 1, ...more });
}

const state = () => stage.app.simulator.control.state();
const query = (text: string, values: unknown[] = []) => stage.app.database.pool.query(text, values);

/** Runs a part of the recovery, each time as if a minute later, until it has ended what it is about. */
async function until(isDone: () => Promise<boolean>, round: () => Promise<unknown>): Promise<void> {
  for (let rounds = 0; rounds < 6; rounds++) {
    await round();
    if (await isDone()) return;
  }
  throw new Error('the recovery does not end it');
}

describe.each(FAULTS)('%s', (kind) => {
  test('createCustomer and createSetup: one customer, and a card that can be saved', async () => {
    const scene = await customerScene(stage.app);
    spoil(kind, 'POST', '/v1/customers');
    spoil(kind, 'POST', '/v1/setup_intents');
    const key = newKey();
    const setup = await insist(() => scene.client.paymentMethods.setupIntent.mutate({ idempotencyKey: key }));
    await confirmSetup(stage.app, setup);
    expect(await newCard(scene, [])).toMatchObject({ last4: '4242' });
    // A stored error hides what it did: then the next key makes another, which is the only one in use.
    const mayHide = kind === 'server_error_after_execution' ? 2 : 1;
    const ours = state().customers.filter(({ metadata }) => metadata.userId === scene.userId);
    expect(ours).toHaveLength(mayHide);
    expect(await methodsAtProcessor(scene)).toHaveLength(1);
  });

  test.each([
    ['customer', '/v1/payment_intents/*'],
    ['confirmation', '/v1/payment_intents/*/confirm'],
  ])('confirmWithMethod, its %s: the saved card pays once', async (_step, path) => {
    const scene = await customerScene(stage.app);
    const card = await saveCard(scene);
    const payment = await openOwnPayment(scene);
    stage.app.simulator.control.holdWebhooks();
    spoil(kind, 'POST', path);
    const input = { paymentId: payment.id, savedCardId: card.id, idempotencyKey: newKey() };
    const paid = await insist(() => scene.client.payments.payWithSavedCard.mutate(input));
    expect(paid.payment.status).toBe('COMPLETED');
    expect(
      state().charges.filter(({ payment_intent }) => payment_intent === payment.paymentIntentId),
    ).toHaveLength(1);
    await expectRest(stage);
  });

  test('detachMethod: a removed card is gone at once, and at the processor in the end', async () => {
    const scene = await customerScene(stage.app);
    const card = await saveCard(scene);
    spoil(kind, 'POST', '/v1/payment_methods/*/detach');
    const wish = { savedCardId: card.id, idempotencyKey: newKey() };
    expect(await scene.client.paymentMethods.remove.mutate(wish)).toEqual([]);
    await until(
      async () => (await methodsAtProcessor(scene)).length === 0,
      async () => {
        await query(`UPDATE payment_methods SET detach_started_at = detach_started_at - interval '1 minute'`);
        await finishDetaches(stage.deps, { afterSec: 30 });
      },
    );
  });

  test('submitDisputeEvidence and retrieveDispute: the bank is answered once', async () => {
    const { disputeId } = await disputedPayment(stage);
    const staff = await staffOf(stage);
    spoil(kind, 'POST', `/v1/disputes/${disputeId}`);
    spoil(kind, 'GET', `/v1/disputes/${disputeId}`);
    const texts = { uncategorizedText: 'She ate it all.' };
    await staff.disputes.submitEvidence.mutate({ disputeId, texts, idempotencyKey: newKey() });
    await until(
      async () => (await staff.disputes.get.query({ disputeId })).evidence[0]?.state === 'SUBMITTED',
      async () => {
        await query(
          `UPDATE dispute_evidence SET created_at = created_at - interval '1 minute', checked_at = NULL`,
        );
        await finishEvidence(stage.deps, { afterSec: 30 });
      },
    );
    const dispute = state().disputes.find(({ id }) => id === disputeId);
    expect(dispute?.evidence_details.submission_count).toBe(1);
    await expectRest(stage);
  });

  test('changeAmount of a share and of the one that gives: the group still sums to the bill', async () => {
    const { app, guest, at, session } = stage;
    const staff = await staffOf(stage);
    for (const spoilt of [2000, 700]) {
      const orderId = await seedOrder(await app.asService(), at, { session });
      const group = await insist(() => split(guest, orderId, [1700, 1000], `${orderId}:split`));
      const [one, other] = [nth(group, 0), nth(group, 1)];
      spoil(kind, 'POST', '/v1/payment_intents/*', { bodyIncludes: `amount=${spoilt}` });
      const wish = {
        groupId: group.id,
        participantId: one.id,
        takenBy: [other.id],
        amountMinor: 2000,
        idempotencyKey: newKey(),
      };
      await staff.splits.changeParticipant.mutate(wish).catch(() => undefined);
      await janitor(stage, one.payment.id);
      await janitor(stage, other.payment.id);
      await until(
        async () => !(await isChanging(group.id)),
        () => finishShareChanges(stage.deps, { afterSec: 0 }),
      );
      await insist(() => staff.splits.changeParticipant.mutate(wish));
      const { participants } = await groupOf(guest, group.id);
      expect(participants.map(({ amountMinor }) => amountMinor)).toEqual([2000, 700]);
      expect(
        intentsOf(stage, orderId)
          .map(({ amount }) => amount)
          .sort(),
      ).toEqual([2000, 700]);
    }
    await expectRest(stage);
  });

  test('a retry whose intent was cancelled at the processor gets one new intent, which pays', async () => {
    const payment = await openPayment(stage);
    await decline(stage.app, stage.guest, payment);
    stage.app.simulator.control.holdWebhooks();
    stage.app.simulator.control.dashboardCancel({ paymentIntent: payment.intentId });
    spoil(kind, 'GET', '/v1/payment_intents/*');
    spoil(kind, 'POST', '/v1/payment_intents');
    const again = () =>
      stage.guest.payments.retry.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    const fresh = await waitFor('the payment has another intent', async () => {
      const retried = await again().catch(() => null);
      const seen = retried ?? (await stage.guest.payments.get.query({ paymentId: payment.id }));
      return seen.paymentIntentId !== null && seen.paymentIntentId !== payment.intentId ? seen : null;
    });
    expect(intentsOf(stage, payment.orderId)).toHaveLength(2);
    await payWithCard(stage.app, fresh);
    stage.app.simulator.control.releaseWebhooks();
    await waitForStatus(stage.guest, payment.id, 'COMPLETED');
    await expectRest(stage);
  });

  test('findIntentByPaymentId: while the list is silent nothing is repeated, then one intent is found', async () => {
    const { app, guest, at, session } = stage;
    const orderId = await seedOrder(await app.asService(), at, { session });
    spoil('hang_after_execution', 'POST', '/v1/payment_intents');
    await guest.payments.create
      .mutate({ orderId, tipMinor: 0, idempotencyKey: newKey() })
      .catch(() => undefined);
    const paymentId = await paymentIdOf(stage, orderId);
    const posts = () => app.simulator.control.requestCounts()['POST /v1/payment_intents'];
    const before = posts();
    spoil(kind, 'GET', '/v1/payment_intents');
    await janitor(stage, paymentId);
    expect(posts()).toBe(before);
    expect(await paymentRow(stage, paymentId)).toMatchObject({ intentId: intentsOf(stage, orderId)[0]?.id });
    expect(intentsOf(stage, orderId)).toHaveLength(1);
    await expectRest(stage);
  });

  test('findRefund: while the list is silent nothing is repeated, then one refund is found', async () => {
    const payment = await paidPayment(stage);
    stage.app.simulator.control.holdWebhooks();
    spoil('hang_after_execution', 'POST', '/v1/refunds');
    await refund(stage, { paymentId: payment.id, amountMinor: 1000 });
    spoil(kind, 'GET', '/v1/refunds');
    await janitor(stage, payment.id);
    const made = state().refunds.filter(({ payment_intent }) => payment_intent === payment.intentId);
    expect(made.map(({ amount }) => amount)).toEqual([1000]);
    expect((await paymentRow(stage, payment.id)).status).toBe('PARTIALLY_REFUNDED');
    await expectRest(stage);
  });

  test('retrieveIntent and retrieveCharge: a payment whose webhook is lost is found by a later look', async () => {
    for (const path of ['/v1/payment_intents/*', '/v1/charges/*']) {
      const payment = await openPayment(stage);
      stage.app.simulator.control.holdWebhooks();
      await payWithCard(stage.app, payment);
      spoil(kind, 'GET', path);
      const seen = await waitFor('the payment is seen paid', async () => {
        const view = await stage.guest.payments.get.query({ paymentId: payment.id });
        return view.status === 'COMPLETED' ? view : null;
      });
      expect(seen.totalMinor).toBe(2700);
      await expectRest(stage);
    }
  });

  test('listEvents: a sweep that cannot list keeps its place, and the next finds what was lost', async () => {
    const payment = await openPayment(stage);
    stage.app.simulator.control.addWebhookFault({ kind: 'drop' });
    await payWithCard(stage.app, payment);
    stage.app.simulator.control.runScheduled();
    await stage.app.simulator.control.waitForDeliveries();
    stage.app.simulator.control.clearWebhookFaults();
    const sweep = () => sweepEvents(stage.deps, { overlapSec: 600 });
    spoil(kind, 'GET', '/v1/events');
    expect(await sweep()).toBe(0);
    expect(await sweep()).toBeGreaterThan(0);
    expect((await paymentRow(stage, payment.id)).status).toBe('COMPLETED');
    await expectRest(stage);
  });

  test('listTransactions and retrieveTransaction: the fee comes with a later run', async () => {
    const payment = await paidPayment(stage);
    stage.app.simulator.control.runScheduled();
    await stage.app.simulator.control.waitForDeliveries();
    spoil(kind, 'GET', '/v1/balance_transactions');
    spoil(kind, 'GET', '/v1/balance_transactions/*');
    const fee = async () => {
      const { rows } = await query('SELECT fee_amount AS fee FROM payments WHERE id = $1', [payment.id]);
      return rows[0]?.fee === 108;
    };
    await until(fee, async () => {
      stage.clock.move(60_000);
      await syncProcessorMoney(stage.deps, { everySec: 0, overlapSec: 600 });
    });
    stage.clock.reset();
    await expectRest(stage);
  });
});

/** Whether a change of the group's shares is still under way. */
async function isChanging(groupId: string): Promise<boolean> {
  const { rows } = await query('SELECT pending_change AS pending FROM split_groups WHERE id = $1', [groupId]);
  return rows[0]?.pending !== null;
}
