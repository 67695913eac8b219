import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newKey, payWithCard, refusalOf, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { setScene } from '../payments/support';
import { groupOf, nth, split, stripeIntents } from '../splits/support';

/**
 * Splits in currencies without decimals, with three, and with hundredths that no card can pay: every share can be charged, and
 * the sum is exact. Amounts in minor units as Stripe counts them.
 */
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const CASES = [
  { currency: 'JPY', billMinor: 1000, equal: [334, 333, 333], growsTo: 500, shares: [500, 250, 250] },
  {
    currency: 'KWD',
    billMinor: 10_000,
    equal: [3340, 3330, 3330],
    growsTo: 5010,
    shares: [5010, 2490, 2500],
  },
  {
    currency: 'ISK',
    billMinor: 100_000,
    equal: [33_400, 33_300, 33_300],
    growsTo: 50_100,
    shares: [50_100, 24_900, 25_000],
  },
] as const;

test.each(CASES)('$currency: equal shares of a table are paid by card to nothing', async (given) => {
  const { currency, billMinor, equal } = given;
  const scene = await setScene(app, { subtotalMinor: billMinor, taxMinor: 0 }, { currency });
  const on = { tableSessionId: scene.session.sessionId };
  await scene.guest.splitCalculations.set.mutate({ ...on, type: 'EQUAL', idempotencyKey: newKey() });
  const seen = await scene.mate.splitCalculations.get.query(on);
  expect(seen?.shares.map(({ shareMinor }) => shareMinor)).toEqual(equal);
  const payers = scene.session.guests.map((guest) => app.asGuest(guest));
  const paid: number[] = [];
  for (const payer of payers) {
    const payment = await payer.tableSessions.pay.mutate({ ...on, bySplit: true, idempotencyKey: newKey() });
    await payWithCard(app, payment);
    paid.push((await waitForStatus(payer, payment.id, 'COMPLETED')).totalMinor);
  }
  expect(paid.toSorted()).toEqual([...equal].toSorted());
  const bill = await scene.staff.tableSessions.bill.query(on);
  expect(bill.summary).toMatchObject({ remainingMinor: 0, isFullyPaid: true });
});

test.each(CASES)(
  '$currency: a fixed share grows by what the others give, and part of it is refunded',
  async (given) => {
    const { currency, billMinor, equal, growsTo, shares } = given;
    const scene = await setScene(app, { subtotalMinor: billMinor, taxMinor: 0 }, { currency });
    const group = await split(scene.guest, scene.orderId, [...equal]);
    const changed = await scene.staff.splits.changeParticipant.mutate({
      groupId: group.id,
      participantId: nth(group, 0).id,
      amountMinor: growsTo,
      takenBy: [nth(group, 1).id, nth(group, 2).id],
      idempotencyKey: newKey(),
    });
    expect(changed.participants.map(({ amountMinor }) => amountMinor)).toEqual(shares);
    expect(stripeIntents(app, changed).map(([intent]) => intent?.amount)).toEqual(shares);
    const { payment } = nth(await groupOf(scene.guest, group.id), 0);
    await payWithCard(app, payment);
    await waitForStatus(scene.guest, payment.id, 'COMPLETED');
    const refund = { paymentId: payment.id, reason: 'Cold soup' };
    await scene.staff.refunds.create.mutate({ ...refund, amountMinor: 100, idempotencyKey: newKey() });
    const refunded = await waitForStatus(scene.guest, payment.id, 'PARTIALLY_REFUNDED');
    expect(refunded.refundedMinor).toBe(100);
    const beyond = { ...refund, amountMinor: growsTo, idempotencyKey: newKey() };
    expect(await refusalOf(scene.staff.refunds.create.mutate(beyond))).toMatchObject({
      appCode: 'REFUND_EXCEEDS_REMAINING',
    });
  },
);
