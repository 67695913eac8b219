import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Actor } from '@/services/actor';
import type { ServiceContext } from '@/services/context';
import { createRefund } from '@/services/refunds';
import { toServiceError } from '@/services/to-service-error';
import {
  type Client,
  newKey,
  payWithCard,
  refusalOf,
  startTestApp,
  type TestApp,
  waitFor,
  waitForStatus,
} from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { pay, rows, type Scene, setScene, syncOrder } from '../payments/support';
import { refusedWith } from '../table-sessions/support';

const DAY_MS = 86_400_000;
let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '1000' } });
});
afterEach(async () => {
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

type Wanted = Omit<
  Parameters<Client['refunds']['create']['mutate']>[0],
  'paymentId' | 'reason' | 'idempotencyKey'
>;
const refund = (client: Client, paymentId: string, wanted: Wanted = {}) =>
  client.refunds.create.mutate({ paymentId, reason: 'Cold soup', idempotencyKey: newKey(), ...wanted });

/** 25.00 and 2.00 tax with a tip of 5.00, paid by card. */
async function paid(card = 'pm_card_visa') {
  const scene = await setScene(app);
  const payment = await pay(scene.guest, scene.orderId, { tipMinor: 500 });
  await payWithCard(app, payment, card);
  await waitForStatus(scene.guest, payment.id, 'COMPLETED');
  return { ...scene, paymentId: payment.id };
}

const settle = async (scene: Scene, wanted: object) =>
  (await app.asOwner(scene.at.ownerId)).settings.change.mutate({
    restaurantId: scene.at.restaurantId,
    idempotencyKey: newKey(),
    ...wanted,
  });

/** As if this actor asked days later; the doors' own clock also judges tokens, so the verb is asked itself. */
function laterBy(days: number, actor: Actor): ServiceContext {
  const deps = app.server.app.deps;
  const now = () => new Date(Date.now() + days * DAY_MS);
  return {
    ...deps,
    clock: { ...deps.clock, now },
    actor,
    request: { id: newKey(), ip: null, userAgent: null },
  };
}

/** What a door would answer. */
const rethrow = (error: unknown): never => {
  throw toServiceError(error);
};

describe('who may refund how much, and how long', () => {
  test('staff up to their limit of one payment, earlier parts included; the owner further; admins all', async () => {
    const scene = await paid();
    await settle(scene, { staffRefundLimitMinor: 1000, ownerRefundLimitMinor: 2000 });
    const owner = await app.asOwner(scene.at.ownerId);
    await refund(scene.staff, scene.paymentId, { amountMinor: 600 });
    const above = refund(scene.staff, scene.paymentId, { amountMinor: 401 });
    expect(await refusalOf(above)).toMatchObject({ code: 'FORBIDDEN', appCode: 'REFUND_ABOVE_LIMIT' });
    await refund(scene.staff, scene.paymentId, { amountMinor: 400 });
    expect(await refusalOf(refund(owner, scene.paymentId))).toMatchObject({ appCode: 'REFUND_ABOVE_LIMIT' });
    await refund(owner, scene.paymentId, { amountMinor: 1000 });
    expect(await refund(await app.asAdmin(), scene.paymentId)).toMatchObject({ refundMinor: 1200 });
  });

  test('until the window of the role has passed, in business days; admins also later', async () => {
    const scene = await paid();
    await settle(scene, { staffRefundWindowDays: 2, ownerRefundWindowDays: 10 });
    const late = (actor: Actor, days: number) => () =>
      createRefund(laterBy(days, actor), {
        paymentId: scene.paymentId,
        amountMinor: 100,
        reason: 'Cold soup',
        idempotencyKey: newKey(),
      });
    const member = (role: 'STAFF' | 'OWNER'): Actor => ({
      kind: 'member',
      userId: scene.at.staffId,
      memberships: [{ restaurantId: scene.at.restaurantId, role }],
      guest: null,
    });
    const tooLate = { code: 'REFUND_WINDOW_CLOSED', kind: 'CONFLICT' };
    expect(await late(member('STAFF'), 2)()).toMatchObject({ refundMinor: 100 });
    await expect(late(member('STAFF'), 3)).rejects.toMatchObject({ code: 'REFUND_WINDOW_CLOSED' });
    expect(await late(member('OWNER'), 10)()).toMatchObject({ refundMinor: 100 });
    await expect(late(member('OWNER'), 11)().catch(rethrow)).rejects.toMatchObject(tooLate);
    expect(await late({ kind: 'admin', userId: 'admin-1' }, 400)()).toMatchObject({ refundMinor: 100 });
  });

  test('a refund that was refused by a rule changes nothing', async () => {
    const scene = await paid();
    await settle(scene, { staffRefundLimitMinor: 0 });
    await refusalOf(refund(scene.staff, scene.paymentId));
    expect(await rows(app, 'SELECT 1 FROM payment_refunds WHERE payment_id = $1', [scene.paymentId])).toEqual(
      [],
    );
    expect((await scene.staff.payments.get.query({ paymentId: scene.paymentId })).refundedMinor).toBe(0);
  });
});

describe('only the tip, or only the bill', () => {
  test('the tip, then the bill, each wholly and once', async () => {
    const { staff, guest, orderId, paymentId } = await paid();
    expect(await refund(staff, paymentId, { part: 'TIP' })).toMatchObject({
      refundMinor: 500,
      tipRefundMinor: 500,
    });
    expect(await guest.orders.get.query({ orderId })).toMatchObject({ paymentState: 'PAID' });
    expect(await refusalOf(refund(staff, paymentId, { part: 'TIP' }))).toMatchObject({
      appCode: 'NOTHING_REFUNDABLE',
    });
    expect(await refund(staff, paymentId, { part: 'BILL' })).toMatchObject({
      refundMinor: 2700,
      tipRefundMinor: 0,
      taxRefundMinor: 200,
    });
    expect(await staff.payments.get.query({ paymentId })).toMatchObject({ status: 'REFUNDED' });
    expect(await refusalOf(refund(staff, paymentId, { part: 'BILL' }))).toMatchObject({
      appCode: 'NOTHING_REFUNDABLE',
    });
  });

  test('a part of one of them, never more than it holds', async () => {
    const { staff, paymentId } = await paid();
    expect(await refund(staff, paymentId, { part: 'TIP', amountMinor: 200 })).toMatchObject({
      tipRefundMinor: 200,
    });
    expect(await refund(staff, paymentId, { part: 'BILL', amountMinor: 1350 })).toMatchObject({
      tipRefundMinor: 0,
      taxRefundMinor: 100,
    });
    for (const wanted of [
      { part: 'TIP', amountMinor: 301 },
      { part: 'BILL', amountMinor: 1351 },
    ] as const) {
      expect(await refusalOf(refund(staff, paymentId, wanted))).toMatchObject({
        appCode: 'REFUND_EXCEEDS_REMAINING',
      });
    }
    expect(await refusalOf(refund(staff, paymentId, { part: 'TIP', tipRefundMinor: 1 }))).toMatchObject({
      appCode: 'INVALID_INPUT',
    });
  });
});

describe('where cards move money in steps only', () => {
  const step = { code: 'BAD_REQUEST', appCode: 'AMOUNT_NOT_CHARGEABLE' };

  async function paidIn(currency: string, bill: { subtotalMinor: number; tipMinor: number }) {
    const scene = await setScene(app, { subtotalMinor: bill.subtotalMinor, taxMinor: 0 }, { currency });
    const payment = await pay(scene.guest, scene.orderId, { tipMinor: bill.tipMinor });
    await payWithCard(app, payment);
    await waitForStatus(scene.guest, payment.id, 'COMPLETED');
    return { ...scene, paymentId: payment.id };
  }

  test.each([
    ['KWD', 10],
    ['BHD', 10],
    ['JOD', 10],
    ['OMR', 10],
    ['TND', 10],
    ['ISK', 100],
    ['UGX', 100],
  ])(
    'a part in %s that is no multiple of %i is refused before anything is written, naming the nearest',
    async (currency, stepMinor) => {
      const { staff, paymentId } = await paidIn(currency, { subtotalMinor: 500_000, tipMinor: 0 });
      const amountMinor = 20 * stepMinor + 1;
      const refused = await refusedWith(refund(staff, paymentId, { amountMinor }));
      expect(refused).toMatchObject({
        ...step,
        details: {
          refundMinor: amountMinor,
          stepMinor,
          lowerMinor: 20 * stepMinor,
          higherMinor: 21 * stepMinor,
        },
      });
      expect(await rows(app, 'SELECT 1 FROM payment_refunds WHERE payment_id = $1', [paymentId])).toEqual([]);
      const part = await refund(staff, paymentId, { amountMinor: 20 * stepMinor });
      expect(part).toMatchObject({ status: 'COMPLETED', refundMinor: 20 * stepMinor });
      expect(await refund(staff, paymentId)).toMatchObject({ refundMinor: 500_000 - 20 * stepMinor });
    },
  );

  test('neither a tip part nor a bill part is an exception, and only amounts that are left are named', async () => {
    const { staff, paymentId } = await paidIn('KWD', { subtotalMinor: 5004, tipMinor: 6 });
    const tip = await refusedWith(refund(staff, paymentId, { part: 'TIP' }));
    expect(tip).toMatchObject({ ...step, details: { refundMinor: 6, lowerMinor: null, higherMinor: null } });
    const bill = await refusedWith(refund(staff, paymentId, { part: 'BILL' }));
    expect(bill).toMatchObject({
      ...step,
      details: { refundMinor: 5004, lowerMinor: 5000, higherMinor: null },
    });
    const tiny = await refusedWith(refund(staff, paymentId, { amountMinor: 3 }));
    expect(tiny).toMatchObject({ ...step, details: { lowerMinor: null, higherMinor: 10 } });
    // To the cent, as long as the whole is a step.
    const both = await refund(staff, paymentId, { amountMinor: 10, tipRefundMinor: 6 });
    expect(both).toMatchObject({ status: 'COMPLETED', tipRefundMinor: 6 });
  });

  test('a share of a split is held to it too; cash is free of it', async () => {
    const scene = await setScene(app, { subtotalMinor: 6000, taxMinor: 0 }, { currency: 'KWD' });
    const group = await scene.guest.splits.create.mutate({
      orderId: scene.orderId,
      parts: [
        { name: 'Ada', amountMinor: 3000 },
        { name: 'Bob', amountMinor: 3000, method: 'CASH' },
      ],
      idempotencyKey: newKey(),
    });
    const [card, cash] = group.participants.map(({ payment }) => payment);
    if (!card || !cash) throw new Error('a split of two has no second share');
    await payWithCard(app, card);
    await waitForStatus(scene.guest, card.id, 'COMPLETED');
    await scene.staff.cash.confirm.mutate({ paymentId: cash.id, idempotencyKey: newKey() });
    const asked = { amountMinor: 1234 };
    expect(await refusedWith(refund(scene.staff, card.id, asked))).toMatchObject({
      ...step,
      details: { lowerMinor: 1230, higherMinor: 1240 },
    });
    expect(await refund(scene.staff, cash.id, asked)).toMatchObject({
      status: 'COMPLETED',
      refundMinor: 1234,
    });
    expect(await refund(scene.staff, card.id, { amountMinor: 1230 })).toMatchObject({ refundMinor: 1230 });
  });
});

describe('a refund that reduces the bill too', () => {
  const order = (scene: Scene) => scene.guest.orders.get.query({ orderId: scene.orderId });

  test('leaves the order paid: nothing becomes due again', async () => {
    const scene = await paid();
    const made = await refund(scene.staff, scene.paymentId, {
      part: 'BILL',
      amountMinor: 1350,
      reduceBill: true,
    });
    expect(made).toMatchObject({ reducesBill: true, status: 'COMPLETED' });
    expect(await order(scene)).toMatchObject({
      paymentState: 'PAID',
      isPaid: true,
      subtotalMinor: 2500,
      adjustmentMinor: -1350,
      totalMinor: 1350,
      paidMinor: 1350,
      remainingMinor: 0,
    });
    expect(await refusalOf(pay(scene.mate, scene.orderId))).toMatchObject({ appCode: 'NOTHING_DUE' });
    expect(
      await rows(
        app,
        'SELECT subtotal_amount, tax_amount, tip_amount FROM order_adjustments WHERE refund_id = $1',
        [made.id],
      ),
    ).toEqual([{ subtotal_amount: -1250, tax_amount: -100, tip_amount: 0 }]);
  });

  test('wholly: the order is REFUNDED and owes nothing; without it, it owes everything again', async () => {
    const reduced = await paid();
    await refund(reduced.staff, reduced.paymentId, { reduceBill: true });
    expect(await order(reduced)).toMatchObject({
      paymentState: 'REFUNDED',
      totalMinor: 0,
      remainingMinor: 0,
    });
    expect(await refusalOf(pay(reduced.guest, reduced.orderId))).toMatchObject({ appCode: 'NOTHING_DUE' });
    const owing = await paid();
    await refund(owing.staff, owing.paymentId);
    expect(await order(owing)).toMatchObject({ paymentState: 'REFUNDED', remainingMinor: 2700 });
  });

  test('then a part of what is left comes due again and is paid by its parts', async () => {
    const scene = await paid();
    await refund(scene.staff, scene.paymentId, { part: 'BILL', amountMinor: 1350, reduceBill: true });
    await refund(scene.staff, scene.paymentId, { part: 'BILL', amountMinor: 540 });
    expect(await order(scene)).toMatchObject({ totalMinor: 1350, remainingMinor: 540 });
    const again = await pay(scene.guest, scene.orderId);
    expect(again).toMatchObject({ subtotalMinor: 500, taxMinor: 40, totalMinor: 540 });
    await payWithCard(app, again);
    await waitForStatus(scene.guest, again.id, 'COMPLETED');
    expect(await order(scene)).toMatchObject({ paymentState: 'PAID', remainingMinor: 0 });
  });

  test('that fails later at the processor takes the reduction back', async () => {
    const scene = await paid('pm_card_refundFail');
    await refund(scene.staff, scene.paymentId, { part: 'BILL', amountMinor: 1350, reduceBill: true });
    await waitForStatus(scene.staff, scene.paymentId, 'COMPLETED');
    expect(await order(scene)).toMatchObject({ paymentState: 'PAID', adjustmentMinor: 0, totalMinor: 2700 });
  });

  test('and the platform’s next version of the order keeps the reduction', async () => {
    const scene = await paid();
    await refund(scene.staff, scene.paymentId, { part: 'BILL', amountMinor: 1350, reduceBill: true });
    expect(await syncOrder(scene, { version: 2 })).toMatchObject({ outcome: 'APPLIED' });
    expect(await order(scene)).toMatchObject({ paymentState: 'PAID', totalMinor: 1350 });
  });
});

test('a refund that fails after its part of the bill was paid again: the excess is on the work list at once', async () => {
  const { control } = app.simulator;
  const usual = (await control.state()).settings.refundFailureDelayMs;
  onTestFinished(() => void control.configure({ refundFailureDelayMs: usual }));
  await control.configure({ refundFailureDelayMs: null });
  const scene = await paid('pm_card_refundFail');
  await refund(scene.staff, scene.paymentId, { part: 'BILL', amountMinor: 540 });
  await waitForStatus(scene.staff, scene.paymentId, 'PARTIALLY_REFUNDED');
  const again = await pay(scene.guest, scene.orderId);
  await payWithCard(app, again);
  await waitForStatus(scene.guest, again.id, 'COMPLETED');
  expect(await scene.guest.orders.get.query({ orderId: scene.orderId })).toMatchObject({
    paymentState: 'PAID',
  });
  await control.runScheduled();
  await waitForStatus(scene.staff, scene.paymentId, 'COMPLETED');
  expect(await scene.guest.orders.get.query({ orderId: scene.orderId })).toMatchObject({
    paymentState: 'OVERPAID',
  });
  const found = await rows(
    app,
    `SELECT reason, order_id, expected_amount::int, actual_amount::int FROM discrepancies WHERE payment_id = $1`,
    [scene.paymentId],
  );
  expect(found).toEqual([
    { reason: 'OVER_COLLECTED', order_id: scene.orderId, expected_amount: 2660, actual_amount: 3200 },
  ]);
});

test('an order that shrank after it was paid: the refund pays the guest credit back, not sales', async () => {
  const scene = await paid();
  await syncOrder(scene, { subtotalMinor: 1000, taxMinor: 80 });
  await refund(scene.staff, scene.paymentId, { part: 'BILL', amountMinor: 1620 });
  expect(await scene.guest.orders.get.query({ orderId: scene.orderId })).toMatchObject({
    paymentState: 'PAID',
    remainingMinor: 0,
  });
  expect(
    await rows(
      app,
      `SELECT p.account, sum(p.amount)::int AS amount FROM ledger_postings p JOIN ledger_transactions t ON t.id = p.transaction_id
       WHERE t.restaurant_id = $1 GROUP BY 1 HAVING sum(p.amount) <> 0 ORDER BY 1`,
      [scene.at.restaurantId],
    ),
  ).toEqual([
    { account: 'PROCESSOR_CLEARING', amount: 1580 },
    { account: 'SALES', amount: -1000 },
    { account: 'TAX_PAYABLE', amount: -80 },
    { account: 'TIPS_PAYABLE', amount: -500 },
  ]);
});

describe('reading refunds', () => {
  test('the restaurant sees them newest first, page by page, and each by itself', async () => {
    const scene = await paid();
    const ids: string[] = [];
    for (const amountMinor of [100, 200, 300])
      ids.unshift((await refund(scene.staff, scene.paymentId, { amountMinor })).id);
    const { restaurantId } = scene.at;
    const first = await scene.staff.refunds.list.query({ restaurantId, limit: 2 });
    const second = await scene.staff.refunds.list.query({
      restaurantId,
      limit: 2,
      cursor: first.nextCursor ?? '',
    });
    expect([...first.items, ...second.items].map((r) => r.id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    expect(first.items[0]).toMatchObject({
      refundMinor: 300,
      currency: 'USD',
      method: 'CARD',
      requestedBy: `user:${scene.at.staffId}`,
      reason: 'Cold soup',
    });
    const single = await scene.staff.refunds.get.query({ refundId: ids[0] ?? '' });
    expect(first.items[0]).toEqual({ ...single, requestedByName: null });
    const failed = await scene.staff.refunds.list.query({ restaurantId, status: ['FAILED'] });
    expect(failed.items).toEqual([]);
    expect(await refusalOf(scene.staff.refunds.list.query({ cursor: 'nonsense' }))).toMatchObject({
      appCode: 'CURSOR_INVALID',
    });
  });

  test('another restaurant sees none of them, guests are refused', async () => {
    const scene = await paid();
    const { id } = await refund(scene.staff, scene.paymentId, { amountMinor: 100 });
    const other = await setScene(app);
    expect((await other.staff.refunds.list.query({})).items).toEqual([]);
    expect(
      await refusalOf(other.staff.refunds.list.query({ restaurantId: scene.at.restaurantId })),
    ).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusalOf(other.staff.refunds.get.query({ refundId: id }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await refusalOf(scene.staff.refunds.get.query({ refundId: newKey() }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await refusalOf(scene.guest.refunds.list.query({}))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusalOf(scene.guest.refunds.get.query({ refundId: id }))).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await refusalOf(app.anonymous().refunds.list.query({}))).toMatchObject({ code: 'UNAUTHORIZED' });
  });

  test('the payment names its newest refund everywhere; why, it tells the restaurant alone', async () => {
    const scene = await paid();
    await refund(scene.staff, scene.paymentId, { amountMinor: 100 });
    const { id } = await refund(scene.staff, scene.paymentId, { amountMinor: 200 });
    const { paymentId, orderId, session, at } = scene;
    const readings = async (client: Client) => [
      await client.payments.get.query({ paymentId }),
      (await client.payments.list.query({ restaurantId: at.restaurantId })).items[0],
      (await client.payments.listForOrder.query({ orderId }))[0],
      (await client.tableSessions.payments.query({ tableSessionId: session.sessionId }))[0],
    ];
    for (const seen of await readings(scene.staff)) {
      expect(seen).toMatchObject({ refundedMinor: 300, refundId: id, refundReason: 'Cold soup' });
    }
    for (const seen of await readings(scene.guest)) {
      expect(seen).toMatchObject({ refundedMinor: 300, refundId: id, refundReason: null });
    }
  });

  test('a refund that failed is not the payment’s refund', async () => {
    const scene = await paid('pm_card_refundFail');
    await refund(scene.staff, scene.paymentId, { amountMinor: 100 });
    await waitFor('the refund fails', async () => {
      const { items } = await scene.staff.refunds.list.query({ paymentId: scene.paymentId });
      return items[0]?.status === 'FAILED';
    });
    expect(await scene.staff.payments.get.query({ paymentId: scene.paymentId })).toMatchObject({
      refundedMinor: 0,
      refundId: null,
      refundReason: null,
    });
  });
});
