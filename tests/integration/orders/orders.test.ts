import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  payWithCard,
  seedOrder,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { pay, rows, setScene, syncOrder, syncSession } from '../payments/support';
import { payShare, payTable, refusedWith, tableOfTen } from '../table-sessions/support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const tip = (client: Client, orderId: string, tipMinor: number, idempotencyKey: string = newKey()) =>
  client.orders.changeTip.mutate({ orderId, tipMinor, idempotencyKey });

/** A table whose order was placed by the first guest. */
async function ownOrder() {
  const scene = await setScene(app);
  const orderId = await seedOrder(scene.service, scene.at, {
    session: scene.session,
    guestSessionId: scene.session.guests[0],
  });
  return { ...scene, orderId };
}

describe('one order', () => {
  test('is answered whole: lines, amounts, who ordered, what is paid, held and left', async () => {
    const { guest, mate, session, orderId } = await ownOrder();
    const share = await payShare(app, guest, session, 600);
    await payTable(mate, session, { orderIds: [orderId], shareMinor: 500, tipMinor: 90 });
    const order = await guest.orders.get.query({ orderId });
    const part = share.totalMinor / 2;
    expect(order).toMatchObject({
      id: orderId,
      tableSessionId: session.sessionId,
      guestPublicId: share.guestPublicId,
      status: 'DELIVERED',
      currency: 'USD',
      subtotalMinor: 2500,
      taxMinor: 200,
      tipMinor: 0,
      totalMinor: 2700,
      paymentState: 'PARTIALLY_PAID',
      paidMinor: part,
      heldMinor: 500,
      remainingMinor: 2700 - part,
      isPaid: false,
    });
    expect(order.items.map((i) => i.quantity * i.unitMinor)).toEqual([1250, 1250]);
    expect(order.payments.map((p) => [p.status, p.allocatedMinor])).toEqual([
      ['COMPLETED', part],
      ['PENDING', 500],
    ]);
    expect(JSON.stringify(order)).not.toContain(session.guests[0]);
  });

  test('an order of another table or customer and an unknown one get the same NOT_FOUND', async () => {
    const { orderId } = await ownOrder();
    const other = await ownOrder();
    expect(await refusedWith(other.guest.orders.get.query({ orderId }))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
    expect(await refusedWith(other.guest.orders.get.query({ orderId: 'undefined' }))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
    expect(await refusedWith(other.guest.payments.listForOrder.query({ orderId }))).toMatchObject({
      appCode: 'NOT_FOUND',
    });
    expect(await refusedWith(app.anonymous().orders.get.query({ orderId }))).toMatchObject({
      appCode: 'UNAUTHENTICATED',
    });
  });
});

describe('the payments of an order', () => {
  test('are its own and the table’s with its part, newest first; the secret only of the caller’s own', async () => {
    const { guest, mate, session, orderId, secondOrderId } = await tableOfTen(app);
    const single = await pay(guest, orderId);
    await guest.payments.cancel.mutate({ paymentId: single.id, idempotencyKey: newKey() });
    const table = await payTable(mate, session, { shareMinor: 500 });
    const own = await mate.payments.listForOrder.query({ orderId });
    expect(own.map((p) => [p.id, p.allocatedMinor, p.clientSecret])).toEqual([
      [table.id, 300, table.clientSecret],
      [single.id, 600, null],
    ]);
    const others = await guest.payments.listForOrder.query({ orderId: secondOrderId });
    expect(others.map((p) => [p.id, p.allocatedMinor, p.clientSecret])).toEqual([[table.id, 200, null]]);
    expect([orderId, secondOrderId]).toContain(others[0]?.orderId);
  });
});

describe('the tip of an order', () => {
  test('changes its bill, for its guest and for staff, and the next payment covers it', async () => {
    const { guest, staff, orderId } = await ownOrder();
    expect(await tip(guest, orderId, 330)).toMatchObject({
      tipMinor: 330,
      totalMinor: 3030,
      remainingMinor: 3030,
    });
    expect(await tip(staff, orderId, 0)).toMatchObject({ tipMinor: 0, totalMinor: 2700 });
    await tip(guest, orderId, 500);
    const payment = await pay(guest, orderId);
    expect(payment).toMatchObject({ totalMinor: 3200, tipMinor: 500 });
    await payWithCard(app, payment);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    expect(await guest.orders.get.query({ orderId })).toMatchObject({
      paymentState: 'PAID',
      paidMinor: 3200,
    });
  });

  test('survives a later sync, which owns everything else', async () => {
    const scene = await setScene(app);
    await tip(scene.guest, scene.orderId, 330);
    await syncOrder(scene, { subtotalMinor: 1000, taxMinor: 80 });
    expect(await scene.guest.orders.get.query({ orderId: scene.orderId })).toMatchObject({
      tipMinor: 330,
      totalMinor: 1410,
    });
  });

  test('of an order that costs nothing makes it one that does', async () => {
    const scene = await setScene(app, { subtotalMinor: 0, taxMinor: 0 });
    expect(await scene.guest.orders.get.query({ orderId: scene.orderId })).toMatchObject({
      paymentState: 'PAID',
    });
    expect(await tip(scene.guest, scene.orderId, 100)).toMatchObject({
      paymentState: 'UNPAID',
      remainingMinor: 100,
    });
    expect(await tip(scene.guest, scene.orderId, 0)).toMatchObject({ paymentState: 'PAID' });
  });

  test('is written down with who changed it', async () => {
    const { guest, orderId } = await ownOrder();
    await tip(guest, orderId, 100);
    await tip(guest, orderId, 100);
    const log = await rows<{ actor: string; details: object }>(
      app,
      `SELECT actor, details FROM audit_log WHERE subject_id = $1 AND action = 'order.tip_changed'`,
      [orderId],
    );
    expect(log).toEqual([
      { actor: expect.stringMatching(/^guest:/), details: { fromMinor: 0, toMinor: 100 } },
    ]);
  });

  test('each key once: a late repeat does not undo a later change', async () => {
    const { guest, orderId } = await ownOrder();
    const key = newKey();
    await tip(guest, orderId, 100, key);
    await tip(guest, orderId, 200);
    expect((await tip(guest, orderId, 100, key)).tipMinor).toBe(200);
    expect(await refusedWith(tip(guest, orderId, 300, key))).toMatchObject({
      appCode: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('is refused while a part is held, naming the caller’s own payment that could change instead', async () => {
    const { guest, mate, session, orderId } = await ownOrder();
    await tip(guest, orderId, 50);
    const payment = await payTable(mate, session, { orderIds: [orderId], shareMinor: 500 });
    expect(await refusedWith(tip(guest, orderId, 100))).toEqual({
      code: 'CONFLICT',
      appCode: 'ILLEGAL_TRANSITION',
      details: { reason: 'HELD', ownPaymentId: null, tipMinor: 50 },
    });
    await mate.payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    const own = await pay(guest, orderId);
    expect((await refusedWith(tip(guest, orderId, 100))).details).toMatchObject({ ownPaymentId: own.id });
    expect((await tip(guest, orderId, 50)).tipMinor).toBe(50);
  });

  test('is refused once a part is paid', async () => {
    const { guest, session, orderId } = await ownOrder();
    const payment = await payTable(guest, session, { orderIds: [orderId], shareMinor: 500 });
    await payWithCard(app, payment);
    await waitForStatus(guest, payment.id, 'COMPLETED');
    expect(await refusedWith(tip(guest, orderId, 100))).toMatchObject({
      appCode: 'ILLEGAL_TRANSITION',
      details: { reason: 'PAID' },
    });
  });

  test('is refused to a mate whose order it is not, and to strangers; an order of nobody is everybody’s', async () => {
    const own = await ownOrder();
    expect(await refusedWith(tip(own.mate, own.orderId, 100))).toMatchObject({ code: 'FORBIDDEN' });
    const other = await setScene(app);
    expect(await refusedWith(tip(other.guest, own.orderId, 100))).toMatchObject({ appCode: 'NOT_FOUND' });
    expect((await tip(other.mate, other.orderId, 100)).tipMinor).toBe(100);
  });

  test('is refused for a cancelled order, a closed table, a negative or boundless tip', async () => {
    const scene = await setScene(app);
    expect(await refusedWith(tip(scene.guest, scene.orderId, -1))).toMatchObject({
      appCode: 'INVALID_INPUT',
    });
    expect(await refusedWith(tip(scene.guest, scene.orderId, 2_147_483_647))).toMatchObject({
      appCode: 'AMOUNT_ABOVE_MAXIMUM',
    });
    await syncOrder(scene, { status: 'CANCELLED' });
    expect(await refusedWith(tip(scene.guest, scene.orderId, 100))).toMatchObject({
      appCode: 'ORDER_CANCELLED',
    });
    const closed = await setScene(app);
    await syncSession(closed, { status: 'CLOSED' });
    expect(await refusedWith(tip(closed.staff, closed.orderId, 100))).toMatchObject({
      appCode: 'SESSION_CLOSED',
    });
  });
});
