import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { liveEvent } from '@/services/live/events';
import {
  newKey,
  payWithCard,
  seedOrder,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import {
  intentsOfOrder,
  otherId,
  pay,
  paymentsOfOrder,
  rows,
  setScene,
  syncOrder,
  syncSession,
} from '../payments/support';
import { billOf, payTable, refusedWith, tableOfTen } from '../table-sessions/support';
import {
  eventsOf,
  groupOf,
  guestsTenEach,
  nth,
  payShareOf,
  split,
  splitScene,
  splitTable,
  stripeIntents,
  whenState,
} from './support';

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

describe('a bill of 30.00 divided among three guests', () => {
  test('becomes one payment and one intent each, one group, nothing left to hold', async () => {
    const scene = await splitScene(app);
    const group = await split(scene.guest, scene.orderId, guestsTenEach(scene));
    expect(group).toMatchObject({
      state: 'OPEN',
      isComplete: false,
      totalMinor: 3000,
      paidMinor: 0,
      remainingMinor: 3000,
      progressPercent: 0,
      paidCount: 0,
      participantCount: 3,
      orderId: scene.orderId,
      tableSessionId: scene.session.sessionId,
    });
    for (const [n, { payment, ...participant }] of group.participants.entries()) {
      expect(participant).toMatchObject({ amountMinor: 1000, tipMinor: 0, hasPaid: false });
      expect(payment).toMatchObject({
        status: 'PENDING',
        totalMinor: 1000,
        guestPublicId: scene.publicIds[n],
        splitGroupId: group.id,
      });
    }
    expect(stripeIntents(app, group).map((intents) => intents.map(({ amount }) => amount))).toEqual([
      [1000],
      [1000],
      [1000],
    ]);
    expect((await billOf(scene.guest, scene.session)).summary).toMatchObject({
      heldMinor: 3000,
      availableMinor: 0,
    });
  });

  test('each guest gets the secret of their own share, and nobody that of another', async () => {
    const scene = await splitScene(app);
    const made = await split(scene.guest, scene.orderId, guestsTenEach(scene));
    for (const [n, client] of [scene.guest, scene.mate, scene.third].entries()) {
      const group = await groupOf(client, made.id);
      expect(group.participants.map(({ payment }) => payment.clientSecret !== null)).toEqual(
        [0, 1, 2].map((share) => share === n),
      );
    }
    expect(
      (await groupOf(scene.staff, made.id)).participants.every((p) => p.payment.clientSecret === null),
    ).toBe(true);
  });

  test('all pay at the same time: complete, the order PAID, and every share tells', async () => {
    const scene = await splitScene(app);
    const made = await split(scene.guest, scene.orderId, guestsTenEach(scene));
    const clients = [scene.guest, scene.mate, scene.third];
    await Promise.all(
      clients.map(async (client, n) => payShareOf(app, client, nth(await groupOf(client, made.id), n))),
    );
    const group = await whenState(scene.guest, made.id, 'COMPLETED');
    expect(group).toMatchObject({
      isComplete: true,
      paidMinor: 3000,
      remainingMinor: 0,
      paidCount: 3,
      progressPercent: 100,
    });
    expect(group.completedAt).not.toBeNull();
    expect(
      await rows(app, 'SELECT state FROM order_payment_states WHERE order_id = $1', [scene.orderId]),
    ).toEqual([{ state: 'PAID' }]);
    const events = await eventsOf(app, made.id);
    const count = (type: string) => events.filter((event) => event.type === type).length;
    expect(count('payment:split_created')).toBe(1);
    expect(count('payment:split_participant_updated')).toBe(3);
    expect(count('payment:split_progress')).toBe(3);
    expect(count('payment:split_completed')).toBe(1);
    expect(events.find((event) => event.type === 'payment:split_completed')).toMatchObject({
      paidMinor: 3000,
      paidParticipants: 3,
    });
    for (const event of events) expect(liveEvent.safeParse(event).error).toBeUndefined();
  });

  test('second guest pays first: it is their share that is paid, nobody else’s, and the order waits for the others', async () => {
    const scene = await splitScene(app);
    const made = await split(scene.guest, scene.orderId, guestsTenEach(scene));
    await payShareOf(app, scene.mate, nth(await groupOf(scene.mate, made.id), 1));
    const group = await groupOf(scene.guest, made.id);
    expect(group.participants.map(({ hasPaid }) => hasPaid)).toEqual([false, true, false]);
    expect(group).toMatchObject({
      state: 'OPEN',
      paidMinor: 1000,
      remainingMinor: 2000,
      paidCount: 1,
      progressPercent: 33,
    });
    expect(
      await rows(app, 'SELECT state FROM order_payment_states WHERE order_id = $1', [scene.orderId]),
    ).toEqual([{ state: 'PARTIALLY_PAID' }]);
  });
});

describe('participants', () => {
  test('known by name or e-mail alone pay with what their host’s phone shows; their e-mail is not the table’s business', async () => {
    const scene = await splitScene(app);
    const made = await split(scene.guest, scene.orderId, [
      { amountMinor: 1500, name: 'Ada', email: 'ada@example.org' },
      { amountMinor: 1500, email: 'bob@example.org' },
    ]);
    expect(
      made.participants.map(({ name, email, payment }) => [name, email, payment.clientSecret !== null]),
    ).toEqual([
      ['Ada', 'ada@example.org', true],
      [null, 'bob@example.org', true],
    ]);
    const seen = await groupOf(scene.mate, made.id);
    expect(seen.participants.map(({ name, email, payment }) => [name, email, payment.clientSecret])).toEqual([
      ['Ada', null, null],
      [null, null, null],
    ]);
    expect((await groupOf(scene.staff, made.id)).participants.map(({ email }) => email)).toEqual([
      'ada@example.org',
      'bob@example.org',
    ]);
    await payShareOf(app, scene.guest, nth(made, 0));
    await payShareOf(app, scene.guest, nth(made, 1));
    await whenState(scene.guest, made.id, 'COMPLETED');
  });

  test('tips come on top of the sum, and each method goes its way', async () => {
    const scene = await splitScene(app);
    const [own, mates] = scene.publicIds;
    const made = await split(scene.guest, scene.orderId, [
      { amountMinor: 1000, tipMinor: 250, guestPublicId: own },
      { amountMinor: 1200, method: 'DIGITAL_WALLET', guestPublicId: mates },
      { amountMinor: 800, tipMinor: 100, method: 'CASH', name: 'Cora' },
    ]);
    expect(
      made.participants.map(({ amountMinor, tipMinor, payment }) => [
        amountMinor,
        tipMinor,
        payment.totalMinor,
        payment.method,
      ]),
    ).toEqual([
      [1000, 250, 1250, 'CARD'],
      [1200, 0, 1200, 'DIGITAL_WALLET'],
      [800, 100, 900, 'CASH'],
    ]);
    expect(made.totalMinor).toBe(3000);
    await scene.staff.cash.confirm.mutate({ paymentId: nth(made, 2).payment.id, idempotencyKey: newKey() });
    await payShareOf(app, scene.guest, nth(made, 0));
    expect(await groupOf(scene.guest, made.id)).toMatchObject({ paidMinor: 1800, remainingMinor: 1200 });
  });

  test('a customer of the bill may be named; a stranger’s account only by the restaurant', async () => {
    const customerId = `customer-${otherId()}`;
    const { service, at, staff } = await splitScene(app);
    const orderId = await seedOrder(service, at, { customerId, subtotalMinor: 2000, taxMinor: 0 });
    const customer = await app.asCustomer(customerId);
    const stranger = `customer-${otherId()}`;
    const parts = [
      { amountMinor: 1000, customerId },
      { amountMinor: 1000, customerId: stranger },
    ];
    expect(await refusedWith(split(customer, orderId, parts))).toMatchObject({ appCode: 'NOT_FOUND' });
    const made = await split(staff, orderId, parts);
    const own = nth(await groupOf(customer, made.id), 0);
    expect(own.payment).toMatchObject({ customerId, clientSecret: expect.any(String) });
    const other = await groupOf(await app.asCustomer(stranger), made.id);
    expect(nth(other, 1).payment.clientSecret).toEqual(expect.any(String));
    expect(nth(other, 0).payment.clientSecret).toBeNull();
  });

  test('have one share each, sit at this table, and are named in one way', async () => {
    const scene = await splitScene(app);
    const elsewhere = await splitScene(app);
    const [own] = scene.publicIds;
    const twice = [
      { amountMinor: 1000, guestPublicId: own },
      { amountMinor: 2000, guestPublicId: own },
    ];
    expect(await refusedWith(split(scene.guest, scene.orderId, twice))).toMatchObject({
      appCode: 'INVALID_INPUT',
    });
    const foreign = [1000, { amountMinor: 2000, guestPublicId: elsewhere.publicIds[0] }];
    expect(await refusedWith(split(scene.guest, scene.orderId, foreign))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
    const both = [1000, { amountMinor: 2000, guestPublicId: own, customerId: 'c-1' }];
    expect(await refusedWith(split(scene.guest, scene.orderId, both))).toMatchObject({
      appCode: 'INVALID_INPUT',
    });
    expect(await paymentsOfOrder(app, scene.orderId)).toEqual([]);
  });
});

describe('the parts must sum to what is due', () => {
  test('a split of 3000 and -500 is refused before anything is stored or created', async () => {
    const scene = await splitScene(app, { subtotalMinor: 2500, taxMinor: 0 });
    expect(await refusedWith(split(scene.guest, scene.orderId, [3000, -500]))).toMatchObject({
      appCode: 'INVALID_INPUT',
    });
    expect(await paymentsOfOrder(app, scene.orderId)).toEqual([]);
    expect(intentsOfOrder(app, scene.orderId)).toEqual([]);
  });

  test.each([[[1000, 1999]], [[1000, 2001]], [[3000, 3000]]])(
    '%j of 3000: AMOUNT_MISMATCH with both sums',
    async (parts) => {
      const scene = await splitScene(app);
      expect(await refusedWith(split(scene.guest, scene.orderId, parts))).toEqual({
        code: 'BAD_REQUEST',
        appCode: 'AMOUNT_MISMATCH',
        details: { sentMinor: (parts[0] ?? 0) + (parts[1] ?? 0), dueMinor: 3000 },
      });
    },
  );

  test.each([[[3000]], [[]], [[0, 3000]], [[1.5, 2998.5]]])('%j: INVALID_INPUT', async (parts) => {
    const scene = await splitScene(app);
    expect(await refusedWith(split(scene.guest, scene.orderId, parts))).toMatchObject({
      appCode: 'INVALID_INPUT',
    });
  });

  test('what is paid already is no part of it', async () => {
    const scene = await splitScene(app);
    const first = await payTable(scene.guest, scene.session, { shareMinor: 1000 });
    await payWithCard(app, first);
    await waitForStatus(scene.guest, first.id, 'COMPLETED');
    const made = await split(scene.mate, scene.orderId, [1200, 800]);
    expect(made.totalMinor).toBe(2000);
  });
});

describe('is refused', () => {
  test('while somebody holds a part of the bill: BALANCE_HELD, with what is left', async () => {
    const scene = await splitScene(app);
    await payTable(scene.mate, scene.session, { shareMinor: 1000 });
    expect(await refusedWith(split(scene.guest, scene.orderId, [1500, 1500]))).toEqual({
      code: 'CONFLICT',
      appCode: 'BALANCE_HELD',
      details: { dueMinor: 3000, availableMinor: 2000 },
    });
    expect(await refusedWith(split(scene.guest, scene.orderId, [1000, 1000]))).toMatchObject({
      appCode: 'BALANCE_HELD',
    });
  });

  test('when a share by card is below the minimum, whole or not at all; cash takes it', async () => {
    const scene = await splitScene(app);
    expect(await refusedWith(split(scene.guest, scene.orderId, [2951, 49]))).toMatchObject({
      appCode: 'AMOUNT_BELOW_MINIMUM',
    });
    expect(await paymentsOfOrder(app, scene.orderId)).toEqual([]);
    const made = await split(scene.guest, scene.orderId, [2951, { amountMinor: 49, method: 'CASH' }]);
    expect(made.participantCount).toBe(2);
  });

  test('a tiny share by card passes with a tip that lifts it to the minimum', async () => {
    const scene = await splitScene(app);
    const made = await split(scene.guest, scene.orderId, [2999, { amountMinor: 1, tipMinor: 49 }]);
    expect(nth(made, 1).payment.totalMinor).toBe(50);
  });

  test('in another currency, when all is paid, when the order is cancelled, the table closed, or another’s', async () => {
    const scene = await splitScene(app);
    const input = { orderId: scene.orderId, parts: [{ amountMinor: 1500 }, { amountMinor: 1500 }] };
    expect(
      await refusedWith(
        scene.guest.splits.create.mutate({ ...input, currency: 'EUR', idempotencyKey: newKey() }),
      ),
    ).toMatchObject({ appCode: 'CURRENCY_MISMATCH' });
    expect(await refusedWith(split(app.anonymous(), scene.orderId, [1500, 1500]))).toMatchObject({
      code: 'UNAUTHORIZED',
    });
    const stranger = await splitScene(app);
    expect(await refusedWith(split(stranger.guest, scene.orderId, [1500, 1500]))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
    const paid = await pay(stranger.guest, stranger.orderId);
    await payWithCard(app, paid);
    await waitForStatus(stranger.guest, paid.id, 'COMPLETED');
    expect(await refusedWith(split(stranger.guest, stranger.orderId, [1500, 1500]))).toMatchObject({
      appCode: 'NOTHING_DUE',
    });
    await syncOrder(scene, { status: 'CANCELLED', subtotalMinor: 2700, taxMinor: 300 });
    expect(await refusedWith(split(scene.guest, scene.orderId, [1500, 1500]))).toMatchObject({
      appCode: 'ORDER_CANCELLED',
    });
    await syncSession(stranger, { status: 'CLOSED' });
    expect(await refusedWith(split(stranger.guest, stranger.orderId, [1500, 1500]))).toMatchObject({
      appCode: 'SESSION_CLOSED',
    });
    expect(await refusedWith(splitTable(stranger.guest, stranger.session, [1500, 1500]))).toMatchObject({
      appCode: 'SESSION_CLOSED',
    });
  });
});

describe('once', () => {
  test('the same key answers the same group, other input with it is refused', async () => {
    const scene = await splitScene(app);
    const key = newKey();
    const first = await split(scene.guest, scene.orderId, [1000, 2000], key);
    expect(await split(scene.guest, scene.orderId, [1000, 2000], key)).toEqual(first);
    expect(await refusedWith(split(scene.guest, scene.orderId, [2000, 1000], key))).toMatchObject({
      appCode: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect(await paymentsOfOrder(app, scene.orderId)).toHaveLength(2);
  });

  test('a second tap with another key answers the open group; somebody else’s split of the same bill is refused', async () => {
    const scene = await splitScene(app);
    const first = await split(scene.guest, scene.orderId, [1000, 2000]);
    expect(await split(scene.guest, scene.orderId, [1000, 2000])).toEqual(first);
    expect(await refusedWith(split(scene.mate, scene.orderId, [1000, 2000]))).toMatchObject({
      appCode: 'BALANCE_HELD',
    });
    expect(await refusedWith(split(scene.guest, scene.orderId, [1500, 1500]))).toMatchObject({
      appCode: 'BALANCE_HELD',
    });
  });
});

describe('a table’s bill of several orders', () => {
  test('is allotted to the cent: both orders are exactly PAID when all have paid', async () => {
    const { guest, session, orderId, secondOrderId } = await tableOfTen(app);
    const made = await splitTable(guest, session, [334, 333, 333]);
    expect(made).toMatchObject({ totalMinor: 1000, tableSessionId: session.sessionId });
    expect(made.participants.map(({ payment }) => payment.scope)).toEqual(Array(3).fill('TABLE_SESSION'));
    for (const participant of made.participants) await payShareOf(app, guest, participant);
    await whenState(guest, made.id, 'COMPLETED');
    expect(
      await rows(app, 'SELECT state FROM order_payment_states WHERE order_id = ANY ($1)', [
        [orderId, secondOrderId],
      ]),
    ).toEqual([{ state: 'PAID' }, { state: 'PAID' }]);
  });

  test('or of the orders that are named', async () => {
    const { guest, mate, session, orderId, secondOrderId } = await tableOfTen(app);
    const made = await splitTable(guest, session, [300, 300], { orderIds: [orderId] });
    expect(made.totalMinor).toBe(600);
    expect((await pay(mate, secondOrderId)).totalMinor).toBe(400);
  });

  test('shares expire after SPLIT_HOLD_MINUTES, those of a single order after PAYMENT_TIMEOUT_MINUTES', async () => {
    const scene = await tableOfTen(app);
    const minutes = (from: string, to: string | null) =>
      Math.round((Date.parse(to ?? '') - Date.parse(from)) / 60_000);
    const table = nth(await splitTable(scene.guest, scene.session, [500, 500]), 0).payment;
    expect(minutes(table.createdAt, table.expiresAt)).toBe(15);
    const other = await setScene(app);
    const single = nth(await split(other.guest, other.orderId, [1700, 1000]), 0).payment;
    expect(minutes(single.createdAt, single.expiresAt)).toBe(60);
  });
});

describe('when the processor is in trouble', () => {
  test('one participant’s refusal leaves the others as they are and frees only its share', async () => {
    // Above what Stripe takes at once, where the restaurant's own limit allows it.
    const scene = await splitScene(app, { subtotalMinor: 100_002_001, taxMinor: 0 });
    await rows(app, 'UPDATE restaurants SET max_payment_amount = 2000000000 WHERE id = $1', [
      scene.at.restaurantId,
    ]);
    const made = await split(scene.guest, scene.orderId, [1000, 100_000_001, 1000]);
    expect(made.participants.map(({ payment }) => payment.status)).toEqual([
      'PENDING',
      'CANCELLED',
      'PENDING',
    ]);
    expect(made.state).toBe('OPEN');
    expect((await billOf(scene.guest, scene.session)).summary).toMatchObject({
      heldMinor: 2000,
      availableMinor: 100_000_001,
    });
  });

  test('a lost answer leaves a share to the repeat, which finds its one intent', async () => {
    const scene = await splitScene(app);
    app.simulator.control.addFault({
      kind: 'lost_answer',
      times: 3,
      method: 'POST',
      pathPattern: '/v1/payment_intents',
    });
    const key = newKey();
    const made = await split(scene.guest, scene.orderId, [1000, 2000], key);
    expect(made.participants).toHaveLength(2);
    const again = await waitFor('the repeat brings both up', async () => {
      const group = await split(scene.guest, scene.orderId, [1000, 2000], key);
      return group.participants.every(({ payment }) => payment.clientSecret !== null) ? group : null;
    });
    expect(stripeIntents(app, again).map((intents) => intents.length)).toEqual([1, 1]);
  });
});
