import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  newKey,
  payWithCard,
  seedOrder,
  seedSession,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { intentsOf, pay, rows, setScene, syncOrder, syncSession } from '../payments/support';
import { billOf, payShare, payTable, refusedWith, tableOfTen } from './support';

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

describe('a share of the table’s bill', () => {
  test('three payers of 10.00 at once pay 3.34, 3.33 and 3.33, and the bill is exactly 0', async () => {
    const { guest, mate, third, session } = await tableOfTen(app);
    const payers = [guest, mate, third];
    const payments = await Promise.all(
      [334, 333, 333].map((shareMinor, i) => payTable(payers[i] ?? guest, session, { shareMinor })),
    );
    expect(payments.map((p) => p.totalMinor)).toEqual([334, 333, 333]);
    expect((await billOf(guest, session)).summary).toMatchObject({
      remainingMinor: 1000,
      heldMinor: 1000,
      availableMinor: 0,
    });
    await Promise.all(payments.map((payment) => payWithCard(app, payment)));
    for (const [i, payment] of payments.entries()) {
      await waitForStatus(payers[i] ?? guest, payment.id, 'COMPLETED');
    }
    expect((await billOf(guest, session)).summary).toMatchObject({
      grandTotalMinor: 1000,
      paidMinor: 1000,
      remainingMinor: 0,
      isFullyPaid: true,
    });
  });

  test('covers every order by its size, and both orders know their part', async () => {
    const { guest, session, orderId, secondOrderId } = await tableOfTen(app);
    const payment = await payShare(app, guest, session, 500);
    expect(payment).toMatchObject({
      scope: 'TABLE_SESSION',
      totalMinor: 500,
      tableSessionId: session.sessionId,
    });
    const { rounds } = await billOf(guest, session);
    const parts = Object.fromEntries(rounds[0]?.orders.map((o) => [o.id, o.paidMinor]) ?? []);
    expect(parts).toEqual({ [orderId]: 300, [secondOrderId]: 200 });
    for (const [id, allocatedMinor] of [
      [orderId, 300],
      [secondOrderId, 200],
    ] as const) {
      expect(await guest.payments.listForOrder.query({ orderId: id })).toMatchObject([
        { id: payment.id, allocatedMinor },
      ]);
    }
  });

  test('adds the own tip to the charge, not to the bill', async () => {
    const { guest, session } = await tableOfTen(app);
    const payment = await payTable(guest, session, { shareMinor: 400, tipMinor: 55 });
    expect(payment).toMatchObject({ tipMinor: 55, totalMinor: 455 });
    expect(payment.orders.reduce((sum, o) => sum + o.allocatedMinor, 0)).toBe(400);
    expect(intentsOf(app, payment.id)[0]?.amount).toBe(455);
  });

  test('whose second order shrank before it was paid: the work list names that order', async () => {
    const table = await tableOfTen(app);
    const { guest, session, secondOrderId } = table;
    const payment = await payTable(guest, session, {});
    await syncOrder({ ...table, orderId: secondOrderId }, { subtotalMinor: 150, taxMinor: 0, tipMinor: 0 });
    await payWithCard(app, payment);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    const found = await rows(app, 'SELECT reason, order_id FROM discrepancies WHERE payment_id = $1', [
      payment.id,
    ]);
    expect(found).toEqual([{ reason: 'OVER_COLLECTED', order_id: secondOrderId }]);
  });

  test('of some orders only leaves the others alone', async () => {
    const { guest, session, orderId, secondOrderId } = await tableOfTen(app);
    const payment = await payTable(guest, session, { orderIds: [secondOrderId] });
    expect(payment).toMatchObject({ totalMinor: 400, orderId: secondOrderId });
    expect(payment.orders).toEqual([{ orderId: secondOrderId, allocatedMinor: 400, refundedMinor: 0 }]);
    expect(await guest.orders.get.query({ orderId })).toMatchObject({ heldMinor: 0, remainingMinor: 600 });
  });

  test('names the first order that it covers, not one that is paid already', async () => {
    const { guest, staff, session, orderId, secondOrderId } = await tableOfTen(app);
    const [first, second] = [orderId, secondOrderId].sort();
    await staff.cash.record.mutate({ orderId: first ?? '', idempotencyKey: newKey() });
    const payment = await payTable(guest, session);
    expect(payment.orderId).toBe(second);
    expect(payment.orders.map((o) => o.orderId)).toEqual([second]);
  });

  test('leaves out a cancelled order', async () => {
    const scene = await tableOfTen(app);
    await syncOrder(scene, { status: 'CANCELLED', subtotalMinor: 540, taxMinor: 60 });
    expect(await payTable(scene.guest, scene.session)).toMatchObject({
      totalMinor: 400,
      orderId: scene.secondOrderId,
    });
  });

  test('holds for the shorter time of a split, an order’s payment for the longer', async () => {
    const { guest, mate, session, orderId } = await tableOfTen(app);
    const minutes = (p: { createdAt: string; expiresAt: string | null }) =>
      Math.round((Date.parse(p.expiresAt ?? '') - Date.parse(p.createdAt)) / 60_000);
    expect(minutes(await payTable(guest, session, { shareMinor: 100 }))).toBe(15);
    const scene = await setScene(app);
    expect(minutes(await pay(scene.guest, scene.orderId))).toBe(60);
    expect((await refusedWith(pay(mate, orderId))).appCode).toBe('BALANCE_HELD');
  });

  test('may be paid by staff and by a signed-in customer at the table', async () => {
    const { staff, session } = await tableOfTen(app);
    const customer = await app.asCustomer(`customer-${newKey()}`, session.guests[1]);
    expect(await payTable(staff, session, { shareMinor: 300 })).toMatchObject({ guestPublicId: null });
    expect((await payTable(customer, session, { shareMinor: 300 })).guestPublicId).not.toBeNull();
  });
});

describe('a payer has one open payment at a table', () => {
  test('a repeat answers it, whatever the key', async () => {
    const { guest, session } = await tableOfTen(app);
    const first = await payTable(guest, session, { shareMinor: 500 });
    expect((await payTable(guest, session, { shareMinor: 500 })).id).toBe(first.id);
    expect((await billOf(guest, session)).summary.heldMinor).toBe(500);
  });

  test('its tip follows, its secret stays', async () => {
    const { guest, session } = await tableOfTen(app);
    const first = await payTable(guest, session, { shareMinor: 500, tipMinor: 10 });
    const again = await payTable(guest, session, { shareMinor: 500, tipMinor: 60 });
    expect(again).toMatchObject({
      id: first.id,
      tipMinor: 60,
      totalMinor: 560,
      clientSecret: first.clientSecret,
    });
    expect(intentsOf(app, first.id)[0]?.amount).toBe(560);
  });

  test('another share replaces it', async () => {
    const { guest, session } = await tableOfTen(app);
    const first = await payTable(guest, session, { shareMinor: 500 });
    const next = await payTable(guest, session, { shareMinor: 900 });
    expect(next.id).not.toBe(first.id);
    expect(await guest.payments.get.query({ paymentId: first.id })).toMatchObject({ status: 'CANCELLED' });
    expect((await billOf(guest, session)).summary.heldMinor).toBe(900);
  });

  test('one that would be refused does not replace it', async () => {
    const { guest, mate, session } = await tableOfTen(app);
    const first = await payTable(guest, session, { shareMinor: 500 });
    await payTable(mate, session, { shareMinor: 200 });
    expect(await refusedWith(payTable(guest, session))).toMatchObject({
      appCode: 'BALANCE_HELD',
      details: { availableMinor: 800 },
    });
    expect(await refusedWith(payTable(guest, session, { shareMinor: 801 }))).toMatchObject({
      appCode: 'AMOUNT_ABOVE_AVAILABLE',
    });
    expect(await guest.payments.get.query({ paymentId: first.id })).toMatchObject({ status: 'PENDING' });
    expect((await payTable(guest, session, { shareMinor: 800 })).totalMinor).toBe(800);
  });

  test('other orders replace it', async () => {
    const { guest, session, orderId, secondOrderId } = await tableOfTen(app);
    const first = await payTable(guest, session, { orderIds: [orderId] });
    const next = await payTable(guest, session, { orderIds: [secondOrderId] });
    expect(next.orders.map((o) => o.orderId)).toEqual([secondOrderId]);
    expect(await guest.payments.get.query({ paymentId: first.id })).toMatchObject({ status: 'CANCELLED' });
  });

  test('cash replaces a card and a card replaces cash', async () => {
    const { guest, session } = await tableOfTen(app);
    const card = await payTable(guest, session, { shareMinor: 500 });
    const cash = await payTable(guest, session, { shareMinor: 500, method: 'CASH' });
    expect(cash).toMatchObject({ method: 'CASH', provider: 'CASH', status: 'PENDING', clientSecret: null });
    expect(intentsOf(app, card.id)[0]?.status).toBe('canceled');
    const again = await payTable(guest, session, { shareMinor: 500 });
    expect(again).toMatchObject({ method: 'CARD', status: 'PENDING' });
    expect((await billOf(guest, session)).summary.heldMinor).toBe(500);
  });

  test('an open payment of one of the orders makes way for the table’s', async () => {
    const { guest, session, orderId } = await tableOfTen(app);
    const single = await pay(guest, orderId);
    const table = await payTable(guest, session);
    expect(table.totalMinor).toBe(1000);
    expect(await guest.payments.get.query({ paymentId: single.id })).toMatchObject({ status: 'CANCELLED' });
  });

  test('the table’s makes way for a payment of one order by itself, by card or in cash, if that can be', async () => {
    const { guest, mate, session, orderId, secondOrderId } = await tableOfTen(app);
    const table = await payTable(guest, session, { shareMinor: 500 });
    expect((await pay(guest, orderId)).totalMinor).toBe(600);
    expect(await guest.payments.get.query({ paymentId: table.id })).toMatchObject({ status: 'CANCELLED' });
    const again = await payTable(guest, session, { shareMinor: 500 });
    const cash = await guest.cash.request.mutate({ orderId: secondOrderId, idempotencyKey: newKey() });
    expect(cash.totalMinor).toBe(400);
    expect(await guest.payments.get.query({ paymentId: again.id })).toMatchObject({ status: 'CANCELLED' });
    const mates = await payTable(mate, session, { orderIds: [orderId], shareMinor: 300 });
    const last = await payTable(guest, session, { orderIds: [orderId], shareMinor: 100 });
    expect(await refusedWith(pay(guest, orderId))).toMatchObject({ appCode: 'BALANCE_HELD' });
    for (const { id } of [mates, last]) {
      expect(await mate.payments.get.query({ paymentId: id })).toMatchObject({ status: 'PENDING' });
    }
  });

  test('one that is being processed is answered as it is', async () => {
    const { guest, session } = await tableOfTen(app);
    const first = await payTable(guest, session, { shareMinor: 500 });
    await rows(app, `UPDATE payments SET status = 'PROCESSING' WHERE id = $1`, [first.id]);
    expect((await payTable(guest, session, { shareMinor: 900 })).id).toBe(first.id);
    await rows(app, `UPDATE payments SET status = 'PENDING' WHERE id = $1`, [first.id]);
  });

  test('the same key answers the same payment, with other input it is refused', async () => {
    const { guest, session } = await tableOfTen(app);
    const idempotencyKey = newKey();
    const first = await payTable(guest, session, { shareMinor: 500, idempotencyKey });
    expect(await payTable(guest, session, { shareMinor: 500, idempotencyKey })).toEqual(first);
    expect((await refusedWith(payTable(guest, session, { shareMinor: 400, idempotencyKey }))).appCode).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });
});

describe('what others hold is theirs', () => {
  test('a share above what is left is refused with what is left; that much is accepted', async () => {
    const { guest, mate, session } = await tableOfTen(app);
    await payTable(guest, session, { shareMinor: 700 });
    expect(await refusedWith(payTable(mate, session, { shareMinor: 301 }))).toEqual({
      code: 'BAD_REQUEST',
      appCode: 'AMOUNT_ABOVE_AVAILABLE',
      details: { dueMinor: 1000, availableMinor: 300 },
    });
    expect((await payTable(mate, session, { shareMinor: 300 })).totalMinor).toBe(300);
  });

  test('the whole bill is refused while another holds a part, and told what is left', async () => {
    const { guest, mate, session } = await tableOfTen(app);
    await payTable(guest, session, { shareMinor: 700 });
    expect(await refusedWith(payTable(mate, session))).toEqual({
      code: 'CONFLICT',
      appCode: 'BALANCE_HELD',
      details: { dueMinor: 1000, availableMinor: 300 },
    });
  });

  test('BALANCE_HELD to a share only when nothing at all is left', async () => {
    const { guest, mate, session } = await tableOfTen(app);
    await payTable(guest, session);
    expect(await refusedWith(payTable(mate, session, { shareMinor: 100 }))).toMatchObject({
      appCode: 'BALANCE_HELD',
      details: { availableMinor: 0 },
    });
  });

  test('a cancelled hold is free at once, and the last payer takes the exact rest', async () => {
    const { guest, mate, session } = await tableOfTen(app);
    const held = await payTable(guest, session, { shareMinor: 667 });
    await guest.payments.cancel.mutate({ paymentId: held.id, idempotencyKey: newKey() });
    await payShare(app, guest, session, 333);
    const last = await payTable(mate, session);
    expect(last.totalMinor).toBe(667);
    await payWithCard(app, last);
    await waitForStatus(mate, last.id, 'COMPLETED');
    expect((await billOf(mate, session)).summary).toMatchObject({ remainingMinor: 0, isFullyPaid: true });
    expect(await refusedWith(payTable(mate, session))).toMatchObject({ appCode: 'NOTHING_DUE' });
  });
});

describe('is refused', () => {
  test('at a closed table: SESSION_CLOSED, also to staff; reading goes on', async () => {
    const scene = await tableOfTen(app);
    await syncSession(scene, { status: 'CLOSED' });
    for (const client of [scene.guest, scene.staff]) {
      expect(await refusedWith(payTable(client, scene.session))).toMatchObject({
        code: 'PRECONDITION_FAILED',
        appCode: 'SESSION_CLOSED',
      });
    }
    expect((await billOf(scene.guest, scene.session)).session).toMatchObject({
      isClosed: true,
      isActive: false,
    });
  });

  test('at another table, and for an order of another table: as if there were none', async () => {
    const { guest, session, service, at } = await tableOfTen(app);
    const other = await seedSession(service, at);
    const foreignOrder = await seedOrder(service, at, { session: other });
    expect(await refusedWith(payTable(guest, other))).toMatchObject({ appCode: 'NOT_FOUND' });
    expect(await refusedWith(payTable(guest, { ...session, sessionId: 'undefined' }))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
    expect(await refusedWith(payTable(guest, session, { orderIds: [foreignOrder] }))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
  });

  test('where nothing was ordered yet: NOTHING_DUE', async () => {
    const { service, at } = await setScene(app);
    const empty = await seedSession(service, at);
    expect(await refusedWith(payTable(app.asGuest(empty.guests[0]), empty))).toMatchObject({
      appCode: 'NOTHING_DUE',
    });
  });

  test('by card below the minimum or leaving less than it; cash takes both', async () => {
    const { guest, session } = await tableOfTen(app);
    expect(await refusedWith(payTable(guest, session, { shareMinor: 49 }))).toMatchObject({
      appCode: 'AMOUNT_BELOW_MINIMUM',
    });
    expect(await refusedWith(payTable(guest, session, { shareMinor: 951 }))).toMatchObject({
      appCode: 'AMOUNT_BELOW_MINIMUM',
    });
    expect(await payTable(guest, session, { shareMinor: 49, method: 'CASH' })).toMatchObject({
      totalMinor: 49,
    });
  });

  test.each([{ shareMinor: 0 }, { shareMinor: 1.5 }, { shareMinor: -1 }, { orderIds: [] }, { tipMinor: -1 }])(
    'with input such as %o',
    async (input) => {
      const { guest, session } = await tableOfTen(app);
      expect(await refusedWith(payTable(guest, session, input))).toMatchObject({ appCode: 'INVALID_INPUT' });
    },
  );
});

describe('when the processor’s answer is lost', () => {
  test('the share stays held, and a repeat finds the one intent', async () => {
    const { guest, session } = await tableOfTen(app);
    app.simulator.control.addFault({
      kind: 'lost_answer',
      times: 1,
      method: 'POST',
      pathPattern: '/v1/payment_intents',
    });
    const input = { shareMinor: 500, idempotencyKey: newKey() };
    const first = await payTable(guest, session, input).catch(() => null);
    const again = await payTable(guest, session, input);
    expect(again).toMatchObject({ totalMinor: 500, status: 'PENDING' });
    expect(first === null || first.id === again.id).toBe(true);
    expect(intentsOf(app, again.id)).toHaveLength(1);
    expect((await billOf(guest, session)).summary.heldMinor).toBe(500);
  });
});
