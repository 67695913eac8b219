import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import {
  intentsOf,
  newGuestId,
  pay,
  rows,
  type Scene,
  setScene,
  syncOrder,
  syncSession,
} from '../integration/payments/support';
import { billOf, payTable, tableOfTen } from '../integration/table-sessions/support';
import { type Client, newKey, payWithCard, startTestApp, type TestApp, waitForStatus } from '../support/app';
import { insist } from '../support/insist';
import { assertBooksBalance } from '../support/invariants';
import { webhooksApplied } from '../support/webhooks-applied';

const isFull = inject('testSize') === 'full';
const PAYERS = isFull ? 1_000 : 50;
const BILL_MINOR = PAYERS * 648;
const ROUNDS = isFull ? 100 : 5;
/** A wave as large as one busy table; more at once would only measure how long a queue may get. */
const WAVE = 50;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { STRIPE_REQUESTS_PER_SECOND: '10000', LOG_LEVEL: 'error' } });
});
afterEach(async () => {
  app.simulator.control.clearFaults();
  await app.simulator.control.waitForDeliveries();
  await assertBooksBalance(app.database.pool);
});
afterAll(() => app.stop());

async function seat(scene: Scene, count: number, version: number): Promise<Client[]> {
  const ids = Array.from({ length: count }, newGuestId);
  await syncSession(scene, {
    version,
    guests: ids.map((guestSessionId) => ({ guestSessionId, joinedAt: new Date() })),
  });
  return ids.map((id) => app.asGuest(id));
}

/** Money that cards and drawer really hold for a table, without payers' own tips. */
async function collected(scene: Scene): Promise<number> {
  const payments = await rows<{ id: string; provider: string; bill: number; total: number; status: string }>(
    app,
    `SELECT p.id, p.provider, p.status, p.total_amount AS total,
       sum(a.subtotal_amount + a.tax_amount + a.tip_amount)::int AS bill
     FROM payments p JOIN payment_allocations a ON a.payment_id = p.id WHERE p.table_session_id = $1 GROUP BY p.id`,
    [scene.session.sessionId],
  );
  return payments.reduce((sum, p) => {
    if (p.provider === 'CASH') return sum + (p.status === 'COMPLETED' ? p.bill : 0);
    const received = intentsOf(app, p.id).reduce((all, intent) => all + intent.amount_received, 0);
    return sum + (received > 0 ? received - (p.total - p.bill) : 0);
  }, 0);
}

const appCodeOf = (reason: unknown) => (reason as { data?: { appCode?: string } }).data?.appCode;

test(`${PAYERS} payers of one table, each with a share, collect exactly the bill and not a cent more`, async () => {
  const scene = await setScene(app, { subtotalMinor: PAYERS * 600, taxMinor: PAYERS * 48 });
  for (let wave = 0; wave * WAVE < PAYERS; wave++) {
    const guests = await seat(scene, WAVE, wave + 2);
    const ends = await Promise.allSettled(
      guests.map(async (guest, n) => {
        const wanted = {
          shareMinor: 1000 + n,
          tipMinor: n,
          method: n % 5 === 0 ? ('CASH' as const) : ('CARD' as const),
          idempotencyKey: newKey(),
        };
        const payment = await insist(() => payTable(guest, scene.session, wanted));
        if (payment.method === 'CASH') {
          const confirmed = { paymentId: payment.id, idempotencyKey: newKey() };
          await insist(() => scene.staff.cash.confirm.mutate(confirmed));
          return;
        }
        await payWithCard(app, payment);
        // The success page looks: so many webhooks at once may time out on the lock, and here no worker repeats them.
        await waitForStatus(guest, payment.id, 'COMPLETED');
      }),
    );
    for (const end of ends) {
      if (end.status === 'rejected')
        expect(['AMOUNT_ABOVE_AVAILABLE', 'BALANCE_HELD', 'NOTHING_DUE', 'AMOUNT_BELOW_MINIMUM']).toContain(
          appCodeOf(end.reason),
        );
    }
    await webhooksApplied(app);
  }
  const { summary } = await billOf(scene.staff, scene.session);
  expect(summary.paidMinor).toBeLessThanOrEqual(BILL_MINOR);
  expect(await collected(scene)).toBe(summary.paidMinor);
  if (summary.remainingMinor > 0) {
    const last = await payTable(scene.staff, scene.session, { method: 'CASH' });
    await scene.staff.cash.confirm.mutate({ paymentId: last.id, idempotencyKey: newKey() });
  }
  expect((await billOf(scene.staff, scene.session)).summary).toMatchObject({
    paidMinor: BILL_MINOR,
    remainingMinor: 0,
    isFullyPaid: true,
  });
  expect(await rows(app, 'SELECT * FROM discrepancies')).toEqual([]);
});

test('of many who want the whole table’s bill one gets it, the others are told that it is held', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const scene = await tableOfTen(app);
    const guests = await seat(scene, 8, 2);
    const ends = await Promise.allSettled(guests.map((guest) => payTable(guest, scene.session)));
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1);
    for (const end of ends) if (end.status === 'rejected') expect(appCodeOf(end.reason)).toBe('BALANCE_HELD');
  }
});

test('many taps of one payer, with many keys and other shares, leave one open payment', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const scene = await tableOfTen(app);
    await Promise.allSettled(
      [300, 300, 500, 300, 500, 700].map((shareMinor) =>
        payTable(scene.guest, scene.session, { shareMinor }),
      ),
    );
    const open = await rows<{ id: string; total: number }>(
      app,
      `SELECT id, total_amount AS total FROM payments WHERE table_session_id = $1 AND status IN ('PENDING', 'PROCESSING', 'FAILED')`,
      [scene.session.sessionId],
    );
    expect(open.length).toBeLessThanOrEqual(1);
    for (const { id, total } of open) {
      expect(intentsOf(app, id)).toMatchObject([{ status: 'requires_payment_method', amount: total }]);
    }
  }
});

test('table shares, payments of single orders, staff’s cash and a changing bill at once never collect more than the bill', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const scene = await tableOfTen(app);
    const { guest, mate, third, staff, session, orderId, secondOrderId } = scene;
    const toTheEnd = async (
      client: Client,
      opening: Promise<{
        id: string;
        paymentIntentId: string | null;
        clientSecret: string | null;
        method: string;
      }>,
    ) => {
      const payment = await opening;
      if (payment.method === 'CASH')
        await staff.cash.confirm.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
      else await payWithCard(app, payment);
      await client.payments.cancel.mutate({ paymentId: payment.id, idempotencyKey: newKey() });
    };
    await Promise.allSettled([
      toTheEnd(guest, payTable(guest, session, { shareMinor: 400 })),
      toTheEnd(mate, pay(mate, orderId)),
      toTheEnd(third, payTable(third, session, { shareMinor: 350, method: 'CASH' })),
      staff.cash.record.mutate({ orderId: secondOrderId, idempotencyKey: newKey() }),
      staff.orders.changeTip.mutate({ orderId, tipMinor: 50, idempotencyKey: newKey() }),
      syncOrder(scene, { subtotalMinor: 640, taxMinor: 60 }),
    ]);
    await webhooksApplied(app);
    const { summary } = await billOf(staff, session);
    expect(await collected(scene)).toBe(summary.paidMinor);
    expect(summary.paidMinor).toBeLessThanOrEqual(summary.grandTotalMinor);
  }
  expect(await rows(app, 'SELECT * FROM discrepancies')).toEqual([]);
});
