import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  newKey,
  payWithCard,
  startTestApp,
  type TestApp,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { intentsOf, pay, paymentsOfOrder, rows, setScene, syncOrder, syncSession } from '../payments/support';
import { billOf, payTable, refusedWith, tableOfTen } from '../table-sessions/support';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

const request = (client: Client, orderId: string, more: { tipMinor?: number; billMinor?: number } = {}) =>
  client.cash.request.mutate({ orderId, idempotencyKey: newKey(), ...more });
type Drawer = { tenderedMinor?: number; changeMinor?: number };
const confirm = (client: Client, paymentId: string, more: Drawer & { idempotencyKey?: string } = {}) =>
  client.cash.confirm.mutate({ paymentId, idempotencyKey: newKey(), ...more });
const record = (
  client: Client,
  orderId: string,
  more: Drawer & { tipMinor?: number; billMinor?: number; idempotencyKey?: string } = {},
) => client.cash.record.mutate({ orderId, idempotencyKey: newKey(), ...more });

/** What the ledger holds of a payment, by account. */
async function postingsOf(paymentId: string) {
  const lines = await rows<{ account: string; amount: number }>(
    app,
    `SELECT account, sum(amount)::int AS amount FROM ledger_postings p JOIN ledger_transactions t ON t.id = p.transaction_id
     WHERE t.payment_id = $1 GROUP BY 1 HAVING sum(amount) <> 0`,
    [paymentId],
  );
  return Object.fromEntries(lines.map((line) => [line.account, line.amount]));
}

describe('a guest asks to pay in cash', () => {
  test('it is PENDING, holds the bill, and nothing is asked of the processor', async () => {
    const { guest, mate, orderId } = await setScene(app);
    const payment = await request(guest, orderId, { tipMinor: 300 });
    expect(payment).toMatchObject({
      status: 'PENDING',
      method: 'CASH',
      provider: 'CASH',
      totalMinor: 3000,
      tipMinor: 300,
      paymentIntentId: null,
      clientSecret: null,
      scope: 'ORDER',
    });
    expect(intentsOf(app, payment.id)).toEqual([]);
    expect(await refusedWith(pay(mate, orderId))).toMatchObject({ appCode: 'BALANCE_HELD' });
  });

  test('a repeat answers it and its tip follows', async () => {
    const { guest, orderId } = await setScene(app);
    const first = await request(guest, orderId);
    expect(await request(guest, orderId, { tipMinor: 50 })).toMatchObject({
      id: first.id,
      tipMinor: 50,
      totalMinor: 2750,
    });
    expect(await request(guest, orderId)).toMatchObject({ id: first.id, tipMinor: 0 });
  });

  test('their own open card payment is cancelled first, and the other way round', async () => {
    const { guest, orderId } = await setScene(app);
    const card = await pay(guest, orderId);
    const cash = await request(guest, orderId);
    expect(intentsOf(app, card.id)[0]?.status).toBe('canceled');
    const again = await pay(guest, orderId);
    expect(again).toMatchObject({ method: 'CARD', status: 'PENDING' });
    expect((await paymentsOfOrder(app, orderId)).filter((p) => p.status === 'PENDING')).toHaveLength(1);
    expect(await guest.payments.get.query({ paymentId: cash.id })).toMatchObject({ status: 'CANCELLED' });
  });

  test('it may be a share of the table’s bill', async () => {
    const { guest, session } = await tableOfTen(app);
    const share = await guest.cash.request.mutate({
      tableSessionId: session.sessionId,
      shareMinor: 333,
      idempotencyKey: newKey(),
    });
    expect(share).toMatchObject({
      method: 'CASH',
      status: 'PENDING',
      totalMinor: 333,
      scope: 'TABLE_SESSION',
    });
  });

  test('they may withdraw it: cancelled at once, the bill is free', async () => {
    const { guest, mate, orderId } = await setScene(app);
    const payment = await request(guest, orderId);
    await guest.payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    expect((await pay(mate, orderId)).totalMinor).toBe(2700);
    expect((await request(mate, orderId)).status).toBe('PENDING');
  });

  test('refused: another figure than due, a cancelled or paid order, a closed table, a stranger, nobody', async () => {
    const scene = await setScene(app);
    const { guest, staff, orderId } = scene;
    expect(await refusedWith(request(guest, orderId, { billMinor: 2600 }))).toMatchObject({
      appCode: 'AMOUNT_MISMATCH',
    });
    const stranger = await setScene(app);
    expect(await refusedWith(request(stranger.guest, orderId))).toMatchObject({ appCode: 'NOT_FOUND' });
    expect(await refusedWith(request(app.anonymous(), orderId))).toMatchObject({
      appCode: 'UNAUTHENTICATED',
    });
    await record(staff, orderId);
    expect(await refusedWith(request(guest, orderId))).toMatchObject({ appCode: 'NOTHING_DUE' });
    const second = await setScene(app);
    await syncOrder(second, { status: 'CANCELLED' });
    expect(await refusedWith(request(second.guest, second.orderId))).toMatchObject({
      appCode: 'ORDER_CANCELLED',
    });
    const third = await setScene(app);
    await syncSession(third, { status: 'CLOSED' });
    expect(await refusedWith(request(third.guest, third.orderId))).toMatchObject({
      appCode: 'SESSION_CLOSED',
    });
  });

  test('closing the table withdraws it', async () => {
    const scene = await setScene(app);
    const payment = await request(scene.guest, scene.orderId);
    await syncSession(scene, { status: 'CLOSED' });
    await waitForStatus(scene.guest, payment.id, 'CANCELLED');
  });
});

describe('staff confirm the cash', () => {
  test('it is COMPLETED with receipt, the order is paid, the money lies in the drawer', async () => {
    const { guest, staff, orderId } = await setScene(app, { tipMinor: 100 });
    const asked = await request(guest, orderId, { tipMinor: 200 });
    const payment = await confirm(staff, asked.id, { tenderedMinor: 5000, changeMinor: 2000 });
    expect(payment).toMatchObject({ status: 'COMPLETED', totalMinor: 3000, tipMinor: 300, provider: 'CASH' });
    expect(payment.receiptNumber).toMatch(/^\d{8}-\d{4}$/);
    expect(await guest.orders.get.query({ orderId })).toMatchObject({
      paymentState: 'PAID',
      remainingMinor: 0,
      isPaid: true,
    });
    expect(await postingsOf(asked.id)).toEqual({
      CASH_DRAWER: 3000,
      SALES: -2500,
      TAX_PAYABLE: -200,
      TIPS_PAYABLE: -300,
    });
    const receipt = await guest.payments.receipt.query({ paymentId: asked.id });
    expect(receipt).toMatchObject({ paidWith: 'Cash', totalMinor: 3000 });
    const history = await staff.payments.history.query({ paymentId: asked.id });
    expect(history.at(-1)).toMatchObject({
      action: 'completed',
      details: { tenderedMinor: 5000, changeMinor: 2000 },
    });
  });

  test('never a guest, neither of their own nor of a mate’s: it stays PENDING', async () => {
    const { guest, mate, orderId } = await setScene(app);
    const payment = await request(guest, orderId);
    for (const client of [guest, mate]) {
      expect(await refusedWith(confirm(client, payment.id))).toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(await guest.payments.get.query({ paymentId: payment.id })).toMatchObject({ status: 'PENDING' });
  });

  test('once: a repeat answers it, also under another key, and nothing is posted twice', async () => {
    const { guest, staff, orderId } = await setScene(app);
    const asked = await request(guest, orderId);
    const idempotencyKey = newKey();
    const first = await confirm(staff, asked.id, { idempotencyKey });
    expect(await confirm(staff, asked.id, { idempotencyKey })).toEqual(first);
    expect(await confirm(staff, asked.id)).toEqual(first);
    expect((await postingsOf(asked.id)).CASH_DRAWER).toBe(2700);
    const other = await setScene(app);
    const payment = await request(other.guest, other.orderId);
    expect(
      await refusedWith(confirm(await app.asStaff(other.at.staffId), payment.id, { tenderedMinor: 1 })),
    ).toMatchObject({
      appCode: 'AMOUNT_MISMATCH',
    });
    expect(
      await refusedWith(confirm(staff, asked.id, { idempotencyKey, tenderedMinor: 2700 })),
    ).toMatchObject({
      appCode: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('not a card payment, and not one that was withdrawn', async () => {
    const { guest, staff, orderId } = await setScene(app);
    const card = await pay(guest, orderId);
    expect(await refusedWith(confirm(staff, card.id))).toMatchObject({
      code: 'CONFLICT',
      appCode: 'ILLEGAL_TRANSITION',
    });
    const cash = await request(guest, orderId);
    await guest.payments.cancel.mutate({ paymentId: cash.id, idempotencyKey: newKey() });
    expect(await refusedWith(confirm(staff, cash.id))).toMatchObject({ appCode: 'ILLEGAL_TRANSITION' });
  });

  test('of a share: its part of each order is paid', async () => {
    const { guest, staff, session, orderId, secondOrderId } = await tableOfTen(app);
    const share = await payTable(guest, session, { shareMinor: 500, tipMinor: 20, method: 'CASH' });
    await confirm(staff, share.id);
    expect((await billOf(guest, session)).summary).toMatchObject({ paidMinor: 500, remainingMinor: 500 });
    expect(await guest.orders.get.query({ orderId })).toMatchObject({
      paidMinor: 300,
      paymentState: 'PARTIALLY_PAID',
    });
    expect(await guest.orders.get.query({ orderId: secondOrderId })).toMatchObject({ paidMinor: 200 });
  });

  test('more than the order costs by now is guest credit and on the work list', async () => {
    const scene = await setScene(app);
    const asked = await request(scene.guest, scene.orderId);
    await syncOrder(scene, { subtotalMinor: 1000, taxMinor: 80 });
    await confirm(scene.staff, asked.id);
    expect((await postingsOf(asked.id)).GUEST_CREDIT).toBe(-1620);
    expect(
      await rows(
        app,
        `SELECT reason, actual_amount::int AS actual FROM discrepancies WHERE payment_id = $1`,
        [asked.id],
      ),
    ).toEqual([{ reason: 'OVER_COLLECTED', actual: 2700 }]);
  });

  test('figures that do not fit are refused: too little, or the wrong change', async () => {
    const { guest, staff, orderId } = await setScene(app);
    const { id } = await request(guest, orderId);
    for (const drawer of [
      { tenderedMinor: 2699 },
      { tenderedMinor: 3000, changeMinor: 301 },
      { tenderedMinor: 2000, changeMinor: 0 },
    ]) {
      expect(await refusedWith(confirm(staff, id, drawer))).toMatchObject({ appCode: 'AMOUNT_MISMATCH' });
    }
    expect((await confirm(staff, id, { tenderedMinor: 2700, changeMinor: 0 })).status).toBe('COMPLETED');
  });
});

describe('staff record the cash of an order', () => {
  test('it is COMPLETED at once, tip included', async () => {
    const { staff, guest, orderId } = await setScene(app);
    const payment = await record(staff, orderId, {
      billMinor: 2700,
      tipMinor: 300,
      tenderedMinor: 3000,
      changeMinor: 0,
    });
    expect(payment).toMatchObject({
      status: 'COMPLETED',
      method: 'CASH',
      totalMinor: 3000,
      guestPublicId: null,
    });
    expect(await guest.orders.get.query({ orderId })).toMatchObject({
      paymentState: 'PAID',
      paidMinor: 2700,
    });
    expect((await postingsOf(payment.id)).CASH_DRAWER).toBe(3000);
  });

  test('the rest of a partly paid order', async () => {
    const { guest, staff, session, orderId } = await setScene(app);
    const share = await payTable(guest, session, { shareMinor: 700 });
    await payWithCard(app, share);
    await waitForStatus(guest, share.id, 'COMPLETED');
    expect((await record(staff, orderId)).totalMinor).toBe(2000);
  });

  test('each key once', async () => {
    const { staff, orderId } = await setScene(app);
    const idempotencyKey = newKey();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => record(staff, orderId, { idempotencyKey })),
    );
    expect(new Set(answers.map((a) => a.id)).size).toBe(1);
    expect(await refusedWith(record(staff, orderId, { idempotencyKey, tipMinor: 1 }))).toMatchObject({
      appCode: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('is refused to guests and other restaurants, while held, once paid, cancelled, closed, or with wrong figures', async () => {
    const scene = await setScene(app);
    const { guest, staff, orderId } = scene;
    const elsewhere = await setScene(app);
    expect(await refusedWith(record(guest, orderId))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusedWith(record(elsewhere.staff, orderId))).toMatchObject({ appCode: 'NOT_FOUND' });
    expect(await refusedWith(record(staff, 'order-none'))).toMatchObject({ appCode: 'NOT_FOUND' });
    expect(await refusedWith(record(staff, orderId, { billMinor: 2699 }))).toMatchObject({
      appCode: 'AMOUNT_MISMATCH',
    });
    expect(await refusedWith(record(staff, orderId, { tenderedMinor: 2699 }))).toMatchObject({
      appCode: 'AMOUNT_MISMATCH',
    });
    expect(await paymentsOfOrder(app, orderId)).toEqual([]);
    const asked = await request(guest, orderId);
    expect(await refusedWith(record(staff, orderId))).toMatchObject({ appCode: 'BALANCE_HELD' });
    await confirm(staff, asked.id);
    expect(await refusedWith(record(staff, orderId))).toMatchObject({ appCode: 'NOTHING_DUE' });
    await syncOrder(elsewhere, { status: 'CANCELLED' });
    expect(await refusedWith(record(elsewhere.staff, elsewhere.orderId))).toMatchObject({
      appCode: 'ORDER_CANCELLED',
    });
    const closed = await setScene(app);
    await syncSession(closed, { status: 'CLOSED' });
    expect(await refusedWith(record(closed.staff, closed.orderId))).toMatchObject({
      appCode: 'SESSION_CLOSED',
    });
    expect(
      await refusedWith(record(closed.staff, closed.orderId, { tipMinor: 2_147_483_647 })),
    ).toMatchObject({
      appCode: 'SESSION_CLOSED',
    });
  });

  test('a sum that cannot be stored is refused as such', async () => {
    const { staff, orderId } = await setScene(app);
    expect(await refusedWith(record(staff, orderId, { tipMinor: 2_147_483_647 }))).toMatchObject({
      appCode: 'AMOUNT_ABOVE_MAXIMUM',
    });
  });
});

describe('cash is given back', () => {
  const refund = (client: Client, paymentId: string, amountMinor?: number) =>
    client.refunds.create.mutate({ paymentId, amountMinor, reason: 'Cold soup', idempotencyKey: newKey() });

  test('at once, out of the drawer, in parts and then wholly', async () => {
    const { guest, staff, orderId } = await setScene(app);
    const payment = await record(staff, orderId, { tipMinor: 300 });
    expect(await refund(staff, payment.id, 1000)).toMatchObject({ status: 'COMPLETED', refundMinor: 1000 });
    expect(await guest.payments.get.query({ paymentId: payment.id })).toMatchObject({
      status: 'PARTIALLY_REFUNDED',
      refundedMinor: 1000,
    });
    expect((await postingsOf(payment.id)).CASH_DRAWER).toBe(2000);
    expect((await refund(staff, payment.id)).refundMinor).toBe(2000);
    expect(await guest.payments.get.query({ paymentId: payment.id })).toMatchObject({ status: 'REFUNDED' });
    expect(await postingsOf(payment.id)).toEqual({ SALES: -2500, REFUNDS: 2500 });
    expect(await guest.orders.get.query({ orderId })).toMatchObject({
      paymentState: 'REFUNDED',
      remainingMinor: 2700,
    });
    expect(await refusedWith(refund(staff, payment.id))).toMatchObject({ appCode: 'NOTHING_REFUNDABLE' });
  });

  test('never more than was taken, never an open request, once per key', async () => {
    const { guest, staff, orderId } = await setScene(app);
    const asked = await request(guest, orderId);
    expect(await refusedWith(refund(staff, asked.id))).toMatchObject({ appCode: 'PAYMENT_NOT_COMPLETED' });
    await confirm(staff, asked.id);
    expect(await refusedWith(refund(staff, asked.id, 2701))).toMatchObject({
      appCode: 'REFUND_EXCEEDS_REMAINING',
    });
    const same = { paymentId: asked.id, amountMinor: 500, reason: 'Cold soup', idempotencyKey: newKey() };
    const [first, second] = await Promise.all([
      staff.refunds.create.mutate(same),
      staff.refunds.create.mutate(same),
    ]);
    expect(first).toEqual(second);
    const ends = await Promise.allSettled(Array.from({ length: 6 }, () => refund(staff, asked.id, 500)));
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(4);
  });
});
