import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { finishSplits } from '@/services/recovery/finish-splits';
import { newKey, payWithCard, type TestApp, waitFor, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import {
  disputeEvent,
  disputeMovement,
  intentEvent,
  sendWebhook,
  stripeId,
} from '../../support/webhook-sender';
import { otherId, rows } from '../payments/support';
import { type Died, janitor, type RecoveryStage, startStage } from '../recovery/support';
import { billOf, refusedWith } from '../table-sessions/support';
import {
  eventsOf,
  type Group,
  groupOf,
  groupPaidBy,
  heldAtStripe,
  nth,
  payShareOf,
  refundsOfGroup,
  type SplitScene,
  split,
  splitScene,
  stripeIntents,
  workOf,
} from './support';

let stage: RecoveryStage;
let app: TestApp;
beforeAll(async () => {
  stage = await startStage({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
  app = stage.app;
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => stage.stop());

const cancel = (client: SplitScene['staff'], groupId: string, idempotencyKey = newKey(), reason?: string) =>
  client.splits.cancel.mutate({ groupId, idempotencyKey, ...(reason ? { reason } : {}) });

const groupWith = (paid: number, currency?: string) => groupPaidBy(app, paid, currency);
const refundsOf = (group: Group) => refundsOfGroup(app, group);
const discrepanciesOf = (paymentId: string) => workOf(app, paymentId);

/** A lost dispute of a part. isRefundable: Stripe would still give the rest back, which the simulator itself refuses. */
async function takenByBank(intentId: string, amountMinor: number, isRefundable: boolean): Promise<void> {
  const { control } = app.simulator;
  if (!isRefundable) {
    const { id } = control.createDispute({ paymentIntent: intentId, amount: amountMinor });
    control.resolveDispute({ dispute: id, outcome: 'lost' });
    return control.waitForDeliveries();
  }
  const of = { id: stripeId('dp'), intentId, chargeId: 'ch_1', amountMinor };
  const moved = [disputeMovement(of.id, -amountMinor)];
  await sendWebhook(app, disputeEvent({ ...of, what: 'closed', status: 'lost', moved }));
}

/** A refund of this amount that Stripe had made comes back. */
function failAtStripe(group: Group, amount: number): void {
  const intents = stripeIntents(app, group).flat();
  const refund = app.simulator.control
    .state()
    .refunds.find((one) => one.amount === amount && intents.some(({ id }) => id === one.payment_intent));
  app.simulator.control.failRefund({ refund: refund?.id ?? '' });
}

/** The janitor at work until the group is in this state, at least so many times. */
async function waitForGroup(client: SplitScene['guest'], groupId: string, state: Group['state'], looks = 1) {
  let left = looks;
  await waitFor(`the janitor makes the group ${state}`, async () => {
    await finish();
    left -= 1;
    return left <= 0 && (await groupOf(client, groupId)).state === state;
  });
}

/** The janitor looks again, however shortly ago it did. */
const finish = () => finishSplits(stage.deps, { afterSec: 0 });

test('a crash before the intents: the janitor brings up each of them once, and the repeat answers the group', async () => {
  const scene = await splitScene(app);
  const key = newKey();
  stage.dieAt('create.after-first-transaction');
  await split(scene.guest, scene.orderId, [1000, 2000], key).catch((error: Died) => error);
  const ids = (
    await rows<{ id: string }>(app, 'SELECT id FROM payments WHERE order_id = $1', [scene.orderId])
  ).map((r) => r.id);
  expect(ids).toHaveLength(2);
  for (const id of ids) await janitor(stage, id);
  const group = await split(scene.guest, scene.orderId, [1000, 2000], key);
  expect(stripeIntents(app, group).map((intents) => intents.map(({ amount }) => amount))).toEqual([
    [1000],
    [2000],
  ]);
  expect(group.participants.every(({ payment }) => payment.clientSecret !== null)).toBe(true);
  await cancel(scene.staff, group.id);
});

describe('cancelling a group', () => {
  test('cancels the open intents at Stripe, refunds the paid share once, and frees the bill', async () => {
    const { staff, guest, session, group } = await groupWith(1);
    const cancelled = await cancel(staff, group.id, newKey(), 'They left');
    expect(cancelled).toMatchObject({ state: 'CANCELLED', refundsProcessed: 1 });
    expect(cancelled.cancelledAt).not.toBeNull();
    expect(stripeIntents(app, group).map(([intent]) => intent?.status)).toEqual([
      'succeeded',
      'canceled',
      'canceled',
    ]);
    await waitForStatus(guest, nth(group, 0).payment.id, 'REFUNDED');
    expect(await refundsOf(group)).toEqual([
      { paymentId: nth(group, 0).payment.id, amount: 1000, status: 'COMPLETED' },
    ]);
    expect(heldAtStripe(app, group)).toBe(0);
    expect((await billOf(guest, session)).summary).toMatchObject({ heldMinor: 0, availableMinor: 3000 });
    const told = (await eventsOf(app, group.id)).filter((event) => event.type === 'payment:split_cancelled');
    expect(told).toMatchObject([{ refundsProcessed: 1, status: 'CANCELLED' }]);
  });

  test('gives back the tip and what cash was taken, and spares what was refunded before', async () => {
    const scene = await splitScene(app);
    const group = await split(scene.guest, scene.orderId, [
      { amountMinor: 1000, tipMinor: 200, guestPublicId: scene.publicIds[0] },
      { amountMinor: 1000, method: 'CASH', name: 'Cora' },
      1000,
    ]);
    const card = await payShareOf(app, scene.guest, nth(group, 0));
    const cash = nth(group, 1).payment.id;
    await scene.staff.cash.confirm.mutate({ paymentId: cash, idempotencyKey: newKey() });
    await scene.staff.refunds.create.mutate({
      paymentId: card.id,
      amountMinor: 300,
      reason: 'Cold',
      idempotencyKey: newKey(),
    });
    await waitForStatus(scene.guest, card.id, 'PARTIALLY_REFUNDED');
    expect(await cancel(scene.staff, group.id)).toMatchObject({ state: 'CANCELLED', refundsProcessed: 2 });
    const refunds = await refundsOf(group);
    expect(
      refunds
        .filter((r) => r.paymentId === card.id)
        .map((r) => r.amount)
        .toSorted(),
    ).toEqual([300, 900]);
    expect(refunds.filter((r) => r.paymentId === cash)).toMatchObject([
      { amount: 1000, status: 'COMPLETED' },
    ]);
    await waitFor('all of it is back', async () => heldAtStripe(app, group) === 0);
  });

  test('of a complete group gives all of it back; repeats, with the same key or others, do nothing more', async () => {
    const { staff, group } = await groupWith(3);
    const key = newKey();
    const first = await cancel(staff, group.id, key);
    expect(first).toMatchObject({ state: 'CANCELLED', refundsProcessed: 3 });
    for (const again of [key, newKey()]) {
      expect(await cancel(staff, group.id, again)).toMatchObject({ state: 'CANCELLED', refundsProcessed: 3 });
    }
    expect(await refundsOf(group)).toHaveLength(3);
    expect(
      app.simulator.control.state().refunds.filter((r) =>
        stripeIntents(app, group)
          .flat()
          .some((i) => i.id === r.payment_intent),
      ),
    ).toHaveLength(3);
  });

  test('is for the restaurant; who made it may, until somebody has paid', async () => {
    const open = await groupWith(0);
    expect(await refusedWith(cancel(open.mate, open.group.id))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await cancel(open.guest, open.group.id)).toMatchObject({
      state: 'CANCELLED',
      refundsProcessed: 0,
    });
    const paid = await groupWith(1);
    expect(await refusedWith(cancel(paid.guest, paid.group.id))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusedWith(cancel(open.staff, paid.group.id))).toMatchObject({ appCode: 'NOT_FOUND' });
    expect(await refusedWith(cancel(app.anonymous(), paid.group.id))).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await refusedWith(cancel(paid.staff, otherId()))).toMatchObject({ appCode: 'NOT_FOUND' });
    const key = newKey();
    await cancel(paid.staff, paid.group.id, key);
    expect(await refusedWith(cancel(paid.staff, paid.group.id, key, 'Another reason'))).toMatchObject({
      appCode: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('no further than the role may refund of one payment: a refusal calls nothing off', async () => {
    const { staff, at, guest, group } = await groupWith(1);
    const owner = await app.asOwner(at.ownerId);
    const limit = (staffRefundLimitMinor: number) =>
      owner.settings.change.mutate({
        restaurantId: at.restaurantId,
        staffRefundLimitMinor,
        idempotencyKey: newKey(),
      });
    await limit(999);
    expect(await refusedWith(cancel(staff, group.id))).toMatchObject({ appCode: 'REFUND_ABOVE_LIMIT' });
    expect(await groupOf(guest, group.id)).toMatchObject({ state: 'OPEN', paidMinor: 1000 });
    expect(await refundsOf(group)).toEqual([]);
    await limit(1000);
    expect(await cancel(staff, group.id)).toMatchObject({ state: 'CANCELLED', refundsProcessed: 1 });
  });

  test('what a bank took counts toward that limit, as it does for a refund by hand', async () => {
    const { staff, at, guest, group } = await groupWith(1);
    await takenByBank(stripeIntents(app, group)[0]?.[0]?.id ?? '', 400, true);
    const owner = await app.asOwner(at.ownerId);
    await owner.settings.change.mutate({
      restaurantId: at.restaurantId,
      staffRefundLimitMinor: 999,
      idempotencyKey: newKey(),
    });
    const { payment } = nth(group, 0);
    const byHand = { paymentId: payment.id, amountMinor: 600, reason: 'Left', idempotencyKey: newKey() };
    expect(await refusedWith(staff.refunds.create.mutate(byHand))).toMatchObject({
      appCode: 'REFUND_ABOVE_LIMIT',
    });
    expect(await refusedWith(cancel(staff, group.id))).toMatchObject({ appCode: 'REFUND_ABOVE_LIMIT' });
    await cancel(owner, group.id);
    await waitForGroup(guest, group.id, 'CANCELLED');
  });

  test('after the window of the staff the owner has to call it off', async () => {
    const { staff, at, group } = await groupWith(1);
    const owner = await app.asOwner(at.ownerId);
    await owner.settings.change.mutate({
      restaurantId: at.restaurantId,
      staffRefundWindowDays: 2,
      idempotencyKey: newKey(),
    });
    const paidOn = (daysAgo: number) =>
      rows(app, 'UPDATE payments SET business_day = business_day - $2::int WHERE id = $1', [
        nth(group, 0).payment.id,
        daysAgo,
      ]);
    await paidOn(3);
    expect(await refusedWith(cancel(staff, group.id))).toMatchObject({ appCode: 'REFUND_WINDOW_CLOSED' });
    expect(await cancel(owner, group.id)).toMatchObject({ state: 'CANCELLED' });
    await paidOn(-3);
  });

  test('the bill can be split anew at once', async () => {
    const { staff, guest, orderId, group } = await groupWith(0);
    await cancel(staff, group.id);
    expect((await split(guest, orderId, [1500, 1500])).state).toBe('OPEN');
  });
});

describe('what cannot be done at once', () => {
  test('a share that is being processed keeps the group CANCELLING; once it is paid the janitor refunds it', async () => {
    const { staff, guest, group } = await groupWith(0);
    const share = nth(group, 0);
    await rows(app, `UPDATE payments SET status = 'PROCESSING' WHERE id = $1`, [share.payment.id]);
    await rows(app, `UPDATE split_payment_participants SET status = 'PROCESSING' WHERE payment_id = $1`, [
      share.payment.id,
    ]);
    expect(await cancel(staff, group.id)).toMatchObject({ state: 'CANCELLING', refundsProcessed: 0 });
    await payWithCard(app, share.payment);
    await waitForStatus(guest, share.payment.id, 'COMPLETED');
    expect(await groupOf(guest, group.id)).toMatchObject({ state: 'CANCELLING' });
    expect(await finish()).toBe(1);
    expect(await groupOf(guest, group.id)).toMatchObject({ state: 'CANCELLED', refundsProcessed: 1 });
    expect(await finish()).toBe(0);
  });

  test('Stripe down: CANCELLING, the holds stay; back again: the janitor finishes', async () => {
    const { staff, guest, session, group } = await groupWith(1);
    app.simulator.control.addFault({ kind: 'rate_limit', method: 'POST' });
    expect(await cancel(staff, group.id)).toMatchObject({ state: 'CANCELLING' });
    expect((await billOf(guest, session)).summary.heldMinor).toBe(2000);
    app.simulator.control.clearFaults();
    await janitor(stage, nth(group, 0).payment.id);
    await finish();
    expect(await groupOf(guest, group.id)).toMatchObject({ state: 'CANCELLED', refundsProcessed: 1 });
    expect(heldAtStripe(app, group)).toBe(0);
    expect(await refundsOf(group)).toHaveLength(1);
  });

  test.each([
    'refund.after-first-transaction',
    'refund.after-processor-answered',
    'cancel.after-processor-answered',
  ] as const)('a crash at %s: nothing is lost and nothing given back twice', async (point) => {
    const { staff, guest, group } = await groupWith(2);
    stage.dieAt(point);
    await cancel(staff, group.id).catch((error: Died) => error);
    for (const { payment } of group.participants) await janitor(stage, payment.id);
    await waitFor('the janitor closes the group', async () => {
      await finish();
      return (await groupOf(guest, group.id)).state === 'CANCELLED';
    });
    expect(await refundsOf(group)).toHaveLength(2);
    expect(heldAtStripe(app, group)).toBe(0);
  });

  test('what somebody gave back in the dashboard is not given back again, and the group is closed', async () => {
    const { staff, guest, group } = await groupWith(1);
    const [intent] = stripeIntents(app, group)[0] ?? [];
    // Somebody gave it back in the dashboard, and that webhook is still on its way.
    app.simulator.control.holdWebhooks();
    await fetch(`${app.simulator.url}/v1/refunds`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.env.stripe.secretKey}` },
      body: new URLSearchParams({ payment_intent: intent?.id ?? '' }),
    });
    const cancelled = await cancel(staff, group.id);
    app.simulator.control.releaseWebhooks();
    await app.simulator.control.waitForDeliveries();
    expect(['CANCELLED', 'CANCELLING']).toContain(cancelled.state);
    await waitFor('the group is closed', async () => {
      await finish();
      return (await groupOf(guest, group.id)).state === 'CANCELLED';
    });
    expect(heldAtStripe(app, group)).toBe(0);
  });

  test.each([
    ['lost', 'the bank has given it back: nothing is refunded', 0],
    ['won', 'it is refunded then', 1],
  ] as const)('a share whose dispute is open waits for the bank; %s: %s', async (outcome, _what, refunds) => {
    const { staff, guest, group } = await groupWith(0);
    const share = nth(group, 0).payment;
    await payWithCard(app, share, 'pm_card_createDispute');
    await waitForStatus(guest, share.id, 'COMPLETED');
    app.simulator.control.runScheduled();
    await app.simulator.control.waitForDeliveries();
    expect(await cancel(staff, group.id)).toMatchObject({ state: 'CANCELLING', refundsProcessed: 0 });
    await finish();
    expect(await groupOf(guest, group.id)).toMatchObject({ state: 'CANCELLING' });
    const intent = stripeIntents(app, group)[0]?.[0]?.id;
    const dispute = app.simulator.control.state().disputes.find((one) => one.payment_intent === intent);
    app.simulator.control.resolveDispute({ dispute: dispute?.id ?? '', outcome });
    await app.simulator.control.waitForDeliveries();
    await finish();
    expect(await groupOf(guest, group.id)).toMatchObject({ state: 'CANCELLED', refundsProcessed: refunds });
    expect(await refundsOf(group)).toHaveLength(refunds);
    expect(await rows(app, 'SELECT reason FROM discrepancies WHERE payment_id = $1', [share.id])).toEqual([]);
  });

  test.each([
    ['gives back the rest of it', true],
    ['cannot give back the rest: a person’s work', false],
  ] as const)('a bank that took a part of a share for good: %s', async (_what, isRefundable) => {
    const { staff, guest, group } = await groupWith(1);
    const share = nth(group, 0).payment;
    const intentId = stripeIntents(app, group)[0]?.[0]?.id ?? '';
    await takenByBank(intentId, 400, isRefundable);
    await cancel(staff, group.id);
    await waitForGroup(guest, group.id, 'CANCELLED');
    expect(await refundsOf(group)).toMatchObject([
      { amount: 600, status: isRefundable ? 'COMPLETED' : 'FAILED' },
    ]);
    expect(await discrepanciesOf(share.id)).toEqual(
      isRefundable ? [] : [{ reason: 'SPLIT_REFUND_FAILED', actual: 600 }],
    );
  });

  test('a bank that left less than a card can get back in that currency: the group ends, the rest is a person’s work', async () => {
    const { staff, guest, group } = await groupWith(1, 'KWD');
    await takenByBank(stripeIntents(app, group)[0]?.[0]?.id ?? '', 995, false);
    await cancel(staff, group.id);
    await waitForGroup(guest, group.id, 'CANCELLED');
    expect(await refundsOf(group)).toEqual([]);
    expect(await discrepanciesOf(nth(group, 0).payment.id)).toEqual([
      { reason: 'SPLIT_REFUND_FAILED', actual: 5 },
    ]);
  });

  test('a refund before the end that fails after it: its money goes back too, and the group ends again', async () => {
    const { staff, guest, group } = await groupWith(1);
    const { payment } = nth(group, 0);
    const early = { paymentId: payment.id, amountMinor: 300, reason: 'Cold', idempotencyKey: newKey() };
    await staff.refunds.create.mutate(early);
    await cancel(staff, group.id);
    await waitForGroup(guest, group.id, 'CANCELLED');
    await waitForStatus(guest, payment.id, 'REFUNDED');
    failAtStripe(group, 300);
    await app.simulator.control.waitForDeliveries();
    await waitForGroup(guest, group.id, 'CANCELLED', 3);
    expect((await refundsOf(group)).map(({ amount, status }) => `${amount} ${status}`).toSorted()).toEqual([
      '300 COMPLETED',
      '300 FAILED',
      '700 COMPLETED',
    ]);
    expect(heldAtStripe(app, group)).toBe(0);
    expect(await discrepanciesOf(payment.id)).toEqual([]);
  });

  test('its own refund that fails later is a person’s work, and is not tried for ever', async () => {
    const { staff, guest, group } = await groupWith(1);
    const { payment } = nth(group, 0);
    await cancel(staff, group.id);
    await waitForStatus(guest, payment.id, 'REFUNDED');
    failAtStripe(group, 1000);
    await app.simulator.control.waitForDeliveries();
    await waitForGroup(guest, group.id, 'CANCELLED', 2);
    expect(await refundsOf(group)).toMatchObject([{ amount: 1000, status: 'FAILED' }]);
    expect(await discrepanciesOf(payment.id)).toEqual([{ reason: 'SPLIT_REFUND_FAILED', actual: 1000 }]);
  });

  test('money that comes after the end makes the group CANCELLING again; what Stripe will not give back is a person’s', async () => {
    const { staff, guest, orderId, group } = await groupWith(0);
    await cancel(staff, group.id);
    const { payment } = nth(group, 0);
    const [intent] = stripeIntents(app, group)[0] ?? [];
    // Told of a success that its own cancelled intent knows nothing of, so that the refund is refused.
    const metadata = { paymentId: payment.id, orderId };
    await sendWebhook(app, intentEvent('succeeded', { id: intent?.id ?? '', amountMinor: 1000, metadata }));
    expect(await groupOf(guest, group.id)).toMatchObject({ state: 'CANCELLING', paidMinor: 1000 });
    await finish();
    expect(await groupOf(guest, group.id)).toMatchObject({ state: 'CANCELLED' });
    expect(await refundsOf(group)).toMatchObject([{ status: 'FAILED', amount: 1000 }]);
    expect(
      await rows(
        app,
        'SELECT reason, actual_amount::int AS actual FROM discrepancies WHERE payment_id = $1',
        [payment.id],
      ),
    ).toEqual([{ reason: 'SPLIT_REFUND_FAILED', actual: 1000 }]);
    const told = (await eventsOf(app, group.id)).filter((event) => event.type === 'payment:split_cancelled');
    expect(told).toHaveLength(1);
  });
});
