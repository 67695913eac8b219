import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  newKey,
  payWithCard,
  refusalOf,
  seedOrder,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { intentsOf, newGuestId, syncSession } from '../payments/support';
import { billOf, payTable, refusedWith } from '../table-sessions/support';
import { getSplit, paid, payShare, setSplit, sharesOf, splitEvents, splitTable } from './support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const remaining = async (scene: Awaited<ReturnType<typeof splitTable>>) =>
  (await billOf(scene.staff, scene.session)).summary.remainingMinor;

describe('paying by the split', () => {
  test('three payers of 10.00 at once pay 3.34, 3.33 and 3.33 while the others are open; the bill ends at 0', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    const payments = await Promise.all(scene.payers.map((payer) => payShare(payer, scene)));
    expect(payments.map((payment) => payment.totalMinor)).toEqual([334, 333, 333]);
    const split = await getSplit(scene.mate, scene);
    expect(split).toMatchObject({ isFrozen: true, participants: scene.ids, lock: { isLocked: true } });
    expect(payments.map((payment) => payment.splitCalculationId)).toEqual([split.id, split.id, split.id]);
    for (const [i, payment] of payments.entries()) {
      await payWithCard(app, payment);
      await waitForStatus(scene.payers[i] ?? scene.guest, payment.id, 'COMPLETED');
    }
    expect(await remaining(scene)).toBe(0);
    const ended = await getSplit(scene.mate, scene);
    expect(ended).toMatchObject({ participants: [], lock: { isLocked: false } });
    expect(sharesOf(ended)).toEqual([334, 333, 333]);
  });

  test('60 % and 40 %: who comes second pays 40 % of the original base, however often it is set again', async () => {
    const scene = await splitTable(app);
    const [host, mate] = scene.ids;
    const config = {
      type: 'BY_PERCENTAGE' as const,
      percentages: [
        { guestPublicId: host, sharePpm: 600_000 },
        { guestPublicId: mate, sharePpm: 400_000 },
      ],
    };
    await setSplit(scene.guest, scene, config);
    expect((await paid(app, scene.guest, scene)).totalMinor).toBe(600);
    const again = await setSplit(scene.mate, scene, config);
    expect(again).toMatchObject({ baseMinor: 1000, participants: [mate, scene.ids[2]] });
    expect(sharesOf(again)).toEqual([600, 400, 0]);
    // The client may leave out who has paid.
    const mine = { ...config, percentages: config.percentages.slice(1) };
    expect(sharesOf(await setSplit(scene.mate, scene, mine))).toEqual([600, 400, 0]);
    expect((await paid(app, scene.mate, scene)).totalMinor).toBe(400);
    expect(await remaining(scene)).toBe(0);
  });

  test('adds the own tip to the charge, outside of the split', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    const payment = await payShare(scene.guest, scene, { shareMinor: 334, tipMinor: 66 });
    expect(payment).toMatchObject({ tipMinor: 66, totalMinor: 400 });
    expect(intentsOf(app, payment.id)[0]?.amount).toBe(400);
    expect(sharesOf(await getSplit(scene.guest, scene))).toEqual([334, 333, 333]);
  });

  test('in cash holds the same share until staff confirm it', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    const payment = await payShare(scene.mate, scene, { method: 'CASH' });
    expect(payment).toMatchObject({ totalMinor: 333, method: 'CASH', status: 'PENDING' });
    await scene.staff.cash.confirm.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    expect(await getSplit(scene.guest, scene)).toMatchObject({ participants: [scene.ids[0], scene.ids[2]] });
  });

  test('a repeat answers the open payment; the share stays what it was while the bill grows', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    const first = await payShare(scene.guest, scene);
    await seedOrder(scene.service, scene.at, { session: scene.session, subtotalMinor: 900, taxMinor: 0 });
    expect((await payShare(scene.guest, scene)).id).toBe(first.id);
    expect(await payShare(scene.mate, scene)).toMatchObject({ totalMinor: 333 });
    expect((await getSplit(scene.mate, scene)).baseMinor).toBe(1000);
  });

  test('replaces an own open payment of another amount; one of the same amount becomes the share', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    const other = await payTable(scene.guest, scene.session, { shareMinor: 500 });
    const share = await payShare(scene.guest, scene);
    expect(share.id).not.toBe(other.id);
    expect(await scene.guest.payments.get.query({ paymentId: other.id })).toMatchObject({
      status: 'CANCELLED',
    });
    const plain = await payTable(scene.mate, scene.session, { shareMinor: 333 });
    expect(plain.splitCalculationId).toBeNull();
    expect(await payShare(scene.mate, scene)).toMatchObject({
      id: plain.id,
      splitCalculationId: share.splitCalculationId,
    });
  });

  test('tells the table that the split stays as it is, once', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    await payShare(scene.mate, scene);
    await payShare(scene.guest, scene);
    const events = (await splitEvents(app, scene)).filter(
      (event) => event.type === 'split:calculation_locked',
    );
    expect(events).toMatchObject([
      { guestPublicId: scene.ids[1], lockedBy: scene.ids[1], lockReason: 'PAYMENT_CREATED', isLocked: true },
    ]);
  });
});

describe('a round', () => {
  test('ends when all have paid; the next choice divides what is due then', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL', participants: [scene.ids[0], scene.ids[1]] });
    await paid(app, scene.guest, scene);
    await paid(app, scene.mate, scene);
    await seedOrder(scene.service, scene.at, { session: scene.session, subtotalMinor: 700, taxMinor: 0 });
    const next = await setSplit(scene.third, scene, { type: 'EQUAL' });
    expect(next).toMatchObject({ round: 2, baseMinor: 700, isFrozen: false, participants: scene.ids });
    expect(sharesOf(next)).toEqual([234, 233, 233]);
    expect((await paid(app, scene.guest, scene)).totalMinor).toBe(234);
  });

  test('asks for no more than remains when somebody else has paid a part; the last pays the exact rest', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    await paid(app, scene.guest, scene);
    const cash = await payTable(scene.staff, scene.session, { shareMinor: 411, method: 'CASH' });
    await scene.staff.cash.confirm.mutate({ paymentId: cash.id, idempotencyKey: newKey() });
    expect(sharesOf(await getSplit(scene.mate, scene))).toEqual([334, 128, 127]);
    const rest = await Promise.all([
      payShare(scene.mate, scene, { method: 'CASH' }),
      payShare(scene.third, scene, { method: 'CASH' }),
    ]);
    expect(rest.map((payment) => payment.totalMinor)).toEqual([128, 127]);
    for (const { id } of rest)
      await scene.staff.cash.confirm.mutate({ paymentId: id, idempotencyKey: newKey() });
    expect(await remaining(scene)).toBe(0);
  });

  test('a declined share keeps its hold, a cancelled one frees itself alone', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    const [first, second] = [await payShare(scene.guest, scene), await payShare(scene.mate, scene)];
    await payWithCard(app, first, 'pm_card_chargeDeclined');
    await waitForStatus(scene.guest, first.id, 'FAILED');
    const split = await getSplit(scene.guest, scene);
    expect(split.shares.map((share) => share.status)).toEqual(['PAYING', 'PAYING', 'UNPAID']);
    await scene.mate.payments.cancel.mutate({ paymentId: second.id, idempotencyKey: newKey() });
    const after = await getSplit(scene.guest, scene);
    expect(after.shares.map((share) => share.status)).toEqual(['PAYING', 'UNPAID', 'UNPAID']);
    expect(sharesOf(after)).toEqual([334, 333, 333]);
    await scene.guest.payments.cancel.mutate({ paymentId: first.id, idempotencyKey: newKey() });
    expect((await getSplit(scene.guest, scene)).isFrozen, 'nobody pays any more').toBe(false);
    expect((await splitEvents(app, scene)).at(-1)).toMatchObject({
      type: 'split:calculation_unlocked',
      isLocked: false,
    });
  });

  test('opened again by the restaurant divides what is left among those who have not paid', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    await paid(app, scene.guest, scene);
    const opened = { ...scene.on, idempotencyKey: newKey() };
    expect(await scene.staff.splitCalculations.forceUnlock.mutate(opened)).toMatchObject({ isLocked: false });
    const next = await setSplit(scene.mate, scene, {
      type: 'BY_PERCENTAGE',
      percentages: [
        { guestPublicId: scene.ids[1], sharePpm: 750_000 },
        { guestPublicId: scene.ids[2], sharePpm: 250_000 },
      ],
    });
    expect(next).toMatchObject({ baseMinor: 666, participants: [scene.ids[1], scene.ids[2]] });
    expect(sharesOf(next)).toEqual([500, 166]);
    expect((await payShare(scene.mate, scene)).totalMinor).toBe(500);
    expect((await payShare(scene.third, scene, { method: 'CASH' })).totalMinor).toBe(166);
  });
});

describe('refused is', () => {
  test('another amount than the share, with the share', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    expect(await refusedWith(payShare(scene.guest, scene, { shareMinor: 333 }))).toEqual({
      code: 'BAD_REQUEST',
      appCode: 'AMOUNT_MISMATCH',
      details: { sentMinor: 333, shareMinor: 334 },
    });
  });

  test('a share where there is no split, and one of some orders only', async () => {
    const scene = await splitTable(app);
    expect((await refusalOf(payShare(scene.guest, scene))).appCode).toBe('NOT_FOUND');
    const some = payTable(scene.guest, scene.session, { bySplit: true, orderIds: [scene.orderId] });
    expect((await refusalOf(some)).appCode).toBe('INVALID_INPUT');
  });

  test('a share that is nothing, is paid, or is nobody’s', async () => {
    const scene = await splitTable(app);
    const whole = [{ guestPublicId: scene.ids[0], amountMinor: 1000 }];
    await setSplit(scene.guest, scene, { type: 'BY_AMOUNT', amounts: whole });
    expect((await refusalOf(payShare(scene.mate, scene))).appCode).toBe('NOTHING_DUE');
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    await paid(app, scene.guest, scene);
    expect((await refusalOf(payShare(scene.guest, scene))).appCode).toBe('NOTHING_DUE');
    const late = newGuestId();
    await syncSession(scene, {
      guests: [...scene.session.guests, late].map((guestSessionId) => ({
        guestSessionId,
        joinedAt: new Date(),
      })),
    });
    expect((await refusalOf(payShare(app.asGuest(late), scene))).appCode).toBe('NOTHING_DUE');
    expect((await refusalOf(payShare(scene.staff, scene))).code).toBe('FORBIDDEN');
  });

  test('a second payment of a share by a guest who has signed in meanwhile', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    await payShare(scene.mate, scene);
    const signedIn = await app.asCustomer(`customer-${newKey()}`, scene.session.guests[1]);
    expect((await refusalOf(payShare(signedIn, scene))).appCode).toBe('BALANCE_HELD');
  });

  test('a share whose money somebody else holds, until they let go', async () => {
    const scene = await splitTable(app);
    await setSplit(scene.guest, scene, { type: 'EQUAL' });
    const whole = await payTable(scene.staff, scene.session);
    expect((await refusalOf(payShare(scene.guest, scene))).appCode).toBe('BALANCE_HELD');
    await scene.staff.payments.cancel.mutate({ paymentId: whole.id, idempotencyKey: newKey() });
    expect((await payShare(scene.guest, scene)).totalMinor).toBe(334);
  });
});
