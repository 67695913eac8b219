import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { rows, type Scene, setScene } from '../integration/payments/support';
import { nth, splitTable } from '../integration/splits/support';
import { newKey, payWithCard, seedOrder, startTestApp, type TestApp, waitFor } from '../support/app';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { heldCheckpoints } from '../support/held-checkpoints';
import { assertBooksBalance } from '../support/invariants';

/**
 * A share grows into another order while somebody who settles it waits for the orders that it covered before. Whoever
 * settles it then holds all its orders (docs/adr/0001), or an order that is made cheaper in this moment takes more than
 * it costs and nobody is owed the rest.
 */

const points = heldCheckpoints();
let app: TestApp;
let database: TestDatabase;
beforeAll(async () => {
  // With connections for two that hold locks, and for those that look on.
  database = await createTestDatabase();
  app = await startTestApp({
    database,
    env: { STRIPE_REQUESTS_PER_SECOND: '1000' },
    app: { checkpoint: points.checkpoint },
  });
});
afterEach(async () => {
  app.simulator.control.releaseWebhooks();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(async () => {
  await app.stop();
  await database.drop();
});

const LOCK_ORDER = 'SELECT 1 FROM orders WHERE id = $1 FOR NO KEY UPDATE';

/** A table with orders of 100.00 and 0.30, the dear one first in the order in which orders are locked. */
async function dearAndCheap(): Promise<Scene & { dearId: string; cheapId: string }> {
  for (;;) {
    const scene = await setScene(app, { subtotalMinor: 10_000, taxMinor: 0 });
    const { service, at, session, orderId: dearId } = scene;
    const cheapId = await seedOrder(service, at, { session, subtotalMinor: 30, taxMinor: 0 });
    if (dearId < cheapId) return { ...scene, dearId, cheapId };
  }
}

/** Connections of this database that wait for a row. */
async function waiting(): Promise<number> {
  const [found] = await rows<{ count: number }>(
    app,
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  );
  return found?.count ?? 0;
}

const whenWaiting = (count: number) =>
  waitFor(`${count} wait for a lock`, async () => (await waiting()) === count);

test.each([
  {
    who: 'staff who take its cash',
    share: { amountMinor: 100, method: 'CASH' as const },
    settle: ({ staff }: Scene, paymentId: string) =>
      staff.cash.confirm.mutate({ paymentId, idempotencyKey: newKey() }),
  },
  {
    // Its total stays, as what the bill part gains the tip gives: a card may have paid it already.
    who: 'news of its card',
    share: { amountMinor: 100, tipMinor: 8900 },
    settle: ({ guest }: Scene, paymentId: string) => guest.payments.get.query({ paymentId }),
  },
])(
  '$who hold the order too that it has grown into: what that costs less meanwhile is owed to the guest',
  async ({ share, settle }) => {
    const scene = await dearAndCheap();
    const { staff, guest, session, dearId, cheapId } = scene;
    const first = { ...share, guestPublicId: await publicIdOf(session.guests[0]) };
    const group = await splitTable(guest, session, [first, { amountMinor: 9930, name: 'Cora' }]);
    const { payment } = nth(group, 0);
    expect(await ordersOf(payment.id)).toEqual([dearId]);
    app.simulator.control.holdWebhooks();
    if (payment.clientSecret !== null) await payWithCard(app, payment);

    // The other share has shrunk; the first one is about to grow.
    const growing = points.holdNextAt('share.between-steps');
    const changed = staff.splits.changeParticipant.mutate({
      groupId: group.id,
      participantId: nth(group, 0).id,
      amountMinor: 9000,
      tipMinor: 0,
      takenBy: [nth(group, 1).id],
      idempotencyKey: newKey(),
    });
    await growing.reached;
    const [blocker, platform] = [await app.database.pool.connect(), await app.database.pool.connect()];
    try {
      await blocker.query('BEGIN');
      await blocker.query(LOCK_ORDER, [cheapId]);
      growing.release();
      // It has the dear order and waits for the cheap one.
      await whenWaiting(1);
      let isSettled = false;
      const settled = settle(scene, payment.id).finally(() => {
        isSettled = true;
      });
      await whenWaiting(2); // The platform is next in line for the cheap order, and makes it cheaper.
      await platform.query('BEGIN');
      const reduced = platform
        .query(LOCK_ORDER, [cheapId])
        .then(() => platform.query('UPDATE orders SET subtotal_amount = 20 WHERE id = $1', [cheapId]));
      await whenWaiting(3);
      await blocker.query('COMMIT');
      await reduced;
      await waitFor(
        'it is settled, or waits for the platform',
        async () => isSettled || (await waiting()) > 0,
      );
      await platform.query('COMMIT');
      await settled;
      await changed;
    } finally {
      for (const client of [blocker, platform]) {
        await client.query('ROLLBACK');
        client.release();
      }
    }
    expect(await ordersOf(payment.id)).toEqual([dearId, cheapId]);
    const [{ covered = 0 } = {}] = await rows<{ covered: number }>(
      app,
      `SELECT subtotal_amount + tax_amount + tip_amount AS covered FROM payment_allocations
     WHERE payment_id = $1 AND order_id = $2`,
      [payment.id, cheapId],
    );
    expect(covered).toBeGreaterThan(20);
    expect(await creditOf(payment.id)).toBe(covered - 20);
  },
);

async function publicIdOf(guestSessionId: string): Promise<string> {
  const [row] = await rows<{ id: string }>(app, 'SELECT public_id AS id FROM guest_sessions WHERE id = $1', [
    guestSessionId,
  ]);
  return row?.id ?? '';
}

async function ordersOf(paymentId: string): Promise<string[]> {
  const found = await rows<{ id: string }>(
    app,
    'SELECT order_id AS id FROM payment_allocations WHERE payment_id = $1 ORDER BY order_id',
    [paymentId],
  );
  return found.map(({ id }) => id);
}

/** What the books owe the guest of a payment. */
async function creditOf(paymentId: string): Promise<number> {
  const [found] = await rows<{ minor: number }>(
    app,
    `SELECT coalesce(-sum(p.amount), 0)::int AS minor FROM ledger_postings p
     JOIN ledger_transactions t ON t.id = p.transaction_id WHERE t.payment_id = $1 AND account = 'GUEST_CREDIT'`,
    [paymentId],
  );
  return found?.minor ?? 0;
}
