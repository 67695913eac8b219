import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expirePayments } from '@/services/recovery/expire-payments';
import { newKey, payWithCard, startTestApp, type TestApp, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { otherId, rows, syncSession } from '../payments/support';
import { billOf, payTable, refusedWith } from '../table-sessions/support';
import {
  groupOf,
  guestsTenEach,
  nth,
  payShareOf,
  split,
  splitScene,
  stripeIntents,
  whenState,
} from './support';

/** What becomes of a group's shares one by one: declined, expired, taken in cash, reminded, listed. */

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

async function threeGuests() {
  const scene = await splitScene(app);
  const group = await split(scene.guest, scene.orderId, guestsTenEach(scene));
  return { ...scene, group, clients: [scene.guest, scene.mate, scene.third] as const };
}

describe('a share that does not go well', () => {
  test('declined: keeps its hold and its intent, and another card pays it', async () => {
    const { mate, guest, session, group } = await threeGuests();
    const share = nth(await groupOf(mate, group.id), 1);
    await payWithCard(app, share.payment, 'pm_card_chargeDeclined');
    await waitForStatus(mate, share.payment.id, 'FAILED');
    expect((await billOf(guest, session)).summary.availableMinor).toBe(0);
    const declined = nth(await groupOf(mate, group.id), 1);
    expect(declined).toMatchObject({
      hasPaid: false,
      payment: { status: 'FAILED', clientSecret: expect.any(String) },
    });
    expect(declined.payment.failureReason).not.toBeNull();
    await payShareOf(app, mate, declined);
    expect(nth(await groupOf(guest, group.id), 1).hasPaid).toBe(true);
    expect(stripeIntents(app, group)[1]).toHaveLength(1);
  });

  test('cancelled by who pays it: frees only itself, and the rest can be paid by anybody; the group ends INCOMPLETE', async () => {
    const { guest, mate, third, session, group } = await threeGuests();
    await third.payments.cancel.mutate({ paymentId: nth(group, 2).payment.id, idempotencyKey: newKey() });
    expect((await billOf(guest, session)).summary).toMatchObject({ heldMinor: 2000, availableMinor: 1000 });
    expect(await groupOf(guest, group.id)).toMatchObject({ state: 'OPEN' });
    await payShareOf(app, guest, nth(await groupOf(guest, group.id), 0));
    await payShareOf(app, mate, nth(await groupOf(mate, group.id), 1));
    expect(await whenState(guest, group.id, 'INCOMPLETE')).toMatchObject({
      paidMinor: 2000,
      remainingMinor: 1000,
    });
    const last = await payTable(third, session);
    expect(last.totalMinor).toBe(1000);
    await payWithCard(app, last);
    await waitForStatus(third, last.id, 'COMPLETED');
    expect((await billOf(guest, session)).summary.isFullyPaid).toBe(true);
  });

  test('expired: the expiry cancels its intent first and frees only it', async () => {
    const { guest, session, group } = await threeGuests();
    const late = nth(group, 1).payment.id;
    await rows(app, `UPDATE payments SET expires_at = now() - interval '1 minute' WHERE id = $1`, [late]);
    await expirePayments(app.server.app.deps);
    const seen = await groupOf(guest, group.id);
    expect(seen.participants.map(({ payment }) => payment.status)).toEqual([
      'PENDING',
      'CANCELLED',
      'PENDING',
    ]);
    expect(stripeIntents(app, group).map(([intent]) => intent?.status === 'canceled')).toEqual([
      false,
      true,
      false,
    ]);
    expect((await billOf(guest, session)).summary.availableMinor).toBe(1000);
  });

  test('its tip follows until it is paid, and its row with it', async () => {
    const { guest, group } = await threeGuests();
    const { payment } = nth(group, 0);
    await guest.payments.changeTip.mutate({ paymentId: payment.id, tipMinor: 333, idempotencyKey: newKey() });
    expect(nth(await groupOf(guest, group.id), 0)).toMatchObject({ amountMinor: 1000, tipMinor: 333 });
  });

  test('a refund of a paid share shows as money that is missing again', async () => {
    const { guest, staff, group } = await threeGuests();
    const paid = await payShareOf(app, guest, nth(await groupOf(guest, group.id), 0));
    await staff.refunds.create.mutate({
      paymentId: paid.id,
      amountMinor: 400,
      reason: 'Cold soup',
      idempotencyKey: newKey(),
    });
    await waitForStatus(guest, paid.id, 'PARTIALLY_REFUNDED');
    expect(await groupOf(guest, group.id)).toMatchObject({
      paidMinor: 600,
      remainingMinor: 2400,
      refundsProcessed: 1,
    });
  });
});

describe('staff take a share in cash', () => {
  const take = (
    client: Awaited<ReturnType<typeof threeGuests>>['staff'],
    groupId: string,
    participantId: string,
    more = {},
  ) => client.splits.takeCash.mutate({ groupId, participantId, idempotencyKey: newKey(), ...more });

  test('the open intent is cancelled first, then the drawer has the money, change checked', async () => {
    const { staff, guest, group } = await threeGuests();
    const share = nth(group, 1);
    const after = await take(staff, group.id, share.id, { tenderedMinor: 2000, changeMinor: 1000 });
    expect(nth(after, 1)).toMatchObject({ hasPaid: true, payment: { status: 'COMPLETED', method: 'CASH' } });
    expect(stripeIntents(app, group)[1]?.map(({ status }) => status)).toEqual(['canceled']);
    expect(await groupOf(guest, group.id)).toMatchObject({ paidMinor: 1000, paidCount: 1, state: 'OPEN' });
  });

  test('also after a decline, and of a share that was to be cash all along', async () => {
    const { staff, mate, group } = await threeGuests();
    const share = nth(await groupOf(mate, group.id), 1);
    await payWithCard(app, share.payment, 'pm_card_chargeDeclined');
    await waitForStatus(mate, share.payment.id, 'FAILED');
    expect(nth(await take(staff, group.id, share.id), 1).hasPaid).toBe(true);
    const other = await splitScene(app);
    const withCash = await split(other.guest, other.orderId, [1000, { amountMinor: 2000, method: 'CASH' }]);
    expect(nth(await take(other.staff, withCash.id, nth(withCash, 1).id), 1).hasPaid).toBe(true);
  });

  test('once: a repeat with the same key, and another one, leave one receipt', async () => {
    const { staff, group } = await threeGuests();
    const share = nth(group, 1);
    const idempotencyKey = newKey();
    const first = await take(staff, group.id, share.id, { idempotencyKey });
    expect(await take(staff, group.id, share.id, { idempotencyKey })).toEqual(first);
    expect(nth(await take(staff, group.id, share.id), 1).payment.receiptNumber).toBe(
      nth(first, 1).payment.receiptNumber,
    );
  });

  test('a lost answer of the cancellation is made good by the repeat: never cash and card', async () => {
    const { staff, group } = await threeGuests();
    const share = nth(group, 1);
    app.simulator.control.addFault({
      kind: 'lost_answer',
      times: 2,
      method: 'POST',
      pathPattern: '/v1/payment_intents/*/cancel',
    });
    const idempotencyKey = newKey();
    const first = await take(staff, group.id, share.id, { idempotencyKey }).catch(() => null);
    const again = first ?? (await take(staff, group.id, share.id, { idempotencyKey }));
    expect(nth(again, 1)).toMatchObject({ hasPaid: true, payment: { method: 'CASH' } });
    expect(stripeIntents(app, group)[1]?.[0]?.amount_received).toBe(0);
  });

  test('refused: paid by card, the wrong change, a guest, another restaurant’s staff, nobody’s share', async () => {
    const { staff, guest, group } = await threeGuests();
    await payShareOf(app, guest, nth(await groupOf(guest, group.id), 0));
    expect(await refusedWith(take(staff, group.id, nth(group, 0).id))).toMatchObject({
      appCode: 'ILLEGAL_TRANSITION',
    });
    expect(await refusedWith(take(staff, group.id, nth(group, 1).id, { tenderedMinor: 900 }))).toMatchObject({
      appCode: 'AMOUNT_MISMATCH',
    });
    expect(await refusedWith(take(guest, group.id, nth(group, 1).id))).toMatchObject({ code: 'FORBIDDEN' });
    const elsewhere = await splitScene(app);
    expect(await refusedWith(take(elsewhere.staff, group.id, nth(group, 1).id))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
    expect(await refusedWith(take(staff, group.id, otherId()))).toMatchObject({ appCode: 'NOT_FOUND' });
  });
});

describe('a reminder', () => {
  const reminders = (paymentId: string) =>
    rows<{ kind: string; recipient_email: string | null }>(
      app,
      `SELECT kind, recipient_email FROM notifications WHERE payment_id = $1 AND kind = 'SHARE_REMINDER'`,
      [paymentId],
    );

  test('goes to the address that was given for the participant, once per key', async () => {
    const scene = await splitScene(app);
    const group = await split(scene.guest, scene.orderId, [
      { amountMinor: 1000, email: 'ada@example.org' },
      { amountMinor: 2000, name: 'Bob' },
    ]);
    const { id: participantId, payment } = nth(group, 0);
    const input = { groupId: group.id, participantId, idempotencyKey: newKey() };
    expect(await scene.staff.splits.remind.mutate(input)).toEqual({ queued: true });
    expect(await scene.staff.splits.remind.mutate(input)).toEqual({ queued: true });
    expect(await reminders(payment.id)).toEqual([
      { kind: 'SHARE_REMINDER', recipient_email: 'ada@example.org' },
    ]);
    await scene.staff.splits.remind.mutate({ ...input, idempotencyKey: newKey() });
    expect(await reminders(payment.id)).toHaveLength(2);
    const nobody = { ...input, participantId: nth(group, 1).id, idempotencyKey: newKey() };
    expect(await scene.staff.splits.remind.mutate(nobody)).toEqual({ queued: false });
  });

  test('is not sent where the restaurant has switched reminders off', async () => {
    const scene = await splitScene(app);
    const group = await split(scene.guest, scene.orderId, [
      { amountMinor: 1000, email: 'ada@example.org' },
      { amountMinor: 2000 },
    ]);
    const owner = await app.asOwner(scene.at.ownerId);
    const { restaurantId } = scene.at;
    await owner.settings.change.mutate({
      restaurantId,
      splitRemindersEnabled: false,
      idempotencyKey: newKey(),
    });
    const input = { groupId: group.id, participantId: nth(group, 0).id, idempotencyKey: newKey() };
    expect(await scene.staff.splits.remind.mutate(input)).toEqual({ queued: false });
  });

  test('is refused for a paid share, to guests, and for nobody', async () => {
    const { staff, guest, group } = await threeGuests();
    await payShareOf(app, guest, nth(await groupOf(guest, group.id), 0));
    const remind = (client: typeof staff, participantId: string) =>
      refusedWith(
        client.splits.remind.mutate({ groupId: group.id, participantId, idempotencyKey: newKey() }),
      );
    expect(await remind(staff, nth(group, 0).id)).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
    expect(await remind(guest, nth(group, 1).id)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await remind(staff, otherId())).toMatchObject({ appCode: 'NOT_FOUND' });
  });
});

describe('the restaurant’s list', () => {
  test('pages through its own groups, newest first, filtered by state', async () => {
    const scene = await splitScene(app);
    const first = await split(scene.guest, scene.orderId, guestsTenEach(scene));
    await scene.staff.splits.cancel.mutate({ groupId: first.id, idempotencyKey: newKey() });
    const second = await split(scene.guest, scene.orderId, [1000, 2000]);
    const { restaurantId } = scene.at;
    const page = await scene.staff.splits.list.query({ restaurantId, limit: 1 });
    expect(page.items.map(({ id }) => id)).toEqual([second.id]);
    const rest = await scene.staff.splits.list.query({ limit: 1, cursor: page.nextCursor ?? '' });
    expect(rest).toMatchObject({ items: [{ id: first.id, state: 'CANCELLED' }], nextCursor: null });
    const open = await scene.staff.splits.list.query({ restaurantId, state: ['OPEN'] });
    expect(open.items.map(({ id }) => id)).toEqual([second.id]);
    expect(open.items[0]?.participants.every(({ payment }) => payment.clientSecret === null)).toBe(true);
  });

  test('is nobody else’s', async () => {
    const scene = await splitScene(app);
    const elsewhere = await splitScene(app);
    const { restaurantId } = scene.at;
    expect(await refusedWith(elsewhere.staff.splits.list.query({ restaurantId }))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
    expect(await refusedWith(scene.guest.splits.list.query({}))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusedWith(scene.staff.splits.list.query({ cursor: 'nonsense!' }))).toMatchObject({
      appCode: 'CURSOR_INVALID',
    });
  });
});

describe('who may look', () => {
  test('the table, its participants and the restaurant; to all others there is no such group', async () => {
    const { guest, mate, staff, group } = await threeGuests();
    for (const client of [guest, mate, staff, await app.asAdmin()]) {
      expect((await groupOf(client, group.id)).id).toBe(group.id);
    }
    const elsewhere = await splitScene(app);
    expect(await refusedWith(groupOf(elsewhere.guest, group.id))).toMatchObject({ appCode: 'NOT_FOUND' });
    expect(await refusedWith(groupOf(await app.asCustomer(otherId()), group.id))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
    expect(await refusedWith(groupOf(app.anonymous(), group.id))).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await refusedWith(groupOf(guest, otherId()))).toMatchObject({ appCode: 'NOT_FOUND' });
  });

  test('also after the table has closed', async () => {
    const scene = await threeGuests();
    await syncSession(scene, { status: 'CLOSED' });
    expect((await groupOf(scene.guest, scene.group.id)).participantCount).toBe(3);
  });
});
