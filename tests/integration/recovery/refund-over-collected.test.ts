import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { refundOverCollected } from '@/services/recovery/refund-over-collected';
import { sendRefund } from '@/services/refunds/send';
import { systemContext } from '@/services/system-context';
import { workerTasks } from '@/worker/tasks';
import { newKey, payWithCard, seedOrder, waitForStatus } from '../../support/app';
import { assertBooksBalance } from '../../support/invariants';
import { webhooksApplied } from '../../support/webhooks-applied';
import { pay, rows, type Scene, setScene, syncOrder } from '../payments/support';
import { payTable } from '../table-sessions/support';
import { type RecoveryStage, startStage } from './support';

let stage: RecoveryStage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(async () => {
  await stage.app.simulator.control.waitForDeliveries();
  // Orders of earlier tests are of no interest to later ones.
  await resolve();
  await assertBooksBalance(stage.app.database.pool);
});
afterAll(() => stage.stop());

/** 25.00 and 2.00 tax with a tip of 5.00, paid by card. */
async function paid(card = 'pm_card_visa'): Promise<Scene & { paymentId: string }> {
  const scene = await setScene(stage.app);
  const payment = await pay(scene.guest, scene.orderId, { tipMinor: 500 });
  await payWithCard(stage.app, payment, card);
  await waitForStatus(scene.guest, payment.id, 'COMPLETED');
  return { ...scene, paymentId: payment.id };
}

/** The order costs 10.80 now: 16.20 of the 27.00 are too much. */
const shrink = (scene: Scene) => syncOrder(scene, { subtotalMinor: 1000, taxMinor: 80 });
const look = async (afterSec = 0) => {
  const taken = await refundOverCollected(stage.deps, { afterSec });
  await webhooksApplied(stage.app);
  return taken;
};
/** Every case of the work list, as a person does. */
const resolve = () =>
  stage.app.database.pool.query(
    `UPDATE discrepancies SET state = 'RESOLVED', resolution = 'ACCEPTED', resolved_by = 'user:x', resolved_at = now()
     WHERE state = 'OPEN'`,
  );
const refundsOf = ({ orderId }: Scene) =>
  rows(
    stage.app,
    `SELECT r.payment_id AS "paymentId", r.refund_amount AS "refundMinor", r.tip_refund_amount AS "tipMinor", r.status,
       r.requested_by AS "requestedBy", r.guest_credit_amount AS "creditMinor"
     FROM payment_refunds r JOIN payment_allocations a USING (payment_id) WHERE a.order_id = $1 ORDER BY r.created_at`,
    [orderId],
  );
const creditOf = async ({ at }: Scene) => {
  const [row] = await rows<{ minor: number }>(
    stage.app,
    `SELECT coalesce(-sum(p.amount), 0)::int AS minor FROM ledger_postings p JOIN ledger_transactions t ON t.id = p.transaction_id
     WHERE t.restaurant_id = $1 AND p.account = 'GUEST_CREDIT'`,
    [at.restaurantId],
  );
  return row?.minor;
};

describe('over-collected money of one order paid by card', () => {
  test('goes back to the card to the cent, its tip stays, and the bill is paid', async () => {
    const scene = await paid();
    await shrink(scene);
    expect(await creditOf(scene)).toBe(1620);
    expect(await look()).toBe(1);
    expect(await refundsOf(scene)).toEqual([
      {
        paymentId: scene.paymentId,
        refundMinor: 1620,
        tipMinor: 0,
        status: 'COMPLETED',
        requestedBy: 'system:over-collected',
        creditMinor: 1620,
      },
    ]);
    expect(await creditOf(scene)).toBe(0);
    expect(await scene.guest.orders.get.query({ orderId: scene.orderId })).toMatchObject({
      paymentState: 'PAID',
      remainingMinor: 0,
    });
    expect(await look()).toBe(0);
  });

  test('waits for a person first, anew after each change of the order', async () => {
    const scene = await paid();
    await shrink(scene);
    await stage.app.database.pool.query(
      `UPDATE discrepancies SET created_at = created_at - interval '1 hour' WHERE order_id = $1`,
      [scene.orderId],
    );
    await syncOrder(scene, { subtotalMinor: 900, taxMinor: 80, version: 3 });
    expect(await look(1_800)).toBe(0);
    expect(await refundsOf(scene)).toEqual([]);
    expect(await look(0)).toBe(1);
    expect(await refundsOf(scene)).toMatchObject([{ refundMinor: 1720 }]);
  });

  test('goes back once, though eight nodes look at the same time', async () => {
    const scene = await paid();
    await shrink(scene);
    await Promise.all(Array.from({ length: 8 }, () => refundOverCollected(stage.deps, { afterSec: 0 })));
    await webhooksApplied(stage.app);
    expect(await refundsOf(scene)).toMatchObject([{ refundMinor: 1620, status: 'COMPLETED' }]);
    const sent = stage.app.simulator.control
      .state()
      .refunds.filter((refund) => refund.metadata?.paymentId === scene.paymentId);
    expect(sent.map((refund) => refund.amount)).toEqual([1620]);
  });

  test('a node that dies before it calls Stripe leaves one refund, which the janitor sends', async () => {
    const scene = await paid();
    await shrink(scene);
    stage.dieAt('refund.after-first-transaction');
    await look();
    const [left] = await rows<{ id: string }>(
      stage.app,
      `SELECT id FROM payment_refunds WHERE payment_id = $1 AND status = 'PROCESSING' AND refund_id IS NULL`,
      [scene.paymentId],
    );
    expect(left).toBeDefined();
    expect(await look()).toBe(0);
    await sendRefund(systemContext(stage.deps, 'janitor'), left?.id ?? '', scene.paymentId);
    await webhooksApplied(stage.app);
    expect(await refundsOf(scene)).toMatchObject([{ refundMinor: 1620, status: 'COMPLETED' }]);
  });

  test('of several payments the newest gives back first, and the one before it the rest', async () => {
    const scene = await setScene(stage.app);
    const first = await payTable(scene.guest, scene.session, { shareMinor: 2000 });
    await payWithCard(stage.app, first);
    await waitForStatus(scene.guest, first.id, 'COMPLETED');
    const second = await payTable(scene.mate, scene.session);
    await payWithCard(stage.app, second);
    await waitForStatus(scene.mate, second.id, 'COMPLETED');
    await shrink(scene);
    expect([await look(), await look(), await look()]).toEqual([1, 1, 0]);
    expect(await refundsOf(scene)).toMatchObject([
      { paymentId: second.id, refundMinor: 700 },
      { paymentId: first.id, refundMinor: 920 },
    ]);
    expect(await creditOf(scene)).toBe(0);
  });
});

describe('a person decides', () => {
  test.each<[string, (scene: Scene & { paymentId: string }) => Promise<unknown>]>([
    ['about a case that was resolved', () => resolve()],
    [
      'about an order of which a person has decided another case',
      async (scene) => {
        const [first] = await rows<{ id: string }>(
          stage.app,
          'SELECT id FROM discrepancies WHERE order_id = $1',
          [scene.orderId],
        );
        const owner = await stage.app.asOwner(scene.at.ownerId);
        await owner.reconciliation.discrepancies.accept.mutate({
          discrepancyId: first?.id ?? '',
          reason: 'Given back in cash',
          idempotencyKey: newKey(),
        });
        await stage.app.database.pool.query(
          `UPDATE discrepancies SET state = 'OPEN', resolution = NULL, resolved_by = NULL, resolved_at = NULL WHERE id = $1`,
          [first?.id],
        );
      },
    ],
    [
      'while a bank decides about a payment of the order',
      async ({ paymentId }) => {
        const [row] = await rows<{ intentId: string }>(
          stage.app,
          'SELECT payment_intent_id AS "intentId" FROM payments WHERE id = $1',
          [paymentId],
        );
        stage.app.simulator.control.createDispute({ paymentIntent: row?.intentId ?? '' });
        await webhooksApplied(stage.app);
      },
    ],
    [
      'while a refund of the order is under way',
      async (scene) => {
        stage.dieAt('refund.after-first-transaction');
        const refund = { paymentId: scene.paymentId, amountMinor: 100, reason: 'Cold soup' };
        await scene.staff.refunds.create
          .mutate({ ...refund, idempotencyKey: newKey() })
          .catch(() => undefined);
      },
    ],
  ])('%s', async (_when, happens) => {
    const scene = await paid();
    await shrink(scene);
    await happens(scene);
    expect(await look()).toBe(0);
    expect(await creditOf(scene)).toBe(1620);
  });

  test('once an automatic refund has failed', async () => {
    const scene = await paid('pm_card_refundFail');
    await shrink(scene);
    expect(await look()).toBe(1);
    await stage.app.simulator.control.runScheduled();
    await webhooksApplied(stage.app);
    expect(await refundsOf(scene)).toMatchObject([{ refundMinor: 1620, status: 'FAILED' }]);
    expect(await look()).toBe(0);
    expect(await creditOf(scene)).toBe(1620);
  });

  test('about money that came in cash', async () => {
    const scene = await setScene(stage.app);
    await scene.staff.cash.record.mutate({ orderId: scene.orderId, idempotencyKey: newKey() });
    await shrink(scene);
    expect(await look()).toBe(0);
    expect(await refundsOf(scene)).toEqual([]);
  });

  test('about a payment of several orders: a refund would go to all of them', async () => {
    const scene = await setScene(stage.app);
    await seedOrder(scene.service, scene.at, { session: scene.session });
    const payment = await payTable(scene.guest, scene.session);
    await payWithCard(stage.app, payment);
    await waitForStatus(scene.guest, payment.id, 'COMPLETED');
    await shrink(scene);
    expect(await look()).toBe(0);
    expect(await refundsOf(scene)).toEqual([]);
  });
});

describe('the newest payment of an order gives back, and no older one in its place', () => {
  /** Two shares of the table: 20.00 by the first guest, the rest by the second. */
  async function paidTwice(second: (scene: Scene) => Promise<unknown>): Promise<Scene> {
    const scene = await setScene(stage.app);
    const first = await payTable(scene.guest, scene.session, { shareMinor: 2000 });
    await payWithCard(stage.app, first);
    await waitForStatus(scene.guest, first.id, 'COMPLETED');
    await second(scene);
    await shrink(scene);
    return scene;
  }

  test('where it came in cash', async () => {
    const scene = await paidTwice(({ staff, orderId }) =>
      staff.cash.record.mutate({ orderId, idempotencyKey: newKey() }),
    );
    expect(await look()).toBe(0);
    expect(await refundsOf(scene)).toEqual([]);
  });

  test('where it paid for several orders', async () => {
    const scene = await paidTwice(async (table) => {
      await seedOrder(table.service, table.at, { session: table.session });
      const rest = await payTable(table.mate, table.session);
      await payWithCard(stage.app, rest);
      await waitForStatus(table.mate, rest.id, 'COMPLETED');
    });
    expect(await look()).toBe(0);
    expect(await refundsOf(scene)).toEqual([]);
  });
});

test('what is left of an excess below the step of its currency stops nobody else’s refund', async () => {
  const scene = await setScene(stage.app, {}, { currency: 'KWD' });
  const payment = await pay(scene.guest, scene.orderId);
  await payWithCard(stage.app, payment);
  await waitForStatus(scene.guest, payment.id, 'COMPLETED');
  await syncOrder(scene, { subtotalMinor: 1000, taxMinor: 86 });
  expect([await look(), await look()]).toEqual([1, 0]);
  expect(await refundsOf(scene)).toMatchObject([{ refundMinor: 1610 }]);
  expect(await creditOf(scene)).toBe(4);
});

test('nothing is refunded by itself unless the configuration says so', async () => {
  const scene = await paid();
  await shrink(scene);
  const run = (autoRefundAfterSec: number | null) =>
    workerTasks(
      { ...stage.deps, notifier: stage.app.server.app.notifier },
      {
        pollMs: 50,
        janitorAfterSec: 30,
        sweepIntervalSec: 60,
        sweepOverlapSec: 600,
        autoRefundAfterSec,
        retention: stage.app.env.retention,
        alerts: stage.app.env.alerts,
      },
    )['refund-over-collected'].run(new AbortController().signal);
  expect(await run(stage.app.env.worker.autoRefundAfterSeconds)).toBe(0);
  expect(await refundsOf(scene)).toEqual([]);
  expect(await run(0)).toBe(1);
  expect(await refundsOf(scene)).toHaveLength(1);
});
